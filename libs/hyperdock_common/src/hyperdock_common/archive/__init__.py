"""The archive: a prefix of the log in files, out of which it is read as if it were in the store."""

from hyperdock_common.archive.archived_log import ArchivedEventLog, Store
from hyperdock_common.archive.archiving import ArchiveBusy, Archiving, archive_prefix
from hyperdock_common.archive.auditing import AuditedLog, BadFile, bad_files
from hyperdock_common.archive.manifest import Manifest, Segment, UnusableArchive, read_manifest
from hyperdock_common.archive.places import last_before
from hyperdock_common.archive.reading import Archive, ArchiveFolder

__all__ = [
    "Archive",
    "ArchiveBusy",
    "ArchiveFolder",
    "ArchivedEventLog",
    "Archiving",
    "AuditedLog",
    "BadFile",
    "Manifest",
    "Segment",
    "Store",
    "UnusableArchive",
    "archive_prefix",
    "bad_files",
    "last_before",
    "read_manifest",
]
