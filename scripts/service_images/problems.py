"""Why an image could not be built."""


class CommandFailed(Exception):
    """Raised when a program that an image is made with is missing or fails."""
