"""Attention rules: reasons to look at an event, as pure functions over stored events."""
