"""Screens over the table that answer a question about many events, each with a way back."""
