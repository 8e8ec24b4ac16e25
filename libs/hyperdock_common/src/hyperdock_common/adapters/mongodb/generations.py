"""The generations of the views in MongoDB: a collection for each, and a pointer to the live one."""

from collections.abc import Callable, Iterator, Sequence

from hyperdock_common.adapters.mongodb.connection import MongoServer, translated
from hyperdock_common.adapters.mongodb.view_places import Place, Places
from hyperdock_common.adapters.mongodb.view_rows import Rows
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports.views import Generation, Role, ViewSchema, ViewStore


class MongoGenerations:
    """The `ViewGenerations` of a database.

    Args:
        server: where it is.
        schemas: the views.
        store: gives a store for some views in a role.
    """

    def __init__(
        self,
        server: MongoServer,
        schemas: Sequence[ViewSchema],
        store: Callable[[Sequence[ViewSchema], Role], ViewStore],
    ) -> None:
        self._server = server
        self._schemas = {schema.name: schema for schema in schemas}
        self._store = store

    def generations(self) -> Sequence[Generation]:
        """See `ViewGenerations.generations`."""
        with translated():
            return [each for view in self._schemas for each in self._of(view)]

    def beside(self, views: Sequence[str]) -> ViewStore:
        """See `ViewGenerations.beside`."""
        schemas = [self._schema(view) for view in views]
        with translated():
            for schema in schemas:
                places = self._places(schema.name)
                places.begin(schema.version)
                places.drop_strays()
                if place := places.find(Role.BESIDE):
                    _make_indexes(places, place, schema)
        return self._store(schemas, Role.BESIDE)

    def before(self, views: Sequence[str]) -> ViewStore:
        """See `ViewGenerations.before`."""
        schemas = [self._schema(view) for view in views]
        with translated():
            for view in views:
                if self._places(view).find(Role.BEFORE) is None:
                    raise ValueError(f"nothing is kept from before of the view {view}")
        return self._store(schemas, Role.BEFORE)

    def switch(self, view: str, role: Role = Role.BESIDE) -> bool:
        """See `ViewGenerations.switch`; one update of one document decides."""
        schema = self._schema(view)
        with translated():
            places = self._places(view)
            there = places.all()
            if (place := there.get(role)) is None:
                raise ValueError(f"the view {view} has no generation {role.value}")
            live = there[Role.LIVE] if Role.LIVE in there else _new(schema)
            _refuse_foreign(view, live, schema)
            _make_indexes(places, place, schema)
            if place.position < live.position or not place.is_usable(schema.version):
                return False
            if not places.put_live(role, place, live):
                return False
            places.drop_strays()
            return True

    def drop(self, view: str, role: Role) -> bool:
        """See `ViewGenerations.drop`; whatever else was left, by one that was killed, goes too."""
        if role is Role.LIVE:
            raise ValueError("the live generation of a view is not dropped")
        self._schema(view)
        with translated():
            places = self._places(view)
            place = places.find(role)
            is_taken = place is not None and places.take_out(role, place.number)
            places.drop_strays()
            return is_taken

    def _of(self, view: str) -> Iterator[Generation]:
        for role, place in self._places(view).all().items():
            if place.position or role is not Role.LIVE:
                yield Generation(
                    view=view,
                    role=role,
                    number=place.number,
                    position=place.position,
                    version=place.version,
                )

    def _schema(self, view: str) -> ViewSchema:
        if view not in self._schemas:
            raise ValueError(f"there is no view {view!r}")
        return self._schemas[view]

    def _places(self, view: str) -> Places:
        return Places(self._server, view)


def _make_indexes(places: Places, place: Place, schema: ViewSchema) -> None:
    """Made while there is nothing yet: a server may take longer over them than a client waits."""
    for index in Rows(schema).indexes():
        places.collection(place.number).create_indexes([index])


def _new(schema: ViewSchema) -> Place:
    return Place(number=0, position=0, version=schema.version)


def _refuse_foreign(view: str, live: Place, schema: ViewSchema) -> None:
    if live.position and live.version != schema.version:
        raise StorageUnavailable(
            f"the view {view} is kept by version {live.version} of its schema, this release has"
            f" {schema.version}"
        )
