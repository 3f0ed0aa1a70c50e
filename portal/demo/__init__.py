"""The demonstration: made-up people, real task-force work, on this machine only."""
