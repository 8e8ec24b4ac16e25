"""The operation that exports a trial."""

from collections.abc import Iterator
from typing import Final, Literal

from pydantic import Field
from starlette.responses import Response

from hyperdock_gateway.api import Call, Media, Operation, Parameters, nothing
from hyperdock_gateway.downloads import TAR_GZ, download
from hyperdock_gateway.export.bundle import bundle_of
from hyperdock_gateway.export.reading import jobs_of, line
from hyperdock_gateway.export.table import MOST_METRICS, MetricNames, table_of
from hyperdock_gateway.parameter_names import parameter_names
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

_CSV: Final = "text/csv; charset=utf-8"
_JSONL: Final = "application/x-ndjson"


class ExportParameters(Parameters):
    """As what a trial is exported."""

    format: Literal["csv", "jsonl", "bundle"] = Field(
        default="csv",
        description="csv: a table, one row a job. jsonl: one job a line, as JSON. bundle: a "
        ".tar.gz with spec, trial, jobs, curves and events.",
    )


def export(call: Call[ExportParameters, None]) -> Response:
    """A trial as a file, made while it is sent."""
    services, trial_id = call.services, call.path["trial_id"]
    trial = find_trial(services, trial_id)
    match call.query.format:
        case "csv":
            pieces = _table(services, trial_id)
            return download(call, pieces, name=f"{trial_id}.csv", media=_CSV)
        case "jsonl":
            lines = map(line, jobs_of(services.views, trial_id))
            return download(call, lines, name=f"{trial_id}.jsonl", media=_JSONL)
        case "bundle":
            spec = services.views.get("specs", trial_id)
            if spec is None:
                raise nothing("trial_id", trial_id)
            pieces = bundle_of(services, trial, spec)
            return download(call, pieces, name=f"{trial_id}.tar.gz", media=TAR_GZ)


def _table(services: Services, trial_id: str) -> Iterator[bytes]:
    views, metrics = services.views, MetricNames()
    for _ in metrics.learn(jobs_of(views, trial_id)):
        yield b""
    parameters = parameter_names(services, trial_id)
    yield from table_of(jobs_of(views, trial_id), parameters, list(metrics))


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/trials/{trial_id}/export",
        id="export_trial",
        summary="Save a trial's jobs as a table, or all there is of it",
        handler=export,
        scope="read",
        query=ExportParameters,
        answers={
            200: (
                Media(_CSV, description="Comma-separated values, JSON lines, or an archive."),
                Media(_JSONL),
                Media(TAR_GZ),
            )
        },
        tags=("trials",),
        reads="jobs",
        tickets=True,
        description="Rows come by job number. Behind the columns of the job come `params.<name>` "
        f"for each parameter of the space and `metrics.<name>` for the first {MOST_METRICS} names "
        "that there are. Times are ISO 8601. Texts that a spreadsheet would take for formulas "
        "(they begin with `=`, `+`, `-`, `@` or white space) have a `'` before them; numbers are "
        "as they are.",
    ),
)
