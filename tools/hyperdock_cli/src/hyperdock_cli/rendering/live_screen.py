"""What a watched trial looks like on a terminal. Imported only where one is there."""

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table as Grid
from rich.text import Text

from hyperdock_cli.progress import Progress
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.jobs import best_table, running_table
from hyperdock_cli.rendering.rich_tables import drawn_table
from hyperdock_cli.rendering.trials import best_line, done, failure_line

_BAR = 30


def screen(progress: Progress) -> RenderableType:
    """A watched trial, now."""
    trial, jobs = progress.trial, progress.jobs
    parts: list[RenderableType] = [_bar(progress)]
    if best := best_line(trial):
        parts.append(Text(f"best so far: {best}", style="bold green"))
    if jobs["running"] and trial.get("running"):
        parts.append(drawn_table(running_table(trial["running"], progress.now)))
    if progress.best:
        parts.append(drawn_table(best_table(progress.best)))
    if jobs["failed"]:
        latest = f", the last: {failure_line(progress.failure)}" if progress.failure else ""
        parts.append(Text(f"{jobs['failed']} failed{latest}", style="red"))
    parts += [Text(f"warning: {problem}", style="bold yellow") for problem in progress.problems]
    if not progress.is_over:
        parts.append(Text("Ctrl-C to stop or leave", style="dim"))
    return Group(*parts)


def _bar(progress: Progress) -> RenderableType:
    fraction = progress.fraction
    bar = ProgressBar(
        total=None if fraction is None else 1.0,
        completed=fraction or 0.0,
        width=_BAR,
        pulse=fraction is None,
        animation_time=progress.now,
    )
    row = Grid.grid(padding=(0, 2, 0, 0))
    row.add_row(bar, Text(_numbers(progress)))
    return row


def _numbers(progress: Progress) -> str:
    words = [f"{done(progress.trial)} jobs", formats.duration(progress.elapsed)]
    if progress.rate:
        words.append(formats.rate(progress.rate))
    if progress.eta is not None:
        words.append(f"about {formats.duration(progress.eta)} left")
    if progress.trial["state"] != "running":
        words.append(progress.trial["state"])
    return "  ".join(words)
