"""Starts the server as the official image's entry point does: the first time it makes the user.

MONGO_INITDB_ROOT_USERNAME and MONGO_INITDB_ROOT_PASSWORD_FILE mean what they mean there.
"""

import os
import subprocess
from pathlib import Path

from pymongo import MongoClient

DATA = Path("/data/db")
MADE = DATA / ".user-made"
SERVER = ["secantusd-py", "--storage-path", str(DATA), "--sync-on-commit", "--standalone"]
QUIET = ["--log-level", "WARNING"]


def make_user(name: str, password: str) -> None:
    """Runs the server without authentication, where nobody else hears it, and adds the user."""
    local = [*SERVER, *QUIET, "--host", "127.0.0.1", "--port", "27018"]
    with subprocess.Popen(local) as server:
        client: MongoClient[dict[str, object]] = MongoClient(
            "mongodb://127.0.0.1:27018/?directConnection=true", serverSelectionTimeoutMS=30_000
        )
        client.admin.command("createUser", name, pwd=password, roles=["root"])
        client.close()
        server.terminate()
    MADE.touch()


def main() -> None:
    """Becomes the server."""
    name = os.environ.get("MONGO_INITDB_ROOT_USERNAME")
    options = [*QUIET, "--host", "0.0.0.0", "--port", "27017"]  # noqa: S104
    if name:
        if not MADE.exists():
            file = Path(os.environ["MONGO_INITDB_ROOT_PASSWORD_FILE"])
            make_user(name, file.read_text("utf-8").rstrip("\n"))
        options.append("--auth")
    os.execvp(SERVER[0], [*SERVER, *options])  # noqa: S606


if __name__ == "__main__":
    main()
