"""The kit of the REST API: operations are declared as data; routes and OpenAPI are made of them.

How an operation is added:

1.  Describe its documents in `api/documents/`: `Document` for answers (every field is required,
    `X | None` where null can stand), `Asked` for bodies, `Listed[X]` for lists.
2.  Describe its parameters: a subclass of `Parameters`, or of `PageParameters` for lists, with a
    default for each field: `class JobParameters(PageParameters): state: JobState | None = None`.
3.  Write the handler, a plain function: `def show(call: Call[None, None]) -> Answer`. It gets
    `call.services`, `call.path["trial_id"]`, `call.query`, `call.body`, `call.key`, `call.actor`,
    `call.position`, all checked. It may block (it runs in the threadpool) unless it is `async`.
4.  It answers `Answer(document)` (or `Answer(document, 201, {"Location": …})`), or a response of
    Starlette for streams, and raises `Refused`, or `nothing("trial_id", trial_id)`,
    `bad("cursor", "…")`, `InvalidTrial` for what is wrong: see `problems` for who answers what.
5.  Add an `Operation(…)` to its module's `OPERATIONS`, and a new module to
    `hyperdock_gateway.operations`. Then it is routed, documented, and tested by
    `tests/integration/test_api_schema.py`, which needs no line for it.

With `at`, reads of a view or the log (`reads`, `reads_log`) are asked as of a moment of the past:
then `call.services` has the log and the views of the moment, and the handler needs no line for it.
What no event tells (files, logs) says so in `now_only`.

The kit refuses, before a handler is called: unknown, repeated and wrong parameters (400), missing
scopes (403), ids that cannot be any (404), bodies that are too large (413), of another type (415)
or wrong in whatever field (422). It sets `Hyperdock-Position` (name the view in `reads`), `ETag`.
Large documents leave the machine as gzip.
"""

from hyperdock_gateway.api.documentation import with_documentation
from hyperdock_gateway.api.documents.spec import TrialDocument
from hyperdock_gateway.api.operation import Answer, Call, Media, Operation, listed
from hyperdock_gateway.api.pages import as_stored, read_page
from hyperdock_gateway.api.paths import nothing
from hyperdock_gateway.api.problems import HANDLERS
from hyperdock_gateway.api.query import PageParameters, Parameters, bad
from hyperdock_gateway.api.routing import routes_of

__all__ = [
    "HANDLERS",
    "Answer",
    "Call",
    "Media",
    "Operation",
    "PageParameters",
    "Parameters",
    "TrialDocument",
    "as_stored",
    "bad",
    "listed",
    "nothing",
    "read_page",
    "routes_of",
    "with_documentation",
]
