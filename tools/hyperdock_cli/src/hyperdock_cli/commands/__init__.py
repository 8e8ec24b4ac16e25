"""One module a command: what it takes and the order of its steps."""
