"""References of images mean to us what they mean to Docker's engine, or are refused."""

import pytest

from hyperdock_gateway.policy.references import Reference

HEX = "0123456789abcdef" * 4
DIGEST = f"sha256:{HEX}"


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("python", "docker.io/library/python:latest"),
        ("python:3.12-slim", "docker.io/library/python:3.12-slim"),
        ("team/app", "docker.io/team/app:latest"),
        ("docker.io/python", "docker.io/library/python:latest"),
        ("Docker.IO/python", "docker.io/library/python:latest"),
        ("index.docker.io/python", "docker.io/library/python:latest"),
        ("docker.io/library/python:1", "docker.io/library/python:1"),
        ("registry.example.org/python", "registry.example.org/python:latest"),
        ("Registry.Example.ORG:5000/a/b/c:Tag", "registry.example.org:5000/a/b/c:Tag"),
        ("localhost/app", "localhost/app:latest"),
        ("host:80/app", "host:80/app:latest"),
        ("a__b/c--d.e_f", "docker.io/a__b/c--d.e_f:latest"),
        (f"python@{DIGEST}", f"docker.io/library/python@{DIGEST}"),
        (f"python:3@{DIGEST}", f"docker.io/library/python@{DIGEST}"),
        ("deadbeef1234", "docker.io/library/deadbeef1234:latest"),
        ("docker.io.evil.com/x", "docker.io.evil.com/x:latest"),
        ("evil.com/docker.io/x", "evil.com/docker.io/x:latest"),
        ("docker/docker.io/x", "docker.io/docker/docker.io/x:latest"),
    ],
)
def test_names_are_made_full(text: str, full: str) -> None:
    """As the engine does it; the full name means the same again."""
    image = Reference.parse(text)
    assert str(image) == full
    assert str(Reference.parse(full)) == full


def test_a_digest_keeps_its_tag_for_patterns() -> None:
    """The engine ignores it, patterns may deny it."""
    image = Reference.parse(f"python:3@{DIGEST}")
    assert (image.tag, image.digest) == ("3", DIGEST)
    assert Reference.parse(f"python@{DIGEST}").tag is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " python",
        "python\n",
        "Python",
        "Team/app",
        "LOCALHOST/app",
        "team/App",
        "a//b",
        "/a",
        "a/",
        "a:",
        "a@",
        "a:b:c",
        "a:.tag",
        "a:" + "t" * 129,
        "a/" + "b" * 255,
        "-a",
        "a-",
        "a___b",
        "a..b",
        "../a",
        "host:port/a",
        "host:123456/a",
        "registry.example.org./a",
        "-registry.org/a",
        "https://docker.io/library/python",
        "user@docker.io/library/python",
        "user:pw@docker.io/library/python",
        "docker.io\\@evil.com/x",
        "docker.io#.evil.com/x",
        "docker.io%2flibrary/x",
        "d\u043ecker.io/library/python",
        "docker\u3002io/library/python",
        "docker.io\u2215library/python",
        "docker.io/library/pyth\u043en",
        "docker.io/library/python:\u0663",
        "\uff44ocker.io/library/python",
        "docker.io/library/python\u200b",
        f"python@{DIGEST}@{DIGEST}",
        f"python@{DIGEST}:3",
        "python@sha256:1234",
        f"python@sha256:{HEX.upper()}",
        f"python@md5:{HEX}",
        HEX,
        DIGEST,
        "[::1]:5000/a",
    ],
)
def test_what_engines_would_not_agree_on_is_refused(text: str) -> None:
    """Look-alikes, ids, addresses with users, and all that is no reference at all."""
    with pytest.raises(
        ValueError, match=r"is no image reference|begins with|is an image's id|long"
    ):
        Reference.parse(text)
