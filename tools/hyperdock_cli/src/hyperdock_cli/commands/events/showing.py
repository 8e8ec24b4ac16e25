"""`hyperdock events show`: one event in full, what it followed from and what followed from it."""

from collections.abc import Iterator
from typing import Any, Final

import click

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show as show_parts
from hyperdock_cli.output import show_json
from hyperdock_cli.rendering.events import event_page
from hyperdock_cli.session import Session, system_options
from hyperdock_client import NotFound, calls

_LONGEST_CHAIN: Final = 50
_SEARCHED: Final = 2000
_PAGE: Final = 1000


@click.command()
@system_options
@click.argument("event", metavar="POSITION|ID")
@as_json
def show(session: Session, /, *, event: str, as_json: bool) -> None:
    """Show one event in full, with the chain of its causes and with what followed from it.

    What followed is looked for in the next 2,000 events of all, and of its trial.

    \b
    Examples:
      hyperdock events show 42
      hyperdock events show 6f1f4f9e-5a53-5d5e-9d2b-0d6b7f2c1a11 --json
    """  # noqa: D301
    with session.client() as client:
        found = client.document(calls.event(event))
        causes = list(_causes(client, found))
        followed = _followed(client, found)
    if as_json:
        show_json({"event": found, "causes": causes, "followed": followed})
    else:
        show_parts(event_page(found, causes, followed))


def _causes(client: ApiClient, event: Doc) -> Iterator[Doc]:
    """What it followed from, the nearest first. Who asked for it may not have been recorded."""
    seen = {event["event_id"]}
    while (cause := event.get("causation_id")) and cause not in seen:
        if len(seen) > _LONGEST_CHAIN:
            return
        seen.add(cause)
        try:
            event = client.document(calls.event(str(cause)))
        except NotFound:
            return
        yield event


def _followed(client: ApiClient, event: Doc) -> list[Doc]:
    """What was recorded because of it, in order."""
    found: dict[int, Doc] = {}
    for stream in (None, event["stream"]):
        for each in _behind(client, int(event["position"]), stream):
            if each.get("causation_id") == event["event_id"]:
                found[each["position"]] = each
    return [found[position] for position in sorted(found)]


def _behind(client: ApiClient, after: int, stream: str | None) -> Iterator[Doc]:
    for _ in range(0, _SEARCHED, _PAGE):
        page: Any = client.ask(calls.history(after=after, limit=_PAGE, stream=stream))
        yield from page["items"]
        if page["next_after"] <= after or page["next_after"] >= page["position"]:
            return
        after = page["next_after"]


COMMANDS: Final = (show,)
