"""A trial from its file to its end: reads, connects, submits, watches, sums up."""

import shlex
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

import click

from hyperdock_cli import outcome
from hyperdock_cli.api_client import Doc
from hyperdock_cli.displays import Display, LineDisplay, LiveDisplay, NoDisplay, cleared
from hyperdock_cli.highlights import best_jobs
from hyperdock_cli.interrupts import Interrupts
from hyperdock_cli.launch import Launch
from hyperdock_cli.options import given_again
from hyperdock_cli.output import show
from hyperdock_cli.question import ask
from hyperdock_cli.rendering.run_pages import banner, left_line, summary, why_failed
from hyperdock_cli.session import Session
from hyperdock_cli.submitting import Submitted, check_runnable, submit
from hyperdock_cli.system import System
from hyperdock_cli.trial_file import TrialFile, read_trial_file
from hyperdock_cli.watching import Choice, Ending, Watch

_MOST_FAILURES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What `hyperdock run` was told."""

    file: Path
    changes: tuple[str, ...]
    always_new: bool
    as_json: bool
    quiet: bool
    engine: Mapping[str, Any]


def run_trial(session: Session, options: RunOptions) -> int:
    """Runs the trial of a file; the exit code."""
    file = read_trial_file(options.file, options.changes)
    launch = Launch(state=session.state, **options.engine)
    run = Run(session, options)
    gateway = session.gateway()
    url, token = (gateway.url, gateway.token) if gateway else (None, session.token)
    with closing(System(session.outside, launch, url, run.say, token)) as system:
        return run.through(system, file)


class Run:
    """One run, as the person at the terminal or a script meets it."""

    def __init__(self, session: Session, options: RunOptions) -> None:
        self._session = session
        self._options = options
        self._stream: IO[str] = sys.stderr if options.as_json else sys.stdout

    def say(self, line: str) -> None:
        """Says something, unless told to be quiet."""
        if not self._options.quiet:
            click.echo(line, file=self._stream)

    def through(self, system: System, file: TrialFile) -> int:
        """From the submission to the summary; the exit code."""
        outside = self._session.outside
        if warning := check_runnable(system, file.spec, outside):
            click.echo(f"warning: {warning}", err=True)
        with Interrupts() as interrupts:
            submitted = submit(system, file, outside, always_new=self._options.always_new)
            self._greet(system, submitted)
            ending = self._watch(system, submitted.trial, interrupts)
            interrupts.exit_on_next()
            self._conclude(system, ending)
            system.close()
        if ending.signal is not None:
            return 128 + ending.signal
        return outcome.exit_code(ending.trial)

    def _greet(self, system: System, submitted: Submitted) -> None:
        here = system.here
        place = f"this process, with {here.engine}" if here else f"running at {system.client.url}"
        self.say(banner(submitted.trial, place, goes_on=submitted.goes_on))
        for note in submitted.notes:
            self.say(note)
        without_effect = ("slots", "docker", "data_root", "secrets", "policy")
        ignored = [name for name in without_effect if self._options.engine.get(name)]
        if here is None and ignored:
            names = " and ".join(f"--{name.replace('_', '-')}" for name in ignored)
            click.echo(f"warning: {names}: of no effect on a system that runs already", err=True)

    def _watch(self, system: System, trial: Doc, interrupts: Interrupts) -> Ending:
        display = self._display()
        with cleared(display):
            return Watch(
                system=system,
                trial=trial,
                display=display,
                signals=interrupts,
                ask=self._asker(system, interrupts),
                now=self._session.outside.now,
            ).until_end()

    def _display(self) -> Display:
        if self._options.quiet:
            return NoDisplay()
        return LiveDisplay(self._stream) if self._stream.isatty() else LineDisplay(self.say)

    def _asker(self, system: System, interrupts: Interrupts) -> Callable[[], Choice] | None:
        if self._options.as_json or not (sys.stdin.isatty() and self._stream.isatty()):
            return None
        hint = "it goes on without us" if system.here is None else "its running jobs go on"
        return lambda: ask(interrupts, sys.stdin, self._prompt, hint)

    def _prompt(self, text: str) -> None:
        click.echo(text, file=self._stream, nl=False)

    def _conclude(self, system: System, ending: Ending) -> None:
        trial = ending.trial
        if ending.left:
            self.say(left_line(trial, self._again(), elsewhere=system.here is None))
        else:
            self._sum_up(system, trial)
        if self._options.as_json:
            click.echo(outcome.json_line(trial))
        elif not ending.left:
            click.echo(outcome.last_line(trial))

    def _sum_up(self, system: System, trial: Doc) -> None:
        if not self._options.quiet:
            show(summary(trial, best_jobs(system.client, trial)), self._stream)
        if outcome.exit_code(trial) and trial["jobs"]["failed"]:
            failed = system.client.jobs(trial["trial_id"], state="failed")
            commonest = outcome.commonest_failure(islice(failed, _MOST_FAILURES))
            if commonest is not None:
                click.echo(why_failed(*commonest, trial.get("location")), file=self._stream)

    def _again(self) -> str:
        options, session = self._options, self._session
        words = ["hyperdock", "run", str(options.file)]
        words += [word for change in options.changes for word in ("--set", change)]
        words += session.words()
        words += given_again(options.engine)
        return shlex.join(words)
