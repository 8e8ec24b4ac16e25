"""What the commands of all services have in common: options, connections, health, a clean end.

The services' code does not know that it exists; only their `command.py` and what that calls do.
"""
