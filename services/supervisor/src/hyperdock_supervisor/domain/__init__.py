"""The rules: pure functions and frozen states, no clock, no I/O, no randomness."""
