"""The way to Slack, Pushover and webhooks, over real HTTP to a server of this machine."""

import logging
from collections.abc import Iterator

import pytest
from apprise.plugins.pushover import NotifyPushover
from apprise.plugins.slack import NotifySlack
from tests.unit.hyperdock_gateway.notify.hook import Hook

from hyperdock_common.service.secrets import Secret
from hyperdock_gateway.notify.apprise_sender import AppriseSender, UnknownAddress
from hyperdock_gateway.notify.wording import Text

TOKEN = "T0PS3CRETx"  # noqa: S105 - it opens nothing
TEXT = Text("Trial a: completed", "Best loss: 1\nlr = <2> & *3*", "success")


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A server that takes messages."""
    with Hook() as made:
        yield made


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that is logged, of every library, at every level."""
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def sender(url: str) -> AppriseSender:
    """A sender to an address."""
    return AppriseSender(Secret(url))


def test_a_webhook_gets_title_body_and_kind(hook: Hook) -> None:
    """As one JSON object."""
    sent = sender(f"json://127.0.0.1:{hook.port}/hooks/{TOKEN}").send(TEXT)
    assert sent.ok
    ((path, body),) = hook.got
    assert path.rstrip("/") == f"/hooks/{TOKEN}"
    assert (body["title"], body["message"], body["type"]) == (TEXT.title, TEXT.body, "success")


def test_slack_gets_the_text_as_it_is(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a trial's name or params becomes markup, a link or a call to everybody."""
    monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
    monkeypatch.setattr(NotifySlack, "request_rate_per_sec", 0)
    parts = ("T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ")
    hostile = Text("Trial <!channel>: completed", "name <https://evil.example|click>", "info")
    assert sender("slack://" + "/".join(parts)).send(hostile).ok
    ((path, body),) = hook.got
    assert path == "/services/" + "/".join(parts)
    assert "<!channel>" not in str(body)
    assert "<https://evil" not in str(body)
    assert "&lt;!channel&gt;" in str(body)


def test_pushover_gets_title_and_message(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the user's key and the application's token."""
    user, token = "u" * 30, "a" * 30
    for name in ("notify_url", "api_url"):
        if hasattr(NotifyPushover, name):
            monkeypatch.setattr(NotifyPushover, name, f"http://127.0.0.1:{hook.port}/1/messages")
    assert sender(f"pover://{user}@{token}").send(TEXT).ok
    ((_, body),) = hook.got
    assert (body["user"], body["token"], body["title"]) == (user, token, TEXT.title)


@pytest.mark.parametrize("url", [f"nonsense://{TOKEN}", f"slack://{TOKEN}", "://"])
def test_an_unknown_address_is_refused_and_not_shown(
    url: str, everything: pytest.LogCaptureFixture
) -> None:
    """Neither in the error nor in any log."""
    with pytest.raises(UnknownAddress) as caught:
        sender(url)
    assert TOKEN not in f"{caught.value!r}{caught.value.__cause__!r}"
    assert TOKEN not in everything.text


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_a_refusal_is_told_by_its_status(
    hook: Hook, everything: pytest.LogCaptureFixture, status: int
) -> None:
    """And nothing of the address, whatever the libraries say."""
    hook.status = status
    sent = sender(f"json://user:{TOKEN}@127.0.0.1:{hook.port}/{TOKEN}?+X-Token={TOKEN}").send(TEXT)
    assert sent.problem == f"it answers with status {status}"
    assert TOKEN not in everything.text
    assert str(hook.port) not in everything.text


def test_a_target_that_is_away_is_told_so(
    hook: Hook, everything: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody listens there."""
    target = sender(f"json://127.0.0.1:1/{TOKEN}")
    assert target.send(TEXT).problem == "it cannot be reached, or takes too long"
    printed = capsys.readouterr()
    assert TOKEN not in everything.text + printed.out + printed.err
    assert hook.got == []


def test_a_target_that_does_not_answer_is_not_waited_for_for_ever(hook: Hook) -> None:
    """Its address may say how long (`rto`)."""
    hook.silent.set()
    sent = sender(f"json://127.0.0.1:{hook.port}/?rto=0.2").send(TEXT)
    assert sent.problem == "it cannot be reached, or takes too long"


def test_others_are_heard_as_before(everything: pytest.LogCaptureFixture, hook: Hook) -> None:
    """Only what is said while a message is sent, by its thread, is kept back."""
    assert sender(f"json://127.0.0.1:{hook.port}/").send(TEXT).ok
    logging.getLogger("urllib3").warning("something else")
    assert "something else" in everything.text


def test_whatever_a_library_raises_is_a_problem_and_no_end(
    hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text may hold the address: only its kind is told."""

    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError(f"cannot POST {TOKEN}")

    target = sender(f"json://127.0.0.1:{hook.port}/")
    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.send", broken)
    assert target.send(TEXT).problem == "it failed (RuntimeError)"
