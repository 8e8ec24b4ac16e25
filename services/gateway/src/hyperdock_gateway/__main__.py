"""The entry point of the `hyperdock-gateway` command."""


def main() -> None:
    """Runs a gateway until it is told to end."""
    from hyperdock_gateway.command import gateway  # noqa: PLC0415 - Ctrl-C while it loads

    gateway.main(prog_name="hyperdock-gateway")


if __name__ == "__main__":
    main()
