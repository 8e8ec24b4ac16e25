"""Methods that are written once for the sync and the async client.

A *flow* is a generator that yields what is to be done (calls, pauses, downloads), gets what came of
it, and may emit items on the way. A *driver* does these things, waiting in its own manner. The two
decorators turn a method that makes a flow or a call into the method that people use.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, overload

from hyperdock_client.errors import HyperdockClientError
from hyperdock_client.requests import Call

P = ParamSpec("P")
T = TypeVar("T")
U = TypeVar("U")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Pause:
    """Lets some seconds pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Save:
    """Writes what a call is answered with to a file: all of it, or nothing."""

    call: Call[None]
    to: Path


@dataclass(frozen=True, slots=True)
class Emit(Generic[T_co]):
    """Hands an item to whoever iterates."""

    value: T_co


@dataclass(frozen=True, slots=True)
class Done:
    """The flow has ended."""

    value: Any


Step: TypeAlias = Call[Any] | Pause | Save
Flow: TypeAlias = Generator[Step, Any, T]
Items: TypeAlias = Generator[Step | Emit[T], Any, None]


def ask(call: Call[T]) -> Flow[T]:
    """Does a call within a flow."""
    answer: T = yield call
    return answer


class Run:
    """One run of a flow, step by step: set `answer` or `error` between two of them."""

    def __init__(self, flow: Call[Any] | Generator[Any, Any, Any]) -> None:
        self._flow = ask(flow) if isinstance(flow, Call) else flow
        self.answer: Any = None
        self.error: HyperdockClientError | None = None

    def step(self) -> Step | Emit[Any] | Done:
        """The next thing to do."""
        answer, error, self.answer, self.error = self.answer, self.error, None, None
        try:
            return self._flow.send(answer) if error is None else self._flow.throw(error)
        except StopIteration as end:
            return Done(end.value)


def mapped(items: Items[T], make: Callable[[T], U]) -> Items[U]:
    """What is made of each thing that a flow emits."""
    run = Run(items)
    while not isinstance(step := run.step(), Done):
        try:
            run.answer = yield Emit(make(step.value)) if isinstance(step, Emit) else step
        except HyperdockClientError as error:
            run.error = error


def gathered(items: Items[T]) -> Flow[list[T]]:
    """Everything that a flow emits."""
    run, found = Run(items), list[T]()
    while not isinstance(step := run.step(), Done):
        if isinstance(step, Emit):
            found.append(step.value)
            continue
        try:
            run.answer = yield step
        except HyperdockClientError as error:
            run.error = error
    return found


class Driver(Protocol):
    """Drives flows: a client."""

    def drive(self, flow: Any) -> Any:
        """The result of a flow, or of a call."""

    def iterate(self, flow: Any) -> Any:
        """What a flow emits."""


class Synchronous:
    """Its operations return when they are done."""

    driver: Driver


class Asynchronous:
    """Its operations are awaited."""

    driver: Driver


class operation(Generic[P, T]):  # noqa: N801 - used as a decorator
    """A method made of a flow or a call: a plain one, or one to await."""

    def __init__(self, plan: Callable[Concatenate[Any, P], Call[T] | Flow[T]]) -> None:
        self._plan = plan
        self.__doc__ = plan.__doc__

    @overload
    def __get__(self, instance: Synchronous, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, instance: Asynchronous, owner: type) -> Callable[P, Awaitable[T]]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> "operation[P, T]": ...
    def __get__(self, instance: Any, owner: type) -> Any:
        """The method of an object."""
        return self if instance is None else _bound(self._plan, instance, "drive")


class iteration(Generic[P, T]):  # noqa: N801 - used as a decorator
    """A method made of a flow that emits: gives an iterator, or one for `async for`."""

    def __init__(self, plan: Callable[Concatenate[Any, P], Items[T]]) -> None:
        self._plan = plan
        self.__doc__ = plan.__doc__

    @overload
    def __get__(self, instance: Synchronous, owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, instance: Asynchronous, owner: type) -> Callable[P, AsyncIterator[T]]: ...
    @overload
    def __get__(self, instance: None, owner: type) -> "iteration[P, T]": ...
    def __get__(self, instance: Any, owner: type) -> Any:
        """The method of an object."""
        return self if instance is None else _bound(self._plan, instance, "iterate")


def _bound(plan: Callable[..., Any], instance: Any, how: str) -> Callable[..., Any]:
    made = plan.__get__(instance)

    @wraps(made)
    def method(*args: Any, **kwargs: Any) -> Any:
        return getattr(instance.driver, how)(made(*args, **kwargs))

    shown = signature(made)  # without the flow that is behind it: for `help`
    method.__signature__ = shown.replace(return_annotation=shown.empty)  # type: ignore[attr-defined]
    return method
