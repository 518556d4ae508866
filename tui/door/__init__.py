"""The door: one file for each command, and what they share."""
