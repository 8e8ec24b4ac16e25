"""The story of a job or a trial: a line for each sentence, timed from the one before it."""

from collections.abc import Iterator, Sequence

from hyperdock_cli.api_client import Doc
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.tables import Part, Table


def story_page(name: str, story: Doc) -> list[Part]:
    """A story, headed by whose it is and when it began."""
    sentences: Sequence[Doc] = story["items"]
    if not sentences:
        return [f"nothing is recorded of {name}"]
    parts: list[Part] = [
        f"{name}, since {formats.moment(sentences[0]['at'])}",
        Table(
            headings=("event", "from", "after", "what happened"),
            rows=list(_rows(sentences)),
            numbers=frozenset(("event", "from", "after")),
        ),
    ]
    if not story["whole"]:
        parts.append("it goes on, but too much else happened meanwhile to look through it")
    return parts


def _rows(sentences: Sequence[Doc]) -> Iterator[tuple[str, ...]]:
    before = None
    for each in sentences:
        because = each["because"]
        yield (
            f"#{each['position']}",
            f"#{because['position']}" if because else "",
            "" if before is None else formats.duration(each["at"] - before),
            formats.printable(each["text"]),
        )
        before = each["at"]
