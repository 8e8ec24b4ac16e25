"""Workers as a table."""

from collections.abc import Sequence

from hyperdock_cli.api_client import Doc
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table, fields


def worker_list(workers: Sequence[Doc], now: float) -> list[Part]:
    """All workers, one a row."""
    if not workers:
        return ["no workers; `hyperdock up` has one in its own process"]
    rows = [
        (
            worker["worker_id"],
            _state(worker),
            formats.printable(worker["host"]),
            worker["pool"],
            f"{len(worker['running'])}/{worker['slots']}",
            ", ".join(worker["runtimes"]),
            formats.ago(worker.get("last_seen"), now),
        )
        for worker in workers
    ]
    headings = ("worker", "state", "host", "pool", "slots", "runs", "last seen")
    passing = frozenset(("last seen",))
    return [Table(headings=headings, rows=rows, numbers=frozenset(("slots",)), passing=passing)]


def worker_page(worker: Doc, now: float) -> list[Part]:
    """One worker: its fields, and what it runs."""
    parts: list[Part] = [
        fields(
            [
                ("worker", worker["worker_id"]),
                ("state", _state(worker)),
                ("host", formats.printable(worker["host"])),
                ("pool", worker["pool"]),
                ("slots", f"{len(worker['running'])} of {worker['slots']} busy"),
                ("gpus", str(worker.get("gpus") or "")),
                ("runs", ", ".join(worker["runtimes"])),
                ("version", formats.printable(worker.get("version") or "")),
                ("registered", formats.moment(worker.get("registered_at"))),
                ("last seen", formats.ago(worker.get("last_seen"), now)),
            ]
        )
    ]
    if worker["running"]:
        jobs = "\n".join(f"  {job_id}" for job_id in sorted(worker["running"]))
        parts.append(f"running jobs:\n{jobs}")
    return parts


def _state(worker: Doc) -> str:
    return "draining" if worker["state"] == "alive" and worker.get("draining") else worker["state"]
