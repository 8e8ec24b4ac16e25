"""The entry point of the `hyperdock-webui` command."""


def main() -> None:
    """Runs the web UI's server until it is told to end."""
    from hyperdock_webui.command import webui  # noqa: PLC0415 - Ctrl-C while it loads

    webui.main(prog_name="hyperdock-webui")


if __name__ == "__main__":
    main()
