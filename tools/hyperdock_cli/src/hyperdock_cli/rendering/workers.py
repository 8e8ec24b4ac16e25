"""Workers as a table."""

from collections.abc import Sequence

from hyperdock_cli.api_client import Doc
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table


def worker_list(workers: Sequence[Doc], now: float) -> list[Part]:
    """All workers, one a row."""
    if not workers:
        return ["no workers; `hyperdock up` has one in its own process"]
    rows = [
        (
            worker["worker_id"],
            worker["state"],
            formats.printable(worker["host"]),
            worker["pool"],
            f"{len(worker['running'])}/{worker['slots']}",
            ", ".join(worker["runtimes"]),
            formats.ago(worker.get("last_seen"), now),
        )
        for worker in workers
    ]
    headings = ("worker", "state", "host", "pool", "slots", "runs", "last seen")
    return [Table(headings=headings, rows=rows, numbers=frozenset(("slots",)))]
