"""Evidence: what was asked, what was read, and every change with its ids, to be kept."""
