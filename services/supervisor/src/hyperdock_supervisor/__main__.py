"""The entry point of the `hyperdock-supervisor` command."""


def main() -> None:
    """Runs a supervisor until it is told to end."""
    from hyperdock_supervisor.command import supervisor  # noqa: PLC0415 - Ctrl-C while it loads

    supervisor.main(prog_name="hyperdock-supervisor")


if __name__ == "__main__":
    main()
