"""A whole system tells people what happens: over HTTP, through kills, and without its secrets."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.all_in_one import AllInOne, wait_for
from tests.unit.hyperdock_gateway.notify.hook import Hook

TOKEN = "T0PS3CRET-T0KEN"  # noqa: S105 - it opens nothing
LOSS = 'echo 0.5 > "$HYPERDOCK_DIR/loss.json"'


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Who is told."""
    with Hook() as made:
        yield made


def notify_file(folder: Path, url: str) -> Path:
    """A file that has everything told to an address, which is a secret."""
    path = folder / "notify.yaml"
    (folder / "url").write_text(url + "\n")
    path.write_text("targets: [{name: hook, url_file: url}]\nskip_first: 0\n")
    return path


def run(system: AllInOne, name: str, script: str = LOSS) -> None:
    """Runs a trial to its end."""
    system.finished(
        system.submit(
            name=name,
            command=["sh", "-c", script],
            space={"x": {"type": "float", "low": 0, "high": 1}},
            budget={"jobs": 5},
        )
    )


def hyperdock(*words: str) -> subprocess.CompletedProcess[str]:
    """A command to its end."""
    command = [sys.executable, "-m", "hyperdock_cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_news_reach_a_webhook_over_kills_and_outages_and_its_address_nobody(
    tmp_path: Path, hook: Hook
) -> None:
    """What happened while the target or the system was away is told afterwards."""
    file = notify_file(tmp_path, f"json://u:{TOKEN}@127.0.0.1:{hook.port}/{TOKEN}")
    state = tmp_path / "state"
    system = AllInOne(state, "--no-docker", "--slots", "2", "--notify", str(file))
    with system:
        run(system, "first")
        wait_for(lambda: "Trial first: completed" in hook.titles)
        run(system, "bad", "exit 3")
        wait_for(lambda: "Trial bad: its jobs fail" in hook.titles)
        hook.status = 503
        run(system, "second")
        system.kill()
        hook.status = 200
        system.start()
        wait_for(lambda: "Trial second: completed" in hook.titles)
        text = system.api.get(str(system.api.base_url).split("/api")[0] + "/metrics").text
        assert 'hyperdock_gateway_notifications_sent_total{kind="trial_finished"}' in text
        system.stop()
    bodies = {body["title"]: body["message"] for _, body in hook.got}
    assert "Best loss: 0.5 (job 1)" in bodies["Trial first: completed"]
    assert "exit_code" in bodies["Trial bad: its jobs fail"]
    checked = hyperdock("check", "--state", str(state), "--settled", "--no-docker", "--json")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout.splitlines()[-1])
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    with_token = [text for text in written if TOKEN.encode() in text]
    assert len(with_token) == 1, "only the file of the secret holds it"


def test_a_test_message_says_how_it_went(tmp_path: Path, hook: Hook) -> None:
    """0 where it arrived everywhere, 1 where it did not, 2 for a file that cannot be used."""
    file = notify_file(tmp_path, f"json://127.0.0.1:{hook.port}/{TOKEN}")
    good = hyperdock("notify", "test", str(file))
    assert (good.returncode, good.stdout) == (0, "hook: sent\n")
    assert hook.titles == ["A test message of Hyperdock"]
    hook.status = 404
    bad = hyperdock("notify", "test", str(file))
    assert (bad.returncode, bad.stdout) == (1, "hook: not sent: it answers with status 404\n")
    told = hyperdock("notify", "test", str(file), "--json")
    assert json.loads(told.stdout)["hook"]["sent"] is False
    notify_file(tmp_path, f"nonsense://{TOKEN}")
    wrong = hyperdock("notify", "test", str(file))
    assert wrong.returncode == 2
    assert "targets[0]" in wrong.stderr
    said = "".join(each.stdout + each.stderr for each in (good, bad, told, wrong))
    assert TOKEN not in said


def test_a_system_does_not_start_with_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    """It says what is wrong and where."""
    path = tmp_path / "notify.yaml"
    path.write_text("targets: [{url: 'json://h', on: [everything]}]")
    up = hyperdock("up", "--state", str(tmp_path / "state"), "--port", "0", "--notify", str(path))
    assert up.returncode == 2
    assert "targets[0].on[0]: must be one of trial_finished" in up.stderr
