"""What somebody can ask about themselves."""

from pathlib import Path

import pytest
from tests.unit.hyperdock_gateway.auth.keys import (
    NOW,
    READER,
    SUBMITTER,
    Clock,
    everybody,
    login_of,
    write,
)
from tests.unit.hyperdock_gateway.world import Api

from hyperdock_gateway.auth.login import Login


@pytest.fixture
def login(tmp_path: Path) -> Login:
    """A login with one token of each kind."""
    return login_of(write(tmp_path / "tokens.json", everybody()), Clock())


def test_everybody_can_ask_who_they_are(api: Api, login: Login) -> None:
    """By a token: its name and all its scopes; without a login: nobody, who may do everything."""
    headers = {"authorization": f"Bearer {SUBMITTER}"}
    known = api.with_services(login=login).get("/me", headers=headers)
    assert known.json() == {"name": "submitter", "scopes": ["read", "submit"]}
    assert api.get("/me").json() == {"name": "", "scopes": ["read", "submit", "admin"]}


def test_a_ticket_is_given_for_a_minute(api: Api, login: Login) -> None:
    """To whoever may at least read; it opens an address once, and only one made for links."""
    site = api.with_services(login=login)
    answer = site.post("/tickets", headers={"authorization": f"Bearer {READER}"})
    assert answer.status_code == 201
    assert answer.json()["expires_at"] == NOW + 60
    query = {"ticket": answer.json()["ticket"]}
    assert site.get("/jobs/none.1/log", params=query).status_code == 404
    assert site.get("/jobs/none.1/log", params=query).status_code == 401
    other = site.post("/tickets", headers={"authorization": f"Bearer {READER}"}).json()["ticket"]
    refused = site.get("/me", params={"ticket": other})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"


def test_without_a_login_no_ticket_is_needed(api: Api) -> None:
    """And whoever asks for one learns that."""
    assert api.post("/tickets").status_code == 409
    assert api.get("/health").json()["login"] is False
