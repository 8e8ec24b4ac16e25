"""Everything that a job's attempt left, in one archive: its files and its log."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ArtifactFile
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Call, Media, Operation
from hyperdock_gateway.archives import Content, Member, content_of, stream_content, tar_gz
from hyperdock_gateway.documents import show_trial
from hyperdock_gateway.downloads import TAR_GZ, download, job_name
from hyperdock_gateway.jobs import find_job
from hyperdock_gateway.logs import log_end, read_to
from hyperdock_gateway.retention.wording import told
from hyperdock_gateway.services import Services
from hyperdock_gateway.trials import find_trial

_LOG: Final = "log.txt"
_NO_LOG: Final = "log.removed.txt"
_NOW_ONLY: Final = "files and logs are made of no events: they can be saved as they are now only"


def download_archive(call: Call[None, None]) -> Response:
    """The attempt that decided a job; before that, the newest."""
    return _archive(call, find_job(call.services, call.path["job_id"]))


def download_best(call: Call[None, None]) -> Response:
    """The best job of a trial."""
    services, trial_id = call.services, call.path["trial_id"]
    best: Any = show_trial(services, find_trial(services, trial_id))["best"]
    if best is None:
        raise Refused(404, f"trial {trial_id} has no best job: none has succeeded")
    return _archive(call, find_job(services, best["job_id"]))


def _archive(call: Call[None, None], job: JsonObject) -> Response:
    found: Any = job
    job_id, attempt = found["job_id"], found["attempt"]
    if attempt == 0:
        raise Refused(404, f"job {job_id} has left nothing: no attempt of it has begun")
    files = call.services.artifacts.list(found["trial_id"], job_id, attempt)
    name, at = job_name(job_id, attempt), found["finished_at"] or found["proposed_at"]
    pieces = tar_gz(name, _members(call.services, found, files), at)
    return download(call, pieces, name=f"{name}.tar.gz", media=TAR_GZ)


def _members(services: Services, job: Any, files: Any) -> Iterator[Member]:
    """The files in order, then the log, which a file of the target may be called like."""
    place = job["trial_id"], job["job_id"], job["attempt"]
    for each in files:
        yield Member(each.path, partial(_file, services, place, each))
    read = partial(services.artifacts.read_log, *place)
    end = log_end(read)
    if not end and (removed := services.artifacts.removed_log(*place)) is not None:
        sentence = f"{told(job['attempt'], removed)}\n".encode()
        yield Member(_NO_LOG, lambda: content_of(sentence))
        return
    yield Member(_LOG, lambda: Content(end, read_to(read, end)))


def _file(services: Services, place: tuple[str, str, int], file: ArtifactFile) -> Content:
    return stream_content(services.artifacts.open(*place, file.path))


_ARCHIVE: Final = Media(
    TAR_GZ,
    description="Its files, and its log as `log.txt`, in one folder. `PROBLEMS.txt` is there "
    "where a file changed meanwhile, `log.removed.txt` where the log was removed.",
)

OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/jobs/{job_id}/archive",
        id="download_archive",
        summary="Save all that a job left: its files and its log",
        handler=download_archive,
        scope="read",
        answers={200: _ARCHIVE},
        tags=("jobs",),
        reads="jobs",
        now_only=_NOW_ONLY,
        tickets=True,
    ),
    Operation(
        method="GET",
        path="/trials/{trial_id}/best/archive",
        id="download_best",
        summary="Save all that a trial's best job left",
        handler=download_best,
        scope="read",
        answers={200: _ARCHIVE},
        tags=("trials",),
        reads="jobs",
        now_only=_NOW_ONLY,
        tickets=True,
    ),
)
