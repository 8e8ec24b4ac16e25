"""What a token file says, and what is said about one that cannot be used."""

import base64
import json
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.auth.keys import NOW, OTHER, READER, entry, everybody

from hyperdock_gateway.auth.principal import implied
from hyperdock_gateway.auth.tokens import (
    Tokens,
    TokensRefused,
    dump_tokens,
    key_of,
    parse_tokens,
    secret_of,
)

HASH = key_of(READER).hex()


def test_a_list_and_a_line_each_say_the_same() -> None:
    """People and programs write what is easier for them; empty lines do not count."""
    listed = parse_tokens(json.dumps(everybody(), indent=2))
    lined = parse_tokens("\n\n".join(map(json.dumps, everybody())) + "\n")
    assert listed == lined
    assert [each.name for each in listed.all] == ["reader", "submitter", "boss", "late"]
    assert parse_tokens("") == parse_tokens("[]") == Tokens()


def test_what_is_written_is_read_again() -> None:
    """Nothing is lost between two changes of the file, which has a token a line."""
    previous = {"hash": key_of(OTHER).hex(), "expires_at": NOW + 5}
    tokens = parse_tokens(json.dumps([*everybody(), entry("x", "hd_x", previous=previous)]))
    text = dump_tokens(tokens)
    assert parse_tokens(text) == tokens
    assert len(text.splitlines()) == len(tokens.all) + 2
    assert parse_tokens(dump_tokens(Tokens())) == Tokens()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a b"}, "name"),
        ({"name": "-a"}, "name"),
        ({"name": "a\r\nb"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": 7}, "name"),
        ({"hash": HASH.upper()}, "hash"),
        ({"hash": HASH[:-1]}, "hash"),
        ({"hash": READER}, "hash"),
        ({"hash": None}, "hash"),
        ({"scopes": []}, "scopes"),
        ({"scopes": "read"}, "scopes"),
        ({"scopes": ["write"]}, "scopes"),
        ({"scopes": [["read"]]}, "scopes"),
        ({"created_at": "today"}, "created_at"),
        ({"created_at": True}, "created_at"),
        ({"created_at": float("nan")}, "created_at"),
        ({"expires_at": -1}, "expires_at"),
        ({"expires_at": float("inf")}, "expires_at"),
        ({"previous": {"hash": HASH}}, "previous"),
        ({"previous": {"hash": "x", "expires_at": 1}}, "previous.hash"),
        ({"previous": {"hash": HASH, "expires_at": None}}, "previous.expires_at"),
        ({"password": "x"}, "password"),
    ],
)
def test_every_field_that_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    """With the line that it stands in; what it said is not repeated: it might be a secret."""
    good, wrong = entry("first", OTHER), {**entry("second", READER), **change}
    with pytest.raises(TokensRefused) as error:
        parse_tokens(f"{json.dumps(good)}\n{json.dumps(wrong)}\n")
    assert error.value.place == "line 2"
    assert [each.field for each in error.value.problems] == [field]
    assert READER not in str(error.value)
    assert HASH not in str(error.value)
    with pytest.raises(TokensRefused, match="token 2"):
        parse_tokens(json.dumps([good, wrong]))


def test_a_secret_in_the_place_of_its_hash_is_recognised() -> None:
    """It is the likeliest mistake of somebody who writes the file by hand."""
    with pytest.raises(TokensRefused, match="this is the secret itself"):
        parse_tokens(json.dumps([{**entry("a", READER), "hash": READER}]))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("{", "line 1, column 2"),
        ('\n{"name": }', "line 2, column 10"),
        ("[{},\n]", "line 2, column 1"),
        ("7", "line 1"),
        ("[7]", "token 1"),
        ('"[]"', "line 1"),
        ("[" * 100_000, "the list"),
    ],
)
def test_what_is_no_token_file_is_refused_where_it_goes_wrong(text: str, place: str) -> None:
    """Down to the column, if it is not even JSON."""
    with pytest.raises(TokensRefused) as error:
        parse_tokens(text)
    assert error.value.place == place


def test_names_and_secrets_are_unique() -> None:
    """One secret is one name, and one name is one secret."""
    with pytest.raises(TokensRefused, match="name: the same as of token 1"):
        parse_tokens(json.dumps([entry("a", READER), entry("a", OTHER)]))
    with pytest.raises(TokensRefused, match="hash: the same as of token 1"):
        parse_tokens(json.dumps([entry("a", READER), entry("b", READER)]))
    previous = {"hash": HASH, "expires_at": NOW}
    with pytest.raises(TokensRefused, match="hash: the same as of token 1"):
        parse_tokens(json.dumps([entry("a", READER), entry("b", OTHER, previous=previous)]))


def test_a_name_that_looks_like_a_hash_is_no_hash() -> None:
    """What is compared is of the same kind."""
    assert parse_tokens(json.dumps([entry("a", READER), entry(HASH, OTHER)])).named(HASH)


def test_a_secret_is_found_by_its_hash_only() -> None:
    """The one that it is of, whether it still counts or not."""
    tokens = parse_tokens(json.dumps(everybody()))
    found = tokens.holder(key_of(READER))
    assert found is not None
    assert found.name == "reader"
    assert tokens.holder(key_of(OTHER)) is None
    assert tokens.holder(bytes.fromhex(HASH)[:-1]) is None
    assert tokens.holder(b"") is None


def test_an_exchanged_secret_counts_for_a_while() -> None:
    """Then only the new one does; and a token that has ended has none at all."""
    token = parse_tokens(json.dumps([entry("a", READER, expires_at=NOW + 100)])).all[0]
    new = token.exchanged(key_of(OTHER), NOW, 60)
    assert new.keys(NOW) == (key_of(OTHER), key_of(READER))
    assert new.keys(NOW + 60) == (key_of(OTHER),)
    assert new.keys(NOW + 100) == ()
    assert token.exchanged(key_of(OTHER), NOW, 0).keys(NOW) == (key_of(OTHER),)


def test_secrets_are_random_and_fit_into_a_header() -> None:
    """32 bytes, in characters that need no escape anywhere."""
    secret = secret_of(bytes(range(224, 256)))
    assert secret.startswith("hd_")
    assert base64.urlsafe_b64decode(secret[3:] + "=") == bytes(range(224, 256))
    assert "=" not in secret


@pytest.mark.parametrize(
    ("scopes", "all_of_them"),
    [
        (["read"], {"read"}),
        (["submit"], {"read", "submit"}),
        (["admin"], {"read", "submit", "admin"}),
        (["read", "admin"], {"read", "submit", "admin"}),
        ([], set()),
    ],
)
def test_a_scope_implies_the_lower_ones(scopes: list[str], all_of_them: set[str]) -> None:
    """Who may submit may look, who administers may do both."""
    assert implied(scopes) == all_of_them
