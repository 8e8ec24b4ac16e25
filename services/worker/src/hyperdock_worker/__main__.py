"""The entry point of the `hyperdock-worker` command."""

import os


def main() -> None:
    """Runs a worker until it is told to end."""
    from hyperdock_worker.command import worker  # noqa: PLC0415 - Ctrl-C while it loads

    worker.main(prog_name="hyperdock-worker", obj=os.environ)


if __name__ == "__main__":
    main()
