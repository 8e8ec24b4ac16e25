"""Patterns of images, compared with their full names."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from hyperdock_gateway.policy.references import DIGEST, HUB, HUB_NAMES, OFFICIAL, Reference
from hyperdock_gateway.policy.references import is_registry as is_registry_name

_PATTERN: Final = re.compile(
    r"(?P<host>[A-Za-z0-9.*-]+(?::[0-9*]+)?)/(?P<path>[a-z0-9._*/-]+)"
    rf"(?::(?P<tag>[A-Za-z0-9_.*-]+))?(?:@(?P<digest>{DIGEST}))?"
)
_HUB_SERVERS: Final = HUB_NAMES | {"registry-1.docker.io", "registry.hub.docker.com"}
_ALL: Final = "**"


@dataclass(frozen=True)
class Pattern:
    """Which images are meant: `registry/path`, and perhaps `:tag` or `@digest`.

    `*` stands for any characters inside of one part of the name (the host, its port, what is
    between two slashes, the tag), `**` between slashes for any number of parts, and at the end for
    at least one. `**` alone means every image. Without tag and digest, any are meant.

    Raises:
        ValueError: it is no pattern; says what to write.
    """

    text: str

    def __post_init__(self) -> None:
        host, path, tag, digest = self._parts
        if any(_ALL in part and part != _ALL for part in (host, *path.split("/"), tag or "")):
            raise ValueError(f"{self.text!r}: ** stands alone between slashes; write * in a part")
        if "" in path.split("/"):
            raise ValueError(f"{self.text!r} has an empty part; write one slash between parts")
        if not ("*" in host or is_registry_name(host)):
            raise ValueError(
                f"{self.text!r} names no registry; write {HUB}/{self.text}, or "
                f"{HUB}/{OFFICIAL}/… for Docker's own images"
            )
        if tag and digest:
            raise ValueError(f"{self.text!r}: with a digest no tag counts; leave the tag out")

    def allows(self, image: Reference) -> bool:
        """Whether the image is meant for certain.

        What has a digest is that content, whatever its tag says: a pattern of tags does not know.
        """
        _, _, tag, digest = self._parts
        if not self._names(image.host, image.path):
            return False
        if digest is not None:
            return image.digest == digest
        if tag is None or tag == "*":
            return True
        return image.digest is None and self._has_tag(image)

    def denies(self, image: Reference) -> bool:
        """Whether the image may be meant: at any port of the host, by its tag or by its digest."""
        host, _, tag, digest = self._parts
        theirs = image.host if ":" in host else image.host.partition(":")[0]
        if theirs in _HUB_SERVERS:
            theirs = HUB
        if not self._names(theirs, image.path):
            return False
        if digest is not None:
            return image.digest == digest
        return tag is None or self._has_tag(image)

    @cached_property
    def _parts(self) -> tuple[str, str, str | None, str | None]:
        """Host, path, tag and digest."""
        if self.text == _ALL:
            return _ALL, _ALL, None, None
        found = _PATTERN.fullmatch(self.text)
        if found is None:
            raise ValueError(
                f"{self.text!r} is no pattern; write registry/path, with * for a part of a name "
                "and ** for any number of parts, e.g. docker.io/library/python:3.* or "
                "registry.example.org/team/**"
            )
        host, path, tag, digest = found.group("host", "path", "tag", "digest")
        host = host.lower()
        return HUB if host in HUB_NAMES else host, path, tag, digest

    @cached_property
    def _name(self) -> re.Pattern[str]:
        host, path, _, _ = self._parts
        *parts, last = path.split("/")
        regex = "" if host == _ALL else _regex(host, "[^/:]*") + "/"
        regex += "".join("(?:[^/]+/)*" if each == _ALL else _regex(each) + "/" for each in parts)
        start = "(?:[^/]+/)*" if host == _ALL else ""
        return re.compile(start + regex + (".+" if last == _ALL else _regex(last)))

    def _names(self, host: str, path: str) -> bool:
        return self._name.fullmatch(f"{host}/{path}") is not None

    def _has_tag(self, image: Reference) -> bool:
        tag = self._parts[2] or "*"
        return image.tag is not None and re.fullmatch(_regex(tag), image.tag) is not None


def _regex(part: str, star: str = "[^/]*") -> str:
    return star.join(re.escape(piece) for piece in part.split("*"))
