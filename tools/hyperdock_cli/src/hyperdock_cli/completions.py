"""What a shell offers when somebody presses Tab: names from the gateway, quickly or not at all."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from hyperdock_cli.api_client import ApiClient

_PATIENCE: Final = 1.5
_MOST: Final = 200


def complete_trials(
    ctx: click.Context, _param: click.Parameter, begun: str
) -> list[CompletionItem]:
    """The ids of trials, newest first."""
    return _offered(begun, lambda: _asked(ctx, _trials))


def complete_workers(
    ctx: click.Context, _param: click.Parameter, begun: str
) -> list[CompletionItem]:
    """The ids of workers."""
    return _offered(begun, lambda: _asked(ctx, _workers))


def complete_profiles(
    _ctx: click.Context, _param: click.Parameter, begun: str
) -> list[CompletionItem]:
    """The names of profiles."""
    return _offered(begun, _profiles)


def _offered(begun: str, find: Callable[[], Iterable[CompletionItem]]) -> list[CompletionItem]:
    """What is found in time; a terminal is no place for an error in the middle of a word."""
    found: list[CompletionItem] = []

    def look() -> None:
        with suppress(Exception):
            found.extend(each for each in find() if each.value.startswith(begun))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return [] if thread.is_alive() else found


def _asked(
    ctx: click.Context, read: Callable[["ApiClient"], list[CompletionItem]]
) -> list[CompletionItem]:
    from hyperdock_cli.launch import Outside  # noqa: PLC0415 - imports what imports this
    from hyperdock_cli.session import session_of  # noqa: PLC0415

    root, mine = ctx.find_root(), ctx.params
    state: Path | None = mine.get("state")
    session = session_of(root, root.obj if isinstance(root.obj, Outside) else Outside())
    session = session.at(state, mine.get("url"), mine.get("token"), mine.get("profile"))
    with session.client() as client:
        return read(client)


def _trials(client: "ApiClient") -> list[CompletionItem]:
    return [_item(each["trial_id"], each["state"]) for each in islice(client.trials(), _MOST)]


def _workers(client: "ApiClient") -> list[CompletionItem]:
    return [_item(each["worker_id"], each["state"]) for each in client.workers()]


def _profiles() -> list[CompletionItem]:
    from hyperdock_client.profiles import read_profiles  # noqa: PLC0415 - slow, help is not

    return [_item(name, each.url) for name, each in read_profiles().known.items()]


def _item(value: str, about: Any) -> CompletionItem:
    return CompletionItem(value, help=str(about))
