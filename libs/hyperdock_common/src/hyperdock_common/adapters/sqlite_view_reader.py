"""The views in a SQLite file for those who only look: nothing in the file is changed.

It may be one of an earlier release, and lie where nobody can write. What it does not have is empty.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hyperdock_common.adapters.sqlite_database import SqliteDatabase
from hyperdock_common.adapters.sqlite_generations import LAYOUT
from hyperdock_common.adapters.sqlite_pages import table
from hyperdock_common.adapters.sqlite_views import SqliteViews, SqliteViewStore
from hyperdock_common.ports.views import Role, ViewSchema


class SqliteViewReader(SqliteViewStore):
    """A `RebuildableViews` in the file `path`, which must be there. It refuses to be changed."""

    def __init__(self, path: Path, schemas: Sequence[ViewSchema]) -> None:
        stand_ins = {
            "positions.view": _empty("positions", "view", "position"),
            "versions.view": _empty("versions", "view", "version"),
            "generations.view": _empty("generations", "view", "made", "live", "beside", "before"),
        }
        for name in (table(schema.name).strip('"') for schema in schemas):
            stand_ins[f"{name}.key"] = _empty(name, "key", "document")
        layout = replace(LAYOUT, stand_ins=stand_ins)
        database = SqliteDatabase(path, layout, read_only=True)
        SqliteViews.__init__(self, database, schemas, Role.LIVE)


def _empty(name: str, *columns: str) -> str:
    nothing = ", ".join(f"NULL AS {column}" for column in columns)
    return f'CREATE TEMP VIEW "{name}" AS SELECT {nothing} WHERE FALSE'
