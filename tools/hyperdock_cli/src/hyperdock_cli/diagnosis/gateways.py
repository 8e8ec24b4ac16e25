"""The gateway: whether it answers, of which version it is, what the token may do, its clock."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.diagnosis.finding import Finding, ok, problem, warning
from hyperdock_cli.diagnosis.packages import own_version
from hyperdock_client import ApiError, Forbidden, HyperdockClientError, Unauthorized, calls
from hyperdock_client.requests import get

_SKEW: Final = 5.0
"""Seconds; a token that ends, and what `ago` says, are wrong by so much."""


def look_at_gateway(client: ApiClient, now: float) -> Iterator[Finding]:
    """Everything about one gateway.

    Args:
        client: of that gateway.
        now: seconds since 1970, by our clock.
    """
    try:
        health = client.health()
    except HyperdockClientError as error:
        yield problem("gateway", str(error), "is it running? is the URL right? is a proxy between?")
        return
    yield _version(client.url, str(health.get("version", "")))
    yield from _token(client, login=bool(health.get("login")))
    yield from _clock(client, now)
    yield from _workers(client)


def _version(url: str, theirs: str) -> Finding:
    mine = own_version()
    if theirs == mine:
        return ok("gateway", f"{url} answers, version {theirs}")
    text = f"{url} has version {theirs or '?'}, this command {mine}"
    return warning("gateway", text, "install the same version on both sides")


def _token(client: ApiClient, *, login: bool) -> Iterator[Finding]:
    if not login:
        yield ok("token", "the gateway asks for none")
        return
    try:
        me = client.ask(calls.me())
    except (Unauthorized, Forbidden) as error:
        yield problem("token", str(error), f"`hyperdock login {client.url}` with a token of it")
    except ApiError as error:
        yield problem("token", str(error), "the gateway's log may say why")
    else:
        yield ok("token", f"{me.name} may {', '.join(me.scopes)}")


def _clock(client: ApiClient, now: float) -> Iterator[Finding]:
    told = client.ask(get(_date, "/health"))
    if told is None:
        return
    skew = told - now
    if abs(skew) > _SKEW:
        text = f"the gateway's is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} ours"
        yield warning("clock", text, "let both machines keep time, e.g. with chrony")
    else:
        yield ok("clock", "the gateway's and ours agree")


def _date(answer: httpx.Response) -> float | None:
    try:
        return parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return None


def _workers(client: ApiClient) -> Iterator[Finding]:
    try:
        alive = client.workers(state="alive")
    except ApiError:
        return  # the token says why already
    if not alive:
        remedy = "start a worker; `hyperdock up` has one in its own process"
        yield warning("workers", "none is alive: trials wait", remedy)
        return
    free = [each for each in alive if not each.get("draining")]
    slots = sum(each["slots"] for each in free)
    kinds = ", ".join(sorted({kind for each in free for kind in each["runtimes"]}))
    if not free:
        remedy = "`hyperdock worker undrain` lets them take jobs again"
        yield warning("workers", f"all {len(alive)} are draining: trials wait", remedy)
    else:
        yield ok("workers", f"{len(free)} alive with {slots} slots for {kinds}")
