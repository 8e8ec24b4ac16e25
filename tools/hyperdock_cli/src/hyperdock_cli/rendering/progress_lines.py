"""What a watched trial has to say where no terminal is: lines, only when something happened."""

from hyperdock_cli.progress import Progress
from hyperdock_cli.rendering import formats
from hyperdock_cli.rendering.trials import best_line, done, failure_line


def status(progress: Progress) -> str:
    """How far a trial is, in a line."""
    jobs, best = progress.jobs, progress.trial["best"]
    words = [f"{done(progress.trial)} jobs done"]
    words += [f"{jobs[name]} {name}" for name in ("failed", "running") if jobs[name]]
    if progress.wall_time and not progress.total:
        spent, whole = formats.duration(progress.elapsed), formats.duration(progress.wall_time)
        words.append(f"{spent} of {whole}")
    if best:
        words.append(f"best {formats.loss(best['loss'])}")
    if progress.rate:
        words.append(formats.rate(progress.rate))
    if progress.eta is not None:
        words.append(f"about {formats.duration(progress.eta)} left")
    state = progress.trial["state"]
    return ", ".join(words) + ("" if state == "running" else f" ({state})")


def news(before: Progress | None, after: Progress) -> list[str]:
    """What happened since the last look: troubles, a new best job, failures."""
    lines = [
        f"warning: {problem}"
        for problem in after.problems
        if before is None or problem not in before.problems
    ]
    if before is None:
        return [*lines, *_best(after)]
    if before.problems and not after.problems:
        lines.append("it goes on")
    if after.jobs["failed"] > before.jobs["failed"] and after.failure is not None:
        lines.append(failure_line(after.failure))
    if after.trial["best"] != before.trial["best"]:
        lines += _best(after)
    return lines


def _best(progress: Progress) -> list[str]:
    line = best_line(progress.trial)
    return [f"best so far: {line}"] if line else []
