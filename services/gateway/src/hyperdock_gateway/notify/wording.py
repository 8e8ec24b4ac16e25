"""What people read: a notice in a title and a few lines of plain text."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, assert_never
from urllib.parse import quote

from hyperdock_gateway.notify.notices import Best, Ended, Fails, Gone, Improved, Kind, Notice

Level: TypeAlias = Literal["info", "success", "warning", "failure"]

_TITLE: Final = 120
_LINE: Final = 500
_PARAMS: Final = 30
_LISTED: Final = 10
_UNITS: Final = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_COUNTED: Final[Mapping[Kind, tuple[str, str]]] = MappingProxyType(
    {
        "trial_finished": ("trial has ended", "trials have ended"),
        "trial_failing": ("trial began to fail", "trials began to fail"),
        "best_improved": ("best loss improved", "best losses improved"),
        "worker_lost": ("worker was lost", "workers were lost"),
    }
)


@dataclass(frozen=True, slots=True)
class Text:
    """A message, and how good the news is."""

    title: str
    body: str
    level: Level


def worded(notice: Notice, link: str | None) -> Text:
    """A notice in words.

    Args:
        notice: what happened.
        link: where the web UI is.
    """
    match notice:
        case Ended():
            level: Level = "success" if notice.end == "completed" else "warning"
            lines = [_why(notice), *_best(notice.best), _jobs(notice.jobs)]
            lines.append(f"It took {_duration(notice.seconds)}.")
            title = f"{_name(notice)}: {notice.end}"
            level = "failure" if notice.end == "failed" else level
        case Fails():
            title, level = f"{_name(notice)}: its jobs fail", "failure"
            last = f"The last failure: {notice.reason}"
            lines = [
                _jobs(notice.jobs),
                f"{notice.in_a_row} failed in a row." if notice.in_a_row > 1 else "",
                f"{last}: {notice.message}" if notice.message else f"{last}.",
            ]
        case Improved():
            title, level = f"{_name(notice)}: best loss {notice.best.loss:.6g}", "info"
            lines = [*_best(notice.best), _jobs(notice.jobs)]
        case Gone():
            title, level = f"Worker {notice.worker_id} is lost", "warning"
            lines = [f"It was {notice.reason}. Others get its jobs."]
        case _:
            assert_never(notice)
    return Text(_line(title, _TITLE), _body([*lines, _link(notice, link)]), level)


def summarized(news: Sequence[tuple[Kind, str]], link: str | None) -> Text:
    """Old news in one message: how many of each kind, and the newest by their titles."""
    counts = Counter(kind for kind, _ in news)
    words = [f"{count} {_COUNTED[kind][count != 1]}" for kind, count in counts.items()]
    shown = [title for _, title in news[-_LISTED:]]
    more = [f"… and {len(news) - len(shown)} before"] if len(news) > len(shown) else []
    return Text(
        _line(f"While nobody could be told: {', '.join(words)}", _TITLE),
        _body([*more, *shown, link or ""]),
        "info",
    )


def _name(notice: Ended | Fails | Improved) -> str:
    return f"Trial {notice.trial.name}"


def _why(notice: Ended) -> str:
    if notice.message:
        return f"{notice.reason}: {notice.message}" if notice.reason else notice.message
    return f"Reason: {notice.reason}" if notice.reason else ""


def _best(best: Best | None) -> list[str]:
    if best is None:
        return ["No job succeeded."]
    params = [f"{name} = {_value(value)}" for name, value in _flat(best.params)]
    more = ["…"] if len(params) > _PARAMS else []
    return [f"Best loss: {best.loss:.6g} (job {best.number})", *params[:_PARAMS], *more]


def _flat(params: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in params.items():
        if isinstance(value, dict):
            found += _flat(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value))
    return found


def _value(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _jobs(jobs: Mapping[str, int]) -> str:
    words = [f"{count} {name}" for name, count in jobs.items() if count]
    return f"Jobs: {', '.join(words) or 'none'}"


def _duration(seconds: float) -> str:
    rest, words = round(seconds), []
    for size, unit in _UNITS:
        if rest >= size:
            words.append(f"{rest // size} {unit}")
            rest %= size
    return " ".join(words[:2]) or "less than 1 s"


def _link(notice: Notice, link: str | None) -> str:
    if link is None:
        return ""
    trial = notice.trial
    return link if trial is None else f"{link}/#/trial/{quote(trial.trial_id, safe='')}"


def _body(lines: Sequence[str]) -> str:
    return "\n".join(_line(each, _LINE) for each in lines if each)


def _line(text: str, most: int) -> str:
    """One line, not too long, of what can be seen: names and messages come from anybody."""
    plain = "".join(each if each.isprintable() else " " for each in text).strip()
    return plain if len(plain) <= most else plain[: most - 1] + "…"
