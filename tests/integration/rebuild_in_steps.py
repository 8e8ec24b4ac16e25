"""Rebuilds all views in small steps, to be killed between any two of them.

A program of its own: `rebuild_in_steps.py --state FOLDER` or `--mongodb URL`.
"""

import sys
from contextlib import ExitStack, closing
from pathlib import Path

from hyperdock_cli.state_folder import StateFolder
from hyperdock_common.adapters.mongodb import (
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
)
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.ports import EventLog, RebuildableViews
from hyperdock_common.projections import PROJECTIONS, SCHEMAS
from hyperdock_common.rebuilding import Amounts, rebuild

STEP = Amounts(page=50, events=250, documents=250)


def main(kind: str, place: str) -> None:
    """Opens the system and rebuilds its views."""
    log: EventLog
    views: RebuildableViews
    with ExitStack() as stack:
        if kind == "--mongodb":
            server = stack.enter_context(MongoServer(MongoSettings(url=place)))
            log, views = MongoEventLog(server), MongoViewStore(server, SCHEMAS)
        else:
            folder = StateFolder(Path(place))
            log = stack.enter_context(closing(SqliteEventLog(folder.events)))
            views = stack.enter_context(closing(SqliteViewStore(folder.views, SCHEMAS)))
        rebuild(PROJECTIONS, views, log, amounts=STEP)


if __name__ == "__main__":
    main(*sys.argv[1:])
