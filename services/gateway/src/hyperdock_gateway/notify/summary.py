"""Old news, collected until it can be told in one message for each target."""

from collections.abc import Iterable, Sequence

from hyperdock_gateway.notify.deliveries import Delivery
from hyperdock_gateway.notify.notices import Kind
from hyperdock_gateway.notify.wording import summarized


class Summary:
    """What happened while nobody could be told."""

    def __init__(self, link: str | None) -> None:
        self._link = link
        self._news: dict[str, list[tuple[Kind, str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._news)

    def add(self, messages: Iterable[Delivery]) -> None:
        """Some more of it."""
        for each in messages:
            if each.kind != "summary":
                self._news.setdefault(each.target, []).append((each.kind, each.title))

    def take(self, now: float) -> Sequence[Delivery]:
        """A message for each target that was to hear of something; then there is nothing left."""
        news, self._news = self._news, {}
        return [_message(target, titles, self._link, now) for target, titles in news.items()]


def _message(
    target: str, titles: Sequence[tuple[Kind, str]], link: str | None, now: float
) -> Delivery:
    text = summarized(titles, link)
    return Delivery(
        number=0,
        target=target,
        kind="summary",
        title=text.title,
        body=text.body,
        level=text.level,
        at=now,
    )
