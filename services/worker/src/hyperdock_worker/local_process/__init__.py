"""The parts of the process runner."""
