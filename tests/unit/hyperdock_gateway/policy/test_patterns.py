"""Patterns of images mean what they say, and nothing beside it."""

import pytest

from hyperdock_gateway.policy.patterns import Pattern
from hyperdock_gateway.policy.references import Reference

DIGEST = "sha256:" + "0" * 64
OTHER = "sha256:" + "1" * 64


def allows(pattern: str, image: str) -> bool:
    """Whether the pattern allows the image."""
    return Pattern(pattern).allows(Reference.parse(image))


def denies(pattern: str, image: str) -> bool:
    """Whether the pattern denies the image."""
    return Pattern(pattern).denies(Reference.parse(image))


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("docker.io/library/python", "python"),
        ("docker.io/library/python", "python:3.12"),
        ("docker.io/library/python", f"python:3.12@{DIGEST}"),
        ("docker.io/library/python:*", f"python@{DIGEST}"),
        ("docker.io/library/python:3.*", "python:3.12-slim"),
        ("docker.io/library/python:latest", "python"),
        ("index.docker.io/library/*", "docker.io/library/redis"),
        (f"docker.io/library/python@{DIGEST}", f"python:3@{DIGEST}"),
        ("docker.io/team/*", "team/app"),
        ("Registry.example.org/team/*", "registry.EXAMPLE.org/team/app:1"),
        ("registry.example.org/team/**", "registry.example.org/team/a/b/c"),
        ("registry.example.org/**/app", "registry.example.org/app"),
        ("registry.example.org/**/app", "registry.example.org/x/y/app"),
        ("*.example.org/**", "a.b.example.org/x"),
        ("registry.example.org:*/**", "registry.example.org:5000/x"),
        ("*/**", "evil.com/x"),
        ("**", f"host:80/a/b@{DIGEST}"),
        ("**/app", "host:80/x/app"),
    ],
)
def test_these_are_allowed(pattern: str, image: str) -> None:
    """`*` for part of a name, `**` for several parts, no tag for every tag and digest."""
    assert allows(pattern, image)


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("docker.io/library/*", "docker.io.evil.com/library/x"),
        ("docker.io/library/*", "evil.com/docker.io/library/x"),
        ("docker.io/library/*", "team/x"),
        ("docker.io/library/*", "docker.io:443/library/x"),
        ("docker.io/library/python", "python3"),
        ("docker.io/library/python", "docker.io/library/python/evil"),
        ("docker.io/library/python", "registry-1.docker.io/library/python"),
        ("docker.io/library/python:3.*", "python:30"),
        ("docker.io/library/python:3.*", "python"),
        ("docker.io/library/python:3.12", f"python:3.12@{DIGEST}"),
        ("docker.io/library/python:3.12", f"python@{DIGEST}"),
        (f"docker.io/library/python@{DIGEST}", f"python@{OTHER}"),
        (f"docker.io/library/python@{DIGEST}", "python"),
        ("registry.example.org/team/*", "registry.example.org/team/a/b"),
        ("registry.example.org/team/**", "registry.example.org/team"),
        ("registry.example.org/team/**", "registry.example.org/team2/app"),
        ("registry.example.org/team/**", "registryXexample.org/team/app"),
        ("registry.example.org/**", "registry.example.org:5000/x"),
        ("*.example.org/**", "example.org/x"),
        ("*.example.org/**", "evil.com/a.example.org/x"),
        ("*.example.org/**", "a.example.org:80/x"),
        ("registry.example.org:*/x", "registry.example.org/x"),
    ],
)
def test_these_are_not_allowed(pattern: str, image: str) -> None:
    """Neither hosts that begin or end like it, other ports, or a tag beside a digest."""
    assert not allows(pattern, image)


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("docker.io/library/evil", "evil"),
        ("docker.io/library/evil", "index.docker.io:443/library/evil"),
        ("docker.io/library/evil", "registry-1.docker.io/library/evil"),
        ("registry.example.org/old/**", "registry.example.org:443/old/app"),
        ("docker.io/library/python:2.*", f"python:2.7@{DIGEST}"),
        ("docker.io/library/python", f"python@{DIGEST}"),
        ("**/evil", "evil"),
        ("**/evil:1", "host:1/a/b/evil:1"),
    ],
)
def test_these_are_denied(pattern: str, image: str) -> None:
    """At any port, by all names of Docker's own registry, and by a tag that does not count."""
    assert denies(pattern, image)


@pytest.mark.parametrize(
    ("pattern", "image"),
    [
        ("docker.io/library/python:2.*", "python:3.2"),
        ("docker.io/library/evil", "team/evil"),
        (f"docker.io/library/python@{DIGEST}", f"python@{OTHER}"),
        ("registry.example.org:5000/**", "registry.example.org/x"),
    ],
)
def test_others_are_not_denied(pattern: str, image: str) -> None:
    """Only what the pattern names."""
    assert not denies(pattern, image)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no pattern"),
        ("python", "is no pattern"),
        ("*", "is no pattern"),
        ("library/python", "names no registry; write docker.io/library/python"),
        ("docker.io/Team/*", "is no pattern"),
        ("docker.io/a?", "is no pattern"),
        ("docker.io/[ab]", "is no pattern"),
        ("docker.io/a**", r"\*\* stands alone"),
        ("docker.io/a:3**", r"\*\* stands alone"),
        ("docker.io//a", "an empty part"),
        ("docker.io/a/", "an empty part"),
        (f"docker.io/a:1@{DIGEST}", "leave the tag out"),
        ("docker.io/a@sha256:12*", "is no pattern"),
        ("docker.io/a\n", "is no pattern"),
    ],
)
def test_what_would_not_mean_what_it_seems_is_refused(text: str, told: str) -> None:
    """The message says what to write."""
    with pytest.raises(ValueError, match=told):
        Pattern(text)
