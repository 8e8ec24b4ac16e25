"""Events in files: written, read and checked, put into a log again, whichever store it is in."""

from hyperdock_common.transfer.exporting import Wanted, export_events
from hyperdock_common.transfer.importing import (
    CannotImport,
    Imported,
    examine,
    import_events,
    import_examined,
)
from hyperdock_common.transfer.lines import Header, Trailer
from hyperdock_common.transfer.reading import DamagedFile, EventReader
from hyperdock_common.transfer.sections import BrokenLog, chain_at, raw_section, section, stored_at
from hyperdock_common.transfer.writing import FRAME_EVENTS, EventFile

__all__ = [
    "FRAME_EVENTS",
    "BrokenLog",
    "CannotImport",
    "DamagedFile",
    "EventFile",
    "EventReader",
    "Header",
    "Imported",
    "Trailer",
    "Wanted",
    "chain_at",
    "examine",
    "export_events",
    "import_events",
    "import_examined",
    "raw_section",
    "section",
    "stored_at",
]
