"""Stand-ins for what the command line talks to, for tests of it and of scripts around it."""
