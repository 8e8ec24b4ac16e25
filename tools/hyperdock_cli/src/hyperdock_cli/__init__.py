"""The hyperdock command: all-in-one launcher and client."""
