"""A newcomer's walk through the command line: each step is typed into a shell, and kept.

Every line of it is real. What differs from run to run (ids, ports, folders, secrets) is made the
same before it is kept, so that `docs/walkthrough.md` can be written from it: see `Walk.page`.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hyperdock_cli.state_folder import running_url
from hyperdock_cli.testing.processes import wait_until

_PATIENCE: Final = 120.0
_ID: Final = re.compile(r"\b(my-first-trial|second)-[a-z0-9]{6}\b")
_SECRET: Final = re.compile(r"hd_[A-Za-z0-9_-]{20,}")
_URL: Final = re.compile(r"http://127\.0\.0\.1:\d+")
_CLEAN: Final = {"my-first-trial": "my-first-trial-k3x7qa", "second": "second-p4w2mz"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line that was typed, and what came of it."""

    typed: str
    code: int
    stdout: str
    stderr: str

    @property
    def both(self) -> str:
        """What a person sees of it."""
        return self.stdout + self.stderr

    def json(self) -> Any:
        """What a script sees of it."""
        return json.loads(self.stdout)


@dataclass(slots=True)
class Walk:
    """A shell in a folder, with a home of its own and `hyperdock` on its path.

    Attributes:
        folder: where the newcomer works.
        pages: headings and steps, in their order.
    """

    folder: Path
    pages: list[str | Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.home.mkdir()
        (self.folder / "bin").mkdir()
        command = self.folder / "bin" / "hyperdock"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hyperdock_cli "$@"\n')
        command.chmod(0o755)
        self.work.mkdir()

    @property
    def home(self) -> Path:
        """The newcomer's home."""
        return self.folder / "home"

    @property
    def work(self) -> Path:
        """Where the newcomer types."""
        return self.folder / "work"

    @property
    def state(self) -> Path:
        """The state folder, where nobody names another one."""
        return self.home / ".hyperdock"

    @property
    def env(self) -> dict[str, str]:
        """What the shell knows."""
        kept = {name: value for name, value in os.environ.items() if "HYPERDOCK" not in name}
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        return {**kept, "HOME": str(self.home), "PATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}

    @property
    def url(self) -> str | None:
        """Where `hyperdock up` answers."""
        return running_url(self.state)

    def heading(self, text: str) -> None:
        """What the next steps are about."""
        self.pages.append(text)

    def type(self, line: str, code: int = 0, *, given: str = "", shown: bool = True) -> Step:
        """Types a line; it must end with this code."""
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.work,
            env=self.env,
            input=given,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
        step = Step(line, done.returncode, done.stdout, done.stderr)
        assert step.code == code, f"{line} ended with {step.code}: {step.both}"
        if shown:
            self.pages.append(step)
        return step

    def interrupted(self, line: str, words: str) -> str:
        """Types a line that goes on, and Ctrl-C once it has said these words; all that it said."""
        said = self.folder / "said"
        with said.open("w") as stream:
            process = subprocess.Popen(
                shlex.split(line), cwd=self.work, env=self.env, stdout=stream, stderr=stream
            )
        try:
            wait_until(words, lambda: words in said.read_text())
            process.send_signal(signal.SIGINT)
            assert process.wait(_PATIENCE) == 0, said.read_text()
        finally:
            process.kill()
        return said.read_text()

    def page(self, clean: Callable[[str], str]) -> str:
        """The walk in Markdown."""
        parts: list[str] = []
        for each in self.pages:
            if isinstance(each, str):
                parts.append(each)
            elif parts[-1].endswith("\n```"):  # one block for the steps of a heading
                parts[-1] = f"{parts[-1].removesuffix('```')}\n{_told(each, clean)}\n```"
            else:
                parts.append(f"```\n{_told(each, clean)}\n```")
        return "\n\n".join(parts) + "\n"

    def clean(self, text: str) -> str:
        """The text without what is of this machine and this run."""
        text = _SECRET.sub("hd_…", _ID.sub(lambda found: _CLEAN[found[1]], text))
        text = _URL.sub("http://127.0.0.1:8421", text)
        text = text.replace(str(self.work), "~/work").replace(str(self.home), "~")
        return text.replace(sys.executable, "python").replace(str(self.folder), "…")


def _told(step: Step, clean: Callable[[str], str]) -> str:
    lines = clean(step.both).rstrip("\n").splitlines()
    return "\n".join([f"$ {clean(step.typed)}", *lines])
