"""`hyperdock worker …`: looks at workers, and keeps jobs from them."""

from typing import Final

import click

from hyperdock_cli import output
from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.arguments import on_each
from hyperdock_cli.at_option import at_option, now_at
from hyperdock_cli.completions import complete_workers
from hyperdock_cli.live_view import Look, present, watch_option
from hyperdock_cli.lookup import find_worker
from hyperdock_cli.options import as_json
from hyperdock_cli.rendering.workers import worker_list, worker_page
from hyperdock_cli.session import Session, system_options
from hyperdock_client import calls

_HELP: Final = "WORKER is an id, the beginning of one, or a host that has one worker."
_STATES: Final = ("alive", "lost", "left")


@click.group()
def worker() -> None:
    """List, show and drain workers.

    \b
    Examples:
      hyperdock worker list
      hyperdock worker drain gpu-host-3f2a1c
    """  # noqa: D301


@worker.command("list")
@system_options
@click.option("--only", type=click.Choice(_STATES), help="Only workers in this state.")
@click.option("--pool", help="Only workers of this pool.")
@at_option
@watch_option
@as_json
def list_(
    session: Session,
    /,
    *,
    only: str | None,
    pool: str | None,
    at: str | None,
    watch: bool,
    as_json: bool,
) -> None:
    """List workers with their slots and what they can run.

    \b
    Examples:
      hyperdock worker list
      hyperdock worker list --only alive --watch
      hyperdock worker list --json
      hyperdock worker list --at 3d
    """  # noqa: D301

    def look(client: ApiClient) -> Look:
        found = client.workers(state=only, pool=pool, at=at)
        everything = only is None and pool is None
        now = now_at(client, at, session.outside.now())
        parts = worker_list(found, now) if found or everything else ["no such workers"]
        return Look(parts=parts, value=found, over=at is not None)

    present(session, look, as_json=as_json, watch=watch)


@worker.command(epilog=_HELP)
@click.argument("text", metavar="WORKER", shell_complete=complete_workers)
@system_options
@at_option
@as_json
def show(session: Session, /, text: str, *, at: str | None, as_json: bool) -> None:
    """Show a worker: its host, its slots, what it runs.

    \b
    Example:
      hyperdock worker show gpu-host-3f2a1c
    """  # noqa: D301
    with session.client() as client:
        found = find_worker(client, text)
        if at is not None:
            found = client.document(calls.worker(found["worker_id"], at=at))
        now = now_at(client, at, session.outside.now())
    if as_json:
        output.show_json(found)
    else:
        output.show(worker_page(found, now))


def _steering(verb: str, summary: str, line: str) -> None:
    @worker.command(
        verb,
        help=f"{summary}\n\n\b\nExample:\n  hyperdock worker {verb} gpu-host-3f2a1c",
        short_help=summary,
        epilog=_HELP,
    )
    @click.argument(
        "texts", metavar="WORKER…", nargs=-1, required=True, shell_complete=complete_workers
    )
    @system_options
    @as_json
    def steer(session: Session, /, texts: tuple[str, ...], *, as_json: bool) -> None:
        def act(client: ApiClient, found: Doc) -> Doc:
            return client.document(calls.steer_worker(found["worker_id"], verb))

        def tell(found: Doc) -> str:
            left = len(found["running"])
            goes_on = f"; {left} job{'s go' if left > 1 else ' goes'} on" if left else ""
            return f"{found['worker_id']} {line}{goes_on}"

        on_each(session, texts, find_worker, act, tell, as_json=as_json)


_steering("drain", "Let workers take no more jobs; what they run goes on.", "takes no more jobs")
_steering("undrain", "Let drained workers take jobs again.", "takes jobs again")
