"""Puts a notifier together from its file: the way to each target, and what it tells of itself."""

from collections.abc import Mapping
from pathlib import Path

from hyperdock_common.errors import Problem
from hyperdock_common.ports import EventLog, Feed, ViewStore
from hyperdock_gateway.notify.notifier import Counted, Notifier
from hyperdock_gateway.notify.sending import Sender
from hyperdock_gateway.notify.settings import InvalidNotify, NotifySettings, read_settings


def make_notifier(
    path: Path,
    environ: Mapping[str, str],
    stores: tuple[EventLog, Feed, ViewStore],
    counted: Counted,
) -> Notifier:
    """A notifier as the file says, to be started.

    Args:
        path: the file.
        environ: the variables that it may name.
        stores: where it follows what happens, and where it remembers what it told.
        counted: is told of each message and what became of it.

    Raises:
        InvalidNotify: the file cannot be used; names each field at fault.
    """
    settings, senders = read_targets(path, environ)
    return Notifier(*stores, settings, senders, counted=counted)


def read_targets(
    path: Path, environ: Mapping[str, str]
) -> tuple[NotifySettings, Mapping[str, Sender]]:
    """What a file says, and the way to each of its targets.

    Raises:
        InvalidNotify: as above.
    """
    from hyperdock_gateway.notify.apprise_sender import (  # noqa: PLC0415 - slow to import
        AppriseSender,
        UnknownAddress,
    )

    settings = read_settings(path, environ)
    senders: dict[str, Sender] = {}
    problems: list[Problem] = []
    for index, target in enumerate(settings.targets):
        try:
            senders[target.key] = AppriseSender(target.url)
        except UnknownAddress as error:
            problems.append(Problem(f"targets[{index}]", f"its address {error}"))
    if problems:
        raise InvalidNotify(path, *problems)
    return settings, senders
