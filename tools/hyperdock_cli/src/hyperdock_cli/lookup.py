"""Finds what a person means by a name or the beginning of an id."""

import difflib
import re
from collections.abc import Sequence

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_client import NotFound

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_SHOWN = 5


def find_trial(client: ApiClient, text: str, at: str | None = None) -> Doc:
    """The trial of this id, this name, or whose id begins so, as it is, or was at a moment.

    Raises:
        Fault: there is none, or there are several.
        NotFound: it was not there yet.
    """
    found = _trial_now(client, text)
    return found if at is None else client.trial(found["trial_id"], at)


def _trial_now(client: ApiClient, text: str) -> Doc:
    if _ID.fullmatch(text) and (found := _or_none(client, "trial", text)):
        return found
    trials = list(client.trials(archived="any"))
    meant = [each for each in trials if each["name"] == text]
    meant = meant or [each for each in trials if each["trial_id"].startswith(text)]
    if len(meant) == 1:
        return client.trial(meant[0]["trial_id"])
    if meant:
        raise Fault(f"{text!r} may be {_listed(meant)}", "give one of these ids", code=REFUSED)
    raise Fault(f"there is no trial {text!r}", _near(text, trials), code=REFUSED)


def find_job(client: ApiClient, text: str, at: str | None = None) -> Doc:
    """The job of this id; the trial before the last dot may be shortened as in `find_trial`.

    Raises:
        Fault: there is none.
        NotFound: it was not there yet.
    """
    found = _job_now(client, text)
    return found if at is None else client.job(found["job_id"], at)


def _job_now(client: ApiClient, text: str) -> Doc:
    if _ID.fullmatch(text) and (found := _or_none(client, "job", text)):
        return found
    trial_text, _, number = text.rpartition(".")
    if not trial_text or not number.isdecimal():
        remedy = "a job is named <trial>.<number>, e.g. awk-branin-k3x7qa.12"
        raise Fault(f"there is no job {text!r}", remedy, code=REFUSED)
    trial = find_trial(client, trial_text)
    found = _or_none(client, "job", f"{trial['trial_id']}.{int(number)}")
    if found is None:
        problem = f"trial {trial['trial_id']} has no job {int(number)}"
        remedy = f"it has {trial['jobs']['proposed']} so far, counted from 1"
        raise Fault(problem, remedy, code=REFUSED)
    return found


def find_worker(client: ApiClient, text: str) -> Doc:
    """The worker of this id, whose id begins so, or the only one that is alive on this host.

    Raises:
        Fault: there is none, or there are several.
    """
    workers = client.workers()
    meant = [each for each in workers if each["worker_id"] == text]
    meant = meant or [each for each in workers if each["worker_id"].startswith(text)]
    meant = meant or [each for each in workers if each["host"] == text]
    if len(meant) > 1:
        meant = [each for each in meant if each["state"] == "alive"] or meant
    if len(meant) == 1:
        return meant[0]
    if meant:
        ids = ", ".join(f"{each['worker_id']} ({each['state']})" for each in meant[:_SHOWN])
        raise Fault(f"{text!r} may be {ids}", "give one of these ids", code=REFUSED)
    known = sorted(each["worker_id"] for each in workers)
    near = difflib.get_close_matches(text, known, n=3, cutoff=0.5)
    remedy = f"did you mean {' or '.join(near)}?" if near else "`hyperdock worker list` lists them"
    raise Fault(f"there is no worker {text!r}", remedy, code=REFUSED)


def _or_none(client: ApiClient, kind: str, key: str) -> Doc | None:
    try:
        return client.trial(key) if kind == "trial" else client.job(key)
    except NotFound:
        return None


def _near(text: str, trials: Sequence[Doc]) -> str:
    known = {each["trial_id"] for each in trials} | {each["name"] for each in trials}
    near = difflib.get_close_matches(text, sorted(known), n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "`hyperdock trial list` lists them" if trials else "there are no trials yet"


def _listed(trials: Sequence[Doc]) -> str:
    shown = [f"{each['trial_id']} ({each['state']})" for each in trials[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(trials) - _SHOWN} more" * (len(trials) > _SHOWN))
