"""The last place that errors reach: here they become one line and an exit code."""

from typing import IO, Any

import click

from hyperdock_cli.faults import FAILED, INTERRUPTED, REFUSED, Fault
from hyperdock_common.errors import HyperdockError, InvalidTrial


class Boundary(click.Group):
    """A group whose commands may raise what they like: nobody is shown a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command.

        Raises:
            click.ClickException: it failed.
        """
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            raise Explained(explain(error)) from error


class Explained(click.ClickException):
    """A fault in the form that click shows."""

    exit_code: int  # type: ignore[misc]  # click sets it per class, we per fault

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.exit_code = fault.code

    def show(self, file: IO[Any] | None = None) -> None:
        """Prints it."""
        click.echo(self.message, file=file, err=file is None)


def explain(error: Exception) -> Fault:
    """An error in the words that a person is shown."""
    if isinstance(error, Fault):
        return error
    from hyperdock_client import (  # noqa: PLC0415 - slow, and only wanted where something failed
        ApiError,
        Forbidden,
        HyperdockClientError,
        NoGateway,
        TooSlow,
        Unauthorized,
        Unreachable,
    )

    match error:
        case InvalidTrial():
            return Fault(str(error), code=REFUSED)
        case NoGateway():
            return Fault(str(error), code=REFUSED)
        case Unauthorized():
            remedy = "give one with `hyperdock login URL`, --token or HYPERDOCK_TOKEN"
            return Fault(str(error), remedy, code=REFUSED)
        case Forbidden() if not error.problems:
            remedy = "`hyperdock token create NAME --scope …` on its machine makes one that may"
            return Fault(str(error), remedy, code=REFUSED)
        case ApiError(status=status, problems=problems):
            code = REFUSED if 400 <= status < 500 else FAILED  # noqa: PLR2004 - HTTP's classes
            text = f"the gateway refuses it ({error.title})" if problems else str(error)
            return Fault(text, details=tuple(map(str, problems)), code=code)
        case Unreachable() if not isinstance(error, TooSlow):
            return Fault(str(error), "is it running?", code=REFUSED)
        case HyperdockError() | HyperdockClientError():
            return Fault(str(error))
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return Fault(f"{place}{error.strerror or error}")
        case _:
            problem = f"unexpected {type(error).__name__}: {error}"
            return Fault(problem, "set HYPERDOCK_DEBUG=1 to see where", code=FAILED)
