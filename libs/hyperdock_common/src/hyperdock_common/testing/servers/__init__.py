"""Real servers for tests and benchmarks: each in a folder and a process group of its own."""
