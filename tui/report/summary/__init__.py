"""Who graded how much, and how far each assignment has come."""
