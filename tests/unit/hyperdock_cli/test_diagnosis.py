"""`hyperdock doctor`: what it finds, and the remedy for it."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from hyperdock_cli.diagnosis.engines import look_at_docker
from hyperdock_cli.diagnosis.finding import Finding
from hyperdock_cli.diagnosis.folders import look_at_folder, look_at_profiles
from hyperdock_cli.diagnosis.gateways import look_at_gateway
from hyperdock_cli.diagnosis.packages import look_at_packages, own_version
from hyperdock_cli.diagnosis.servers import look_at_mongodb, look_at_rabbitmq
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_cli.testing.history import registered
from hyperdock_client.profiles import Profile, Profiles, profiles_path, write_profiles

Invoke = Callable[..., Result]


def levels(findings: object) -> dict[str, str]:
    """The worst that was found of each thing."""
    found: dict[str, str] = {}
    for each in findings:  # type: ignore[attr-defined]
        found[each.about] = max(found.get(each.about, ""), each.level, key=_badness)
    return found


def _badness(level: str) -> int:
    return ["", "ok", "warning", "problem"].index(level)


def test_this_installation_is_whole() -> None:
    """The packages that are tested here are of one version."""
    assert levels(look_at_packages()) == {"python": "ok", "packages": "ok"}


def test_a_folder_that_can_be_used_is_ok(tmp_path: Path) -> None:
    """Also one that is not there yet; who holds it is told."""
    assert levels(look_at_folder(tmp_path / "new", None))["state folder"] == "ok"
    (found, *_) = look_at_folder(tmp_path, "http://here:1")
    assert (found.level, "http://here:1" in found.text) == ("ok", True)


def test_a_folder_that_cannot_be_used_has_a_remedy(tmp_path: Path) -> None:
    """A file in its place, and a secret that others can read."""
    file = tmp_path / "file"
    file.touch()
    (found, *_) = look_at_folder(file, None)
    assert (found.level, found.remedy) == ("problem", "name another one with --state")
    (tmp_path / "token").write_text("secret")
    (tmp_path / "token").chmod(0o644)
    problems = [each for each in look_at_folder(tmp_path, None) if each.level == "problem"]
    assert [each.remedy for each in problems] == [f"chmod 600 {tmp_path / 'token'}"]


def test_profiles_that_others_can_read_are_a_problem() -> None:
    """And so are a default that is none, and a file that makes no sense."""
    path = profiles_path()
    assert levels(look_at_profiles()) == {"profiles": "ok"}
    write_profiles(Profiles(default="lab", known={"lab": Profile("http://lab", "t")}))
    assert levels(look_at_profiles()) == {"profiles": "ok"}
    path.chmod(0o640)
    found = next(iter(look_at_profiles()))
    assert (found.level, found.remedy) == ("problem", f"chmod 600 {path}")
    write_profiles(Profiles(default="gone"))
    assert levels(look_at_profiles()) == {"profiles": "problem"}
    path.write_text("{")
    assert levels(look_at_profiles()) == {"profiles": "problem"}


def look(gateway: FakeGateway) -> dict[str, Finding]:
    """What is found of a gateway, by what it is about."""
    with gateway.connect() as client:
        return {each.about: each for each in look_at_gateway(client, gateway.now())}


def test_a_gateway_of_another_version_is_a_warning() -> None:
    """It may work; trials wait where no worker is."""
    found = look(FakeGateway())
    assert own_version() in found["gateway"].text
    assert (found["gateway"].level, found["workers"].level) == ("warning", "warning")
    assert found["token"].level == "ok"
    assert look(FakeGateway(registered()))["workers"].level == "ok"


def test_a_gateway_that_is_away_is_a_problem() -> None:
    """Nothing else is asked then."""
    gateway = FakeGateway()
    gateway.down = 99
    assert {about: each.level for about, each in look(gateway).items()} == {"gateway": "problem"}


def test_a_token_that_does_not_work_is_a_problem() -> None:
    """With the way to a better one."""
    gateway = FakeGateway()
    gateway.login = True
    gateway.canned["GET", "me"] = (401, {"title": "Unauthorized", "detail": "unknown token"})
    gateway.canned["GET", "workers"] = (401, {"title": "Unauthorized", "detail": "unknown token"})
    found = look(gateway)
    assert found["token"].level == "problem"
    assert "hyperdock login" in found["token"].remedy
    assert "workers" not in found


def test_an_engine_that_is_away_matters_to_who_wants_one(tmp_path: Path) -> None:
    """A warning for all others: commands run without."""
    environ = {"DOCKER_HOST": f"unix://{tmp_path}/docker.sock"}
    assert levels(look_at_docker(environ, wanted=False, gpus=False)) == {"docker": "warning"}
    (found,) = look_at_docker(environ, wanted=True, gpus=False)
    assert (found.level, "DOCKER_HOST" in found.remedy) == ("problem", True)


def test_servers_that_are_away_are_problems() -> None:
    """Their passwords are shown to nobody."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        port = taken.getsockname()[1]
        mongodb = f"mongodb://u:secret@127.0.0.1:{port}/?serverSelectionTimeoutMS=100"
        found = [
            *look_at_mongodb(mongodb),
            *look_at_rabbitmq(f"amqp://u:secret@127.0.0.1:{port}"),
            *look_at_rabbitmq("http://u:secret@odd"),
        ]
    assert [each.level for each in found] == ["problem"] * 3
    assert "secret" not in str(found)


def test_the_doctor_says_what_to_do(invoke: Invoke, outside: FakeOutside, tmp_path: Path) -> None:
    """A line each, remedies below; exit code 1 where there is a problem."""
    outside.running = False
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        words = ["doctor", "--no-docker", "--state", str(tmp_path / "new"), "--port", port]
        result = invoke(*words)
        assert result.exit_code == 0
        assert f"warning  port: {port} cannot be had" in result.stdout
        assert "-> end what has it" in result.stdout
        assert "0 problems, 1 warning" in result.stdout
    assert "all is well" in invoke(*words).stdout
    sick = invoke(*words[:2], "--profile", "gone", "--json")
    assert sick.exit_code == 1
    told = json.loads(sick.stdout)
    assert told["ok"] is False
    assert [each["about"] for each in told["findings"] if each["level"] == "problem"] == ["gateway"]


def test_the_doctor_looks_at_what_runs(invoke: Invoke, outside: FakeOutside) -> None:
    """And says so where it does not answer."""
    assert "gateway: http://fake:1" in invoke("doctor", "--no-docker").stdout
    outside.gateway.down = 99
    result = invoke("doctor", "--no-docker")
    assert result.exit_code == 1
    assert "PROBLEM  gateway: no gateway answers" in result.stdout
