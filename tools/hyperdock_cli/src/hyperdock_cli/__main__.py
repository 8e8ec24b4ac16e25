"""The entry point of the `hyperdock` command."""

import io
import sys


def main() -> None:
    """Runs the command that was typed."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter is no reason
            stream.reconfigure(errors="replace")  # to fail
    try:
        from hyperdock_cli.app import cli  # noqa: PLC0415 - Ctrl-C while it loads is no traceback

        cli.main(prog_name="hyperdock")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
