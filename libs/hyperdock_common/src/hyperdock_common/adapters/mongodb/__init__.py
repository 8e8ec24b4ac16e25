"""The adapters that keep log, views and artifacts in MongoDB; pymongo is imported here only.

They need neither transactions nor change streams, so a standalone server serves as well as a
replica set. Every client writes with `w=majority, j=True`.
"""

from hyperdock_common.adapters.mongodb.artifacts import MongoArtifactStore
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.adapters.mongodb.write_behind import WriteBehindViews

__all__ = [
    "MongoArtifactStore",
    "MongoEventLog",
    "MongoServer",
    "MongoSettings",
    "MongoViewStore",
    "WriteBehindViews",
]
