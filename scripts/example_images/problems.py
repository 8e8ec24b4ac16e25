"""Why an image could not be built."""


class ToolMissing(Exception):
    """Raised when this machine lacks the program that a stand-in is made of."""


class PackagesUnavailable(Exception):
    """Raised when pip cannot fetch what is asked for."""


class EngineFailed(Exception):
    """Raised when the client is missing, no engine answers or a command of it fails."""
