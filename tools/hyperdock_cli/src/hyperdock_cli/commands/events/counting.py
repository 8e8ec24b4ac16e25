"""`hyperdock events stats`: what the log consists of."""

from collections.abc import Iterator
from typing import Final

import click

from hyperdock_cli.checked_system import Place
from hyperdock_cli.counted_progress import told_progress
from hyperdock_cli.log_statistics import LogStatistics, count_events
from hyperdock_cli.opened_log import log_to_read
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.place_options import place_options
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table, fields
from hyperdock_common.ports import StoredEvent
from hyperdock_common.transfer import raw_section

_STREAMS: Final = 10


@click.command()
@place_options
@click.option(
    "--streams",
    type=click.IntRange(0),
    default=_STREAMS,
    show_default=True,
    help="List so many of the largest streams.",
)
@as_json
def stats(place: Place, /, *, streams: int, as_json: bool) -> None:
    """Count the events of a log by type and stream, with their bytes and their rate.

    Reads the log itself, whether its system runs or not; what is in its archive is counted, too.

    \b
    Examples:
      hyperdock events stats
      hyperdock events stats --mongodb mongodb://db/hyperdock --streams 50
    """  # noqa: D301
    with log_to_read(place) as opened:
        head = opened.log.head()
        progress = told_progress("counted")

        def told() -> Iterator[StoredEvent]:
            for fact in raw_section(opened.log, 0, head):
                progress("events", fact.position, head)
                yield fact

        found = count_events(told())
    if as_json:
        show_json(found.as_json(streams))
    else:
        show(_parts(found, streams))


def _parts(found: LogStatistics, streams: int) -> list[Part]:
    count, size = found.events.total(), found.bytes.total()
    parts: list[Part] = [
        fields(
            [
                ("events", f"{count:,}"),
                ("positions", f"{found.first_position:,} to {found.last_position:,}"),
                ("bytes", f"{formats.size(size)}, {size // max(count, 1):,} an event"),
                ("first", formats.moment(found.first_at)),
                ("last", formats.moment(found.last_at)),
                ("rate", "" if found.rate is None else f"{found.rate:,.2f} events a second"),
                ("streams", f"{len(found.streams):,}"),
            ]
        )
    ]
    if not count:
        return parts
    by_type = [
        (
            formats.printable(kind),
            f"{events:,}",
            formats.size(found.bytes[kind]),
            f"{found.bytes[kind] // events:,}",
        )
        for kind, events in found.events.most_common()
    ]
    headings = ("type", "events", "bytes", "each")
    parts.append(Table(headings=headings, rows=by_type, numbers=frozenset(headings[1:])))
    largest = [
        (formats.printable(stream), f"{events:,}")
        for stream, events in found.streams.most_common(streams)
    ]
    if largest:
        columns = ("stream", "events")
        parts.append(Table(headings=columns, rows=largest, numbers=frozenset({"events"})))
    return parts


COMMANDS: Final = (stats,)
