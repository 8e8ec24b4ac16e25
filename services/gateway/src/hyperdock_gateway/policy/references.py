"""References of images, as Docker's engine reads them, in one form.

Docker's short names are made full (`python` is `docker.io/library/python:latest`), so that what is
looked at is what the engine runs, and nothing that only looks like it: the grammar is ASCII, whole,
and stricter than Docker's wherever its versions differ.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

HUB: Final = "docker.io"
HUB_NAMES: Final = frozenset({HUB, "index.docker.io"})
OFFICIAL: Final = "library"
_LATEST: Final = "latest"
_LONGEST: Final = 255

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST: Final = rf"{_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?"
_PART: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_TAG: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
DIGEST: Final = r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}"
_REFERENCE: Final = re.compile(
    rf"(?:(?P<host>{_HOST})/)?(?P<path>{_PART}(?:/{_PART})*)"
    rf"(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{DIGEST}))?"
)
_ID: Final = re.compile(r"(sha256:)?[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An image's full name.

    Attributes:
        host: the registry, in lower case, with its port if it has one.
        path: the repository there.
        tag: `latest` where neither a tag nor a digest was given; None where only a digest was.
    """

    host: str
    path: str
    tag: str | None
    digest: str | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """What a trial calls an image.

        Raises:
            ValueError: it is none, or engines would not agree on what it is.
        """
        if _ID.fullmatch(text):
            raise ValueError("is an image's id, which tells nothing of where it is from; name it")
        found = _REFERENCE.fullmatch(text)
        if found is None:
            raise ValueError(
                "is no image reference; write registry/name:tag, the name in lower case, "
                "e.g. docker.io/library/python:3.12-slim"
            )
        host, path, tag, digest = found.group("host", "path", "tag", "digest")
        if host is not None and not is_registry(host):
            path = _joined(host, path)
            host = None
        host = (host or HUB).lower()
        if host in HUB_NAMES:
            host, path = HUB, path if "/" in path else f"{OFFICIAL}/{path}"
        if len(host) + 1 + len(path) > _LONGEST:
            raise ValueError(f"is longer than {_LONGEST} characters")
        if tag is None and digest is None:
            tag = _LATEST
        return cls(host=host, path=path, tag=tag, digest=digest)

    def __str__(self) -> str:
        """As an engine is told it: with a digest the tag says nothing, and some refuse both."""
        end = f"@{self.digest}" if self.digest else f":{self.tag}"
        return f"{self.host}/{self.path}{end}"


def is_registry(host: str) -> bool:
    """Whether Docker takes the first part of a name for a registry."""
    return "." in host or ":" in host or host == "localhost"


def _joined(first: str, rest: str) -> str:
    """A first part that is no registry belongs to the path, where upper case is not allowed."""
    if re.fullmatch(_PART, first) is None:
        raise ValueError(
            f"begins with {first!r}, which is no registry (it has neither a dot nor a port) "
            "and no part of a name (those are in lower case)"
        )
    return f"{first}/{rest}"
