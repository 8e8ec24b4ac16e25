"""Where each generation of a view is: one small document for a view, changed as a whole.

It names the live generation with its position and version, on top as it ever was, and within it
those beside and before that one. So a switch is one update of one document, and a writer that
moves a position on says of which generation. The first generation's number is left out.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer
from hyperdock_common.adapters.page_query import checked
from hyperdock_common.ports.views import Role

_MAJORITY: Final = ReadConcern("majority")
_TRIES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One generation: its number, how far it is, and whether it was left half cleared."""

    number: int
    position: int
    version: int | None
    half_cleared: bool = False

    @classmethod
    def of(cls, found: Document) -> Self:
        """As it stands in the database."""
        return cls(
            number=int(found.get("generation", 0)),
            position=int(found["position"]),
            version=found.get("version"),
            half_cleared="clearing" in found,
        )

    def is_usable(self, version: int) -> bool:
        """Whether it was kept by this version of the schema, and is whole."""
        return self.version == version and not self.half_cleared

    @property
    def document(self) -> Document:
        """As it stands within the document of the view."""
        return {"generation": self.number, "position": self.position, "version": self.version}


class Places:
    """The places of one view's generations. Call it inside `translated`."""

    def __init__(self, server: MongoServer, view: str) -> None:
        self._server = server
        self._view = view
        self._name = f"view_{checked(view)}"
        self._documents = server.database.get_collection("positions", read_concern=_MAJORITY)

    def collection(self, number: int) -> Collection[Document]:
        """The documents of a generation."""
        name = f"{self._name}.g{number}" if number else self._name
        return self._server.database.get_collection(name, read_concern=_MAJORITY)

    def find(self, role: Role) -> Place | None:
        """The generation that plays a role; None where there is none."""
        return self.all().get(role)

    def all(self) -> dict[Role, Place]:
        """All generations that there are."""
        found = self._find()
        within = {role: found.get(role.value) for role in (Role.BESIDE, Role.BEFORE)}
        others = {role: Place.of(each) for role, each in within.items() if each}
        return {Role.LIVE: Place.of(found), **others} if "position" in found else others

    def move(self, role: Role, number: int, version: int, position: int) -> bool:
        """Moves a position on, if the generation is there as it was; false where it is not."""
        if role is not Role.LIVE:
            same = {f"{role.value}.generation": number}
            to = {f"{role.value}.position": position}
            return self._change(same, {"$max": to})
        same = {"version": version, **_live(number)}
        to = {"position": position}
        try:
            return self._change(same, {"$max": to}, upsert=not number)
        except DuplicateKeyError:  # another has made it at this moment, or for another version
            return self._change(same, {"$max": to})

    @contextmanager
    def clearing(self, version: int, forgotten: Sequence[Role] = ()) -> Iterator[None]:
        """What is in the live generation counts for nothing until the block has ended.

        Those in the forgotten roles are none any more from the beginning on.
        """
        begun: dict[str, Any] = {"position": 0, "clearing": True, "version": version}
        gone = {"$unset": {role.value: True for role in forgotten}} if forgotten else {}
        self._change({}, {"$set": begun, **gone}, upsert=True)
        yield
        self._change({}, {"$unset": {"clearing": True}})

    def begin(self, version: int) -> None:
        """Makes a generation beside the live one, unless there is one of this version."""
        for _ in range(_TRIES):
            found = self._find()
            beside = found.get(Role.BESIDE.value)
            if beside is not None and beside.get("version") == version:
                return
            number = int(found.get("made", 0)) + 1
            if not self._take(number, found, version):
                continue
            self.collection(number).drop()
            fresh = Place(number=number, position=0, version=version)
            was = beside["generation"] if beside else {"$exists": False}
            same = {f"{Role.BESIDE.value}.generation": was}
            if self._change(same, {"$set": {Role.BESIDE.value: fresh.document}}):
                return

    def put_live(self, role: Role, place: Place, before: Place) -> bool:
        """Makes a generation the live one, unless that has moved beyond it or is another one."""
        same = {
            f"{role.value}.generation": place.number,
            "position": {"$lte": place.position},
            "version": before.version,
            "clearing": {"$exists": before.half_cleared},
            **_live(before.number),
        }
        to = dict(place.document)
        gone = {Role.BESIDE.value: True} if role is Role.BESIDE else {}
        if before.half_cleared:  # whoever did that is told, and what is left is of no use
            gone.update({"clearing": True, Role.BEFORE.value: True})
        else:
            to[Role.BEFORE.value] = before.document
        if not place.number:
            del to["generation"]
            gone["generation"] = True
        return self._change(same, {"$set": to, **({"$unset": gone} if gone else {})})

    def take_out(self, role: Role, number: int) -> bool:
        """Forgets a generation that is not the live one."""
        same = {f"{role.value}.generation": number}
        return self._change(same, {"$unset": {role.value: True}})

    def drop_strays(self) -> None:
        """Drops the collections of generations that play no role any more."""
        names = self._of_generations()  # first: what is begun meanwhile is wanted
        wanted = {self.collection(each.number).name for each in self.all().values()}
        for name in names:
            if name not in wanted:
                self._server.database.drop_collection(name)

    def _take(self, number: int, found: Document, version: int) -> bool:
        """Takes a number that nobody else has then; false where somebody was faster."""
        same = {"made": found.get("made") or {"$exists": False}}
        change = {"$set": {"made": number}, "$setOnInsert": {"position": 0, "version": version}}
        try:
            return self._change(same, change, upsert=not found)
        except DuplicateKeyError:
            return False

    def _of_generations(self) -> Sequence[str]:
        names = self._server.database.list_collection_names()
        return [each for each in names if each == self._name or each.startswith(f"{self._name}.g")]

    def _find(self) -> Document:
        return self._documents.find_one({"_id": self._view}) or {}

    def _change(self, same: Document, change: Document, *, upsert: bool = False) -> bool:
        done = self._documents.update_one({"_id": self._view, **same}, change, upsert=upsert)
        return bool(done.matched_count) or done.upserted_id is not None


def _live(number: int) -> Document:
    return {"generation": number or {"$exists": False}}
