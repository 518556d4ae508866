"""The vocabulary: what a change is, and one decoder for each way Canvas writes one."""
