"""Ids that are readable and safe in paths and addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_gateway import identity


@given(st.text(max_size=100), st.binary(min_size=4, max_size=4))
def test_every_name_gives_a_safe_trial_id(name: str, random_bytes: bytes) -> None:
    """Whatever the name, the id has the documented form."""
    trial_id = identity.trial_id(name, random_bytes)
    assert re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?-[a-z2-7]{6}", trial_id)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Größe und Maß", "groe-und-ma"),
        ("SVM / digits (v2)", "svm-digits-v2"),
        ("日本", "trial"),
        ("-" * 50, "trial"),
        ("a" * 23 + " b", "a" * 23),
    ],
)
def test_slug_keeps_what_is_plain(name: str, slug: str) -> None:
    """Letters and digits stay, everything else becomes one dash."""
    assert identity.slug(name) == slug


def test_ids_and_seeds_come_from_the_bytes_alone() -> None:
    """The same bytes give the same id and seed."""
    assert identity.event_id(bytes(16)) == "00000000-0000-4000-8000-000000000000"
    assert identity.seed(b"\xff\xff\xff\xff") == 2**32 - 1
