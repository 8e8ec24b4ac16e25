"""The list of messages that nobody could process."""

from collections.abc import Sequence
from pathlib import Path

from tests.unit.hyperdock_gateway.auth.keys import (
    ADMIN,
    SUBMITTER,
    Clock,
    everybody,
    login_of,
    write,
)
from tests.unit.hyperdock_gateway.world import NOW, Api, World

from hyperdock_common.ports.bus import SetAside
from hyperdock_gateway.set_aside import LONGEST, NEWEST


class Bus:
    """Has some messages set aside."""

    def __init__(self, *kept: SetAside) -> None:
        self._kept = kept

    def list_set_aside(self) -> Sequence[SetAside]:
        """All of them."""
        return self._kept


def kept(reason: str, body: bytes = b"{}") -> SetAside:
    """A message that was set aside."""
    return SetAside(reason=reason, body=body, at=NOW)


def test_messages_come_newest_first(api: Api, world: World) -> None:
    """Each with its reason, its time and what was in it; bytes that are no text are replaced."""
    world.add_trial()
    bus = Bus(kept("first"), kept("second", b'{"a": "\xff\x00"}'))
    document = api.with_services(bus=bus).get("/set-aside").json()
    assert document == {
        "items": [
            {"reason": "second", "at": NOW, "body": '{"a": "\ufffd\x00"}'},
            {"reason": "first", "at": NOW, "body": "{}"},
        ],
        "next_cursor": None,
        "position": 1,
    }


def test_list_is_bounded(api: Api) -> None:
    """However many and long they are, the newest are shown, each in part."""
    long = "ä".encode() * 10**6
    bus = Bus(*(kept(str(number), long) for number in range(NEWEST + 50)))
    items = api.with_services(bus=bus).get("/set-aside").json()["items"]
    assert [each["reason"] for each in items] == [str(149 - number) for number in range(NEWEST)]
    assert {each["body"] for each in items} == {"ä" * LONGEST}


def test_nothing_is_set_aside_in_good_times(api: Api) -> None:
    """The list is empty then."""
    assert api.get("/set-aside").json()["items"] == []


def test_messages_are_for_administrators(api: Api, tmp_path: Path) -> None:
    """They may hold anything."""
    login = login_of(write(tmp_path / "tokens.json", everybody()), Clock())
    site = api.with_services(login=login)
    for secret, status in ((SUBMITTER, 403), (ADMIN, 200)):
        headers = {"authorization": f"Bearer {secret}"}
        assert site.get("/set-aside", headers=headers).status_code == status
