"""Targets that ask for more than the operator allows: each is refused, everywhere, by its field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.integration.ways_in.place import EXTERNAL, SPACE, Place

pytestmark = pytest.mark.slow

IMAGE = "docker.io/library/python:3.12"
DIGEST = "sha256:" + "0" * 64
TRIAL: Mapping[str, Any] = {"name": "target", "image": IMAGE, "space": SPACE, "budget": {"jobs": 1}}
LOCAL: Mapping[str, Any] = {**EXTERNAL, "external": False, "command": ["true"]}

DODGED_IMAGES = (
    "python:2", "python", "evil/python:3.12", "docker.io.evil.com/library/python:3.12",
    "evil.com/library/python:3.12", "docker.io/library/python:3.12@" + DIGEST,
    "docker.io/library/python@" + DIGEST, DIGEST, "0" * 64, "docker.io/library/../x/python:3.12",
    "docker.io//library/python:3.12", "docker.io/library/python:3.12/x", "docker.io/Library/python",
    "docker.io/library/python-evil:3.12", "docker.io/libraryx/python:3.12", "library/python:4",
    "registry.example.org/team", "registry.example.org/team/a/b", "registry.example.org.ev/team/a",
    "registry.example.org:5000/team/a", "evil@registry.example.org/team/a", "python:3.12#x",
    "registry.example.org/team/a:nightly", "registry.example.org/teamx/a", "localhost/python:3.12",
    "https://docker.io/library/python:3.12", "docker.io/library/python:3.12?x", "\u0440ython:3.12",
    "docker.io/library/python:3.12\u200b", "-v/:/host", "docker.io/library/python%3a3.12",
)  # fmt: skip
DODGED_DATA = (
    "/", "/etc", "/var/run/docker.sock", "//etc", "/sets", "sets/../../etc", "sets/..", "other/x",
    "sets/a/../../b", "Sets/a", "setsx/a", "sets/./../x", "etc", "other", "sets/x/..", "sets/../a",
)  # fmt: skip
REFUSED: list[tuple[str, Mapping[str, Any]]] = [
    *(("image", {"image": image}) for image in DODGED_IMAGES),
    *(("data", {"data": data}) for data in DODGED_DATA),
    ("data", {"data": "../etc"}),
    ("data", {"data": "sets\0/x"}),
    ("data", {"data": "-v"}),
    ("privileged", {"privileged": True}),
    ("network", {"network": "host"}),
    ("network", {"network": "container:x"}),
    ("network", {"network": "HOST"}),
    ("runtime", {"runtime": "runc"}),
    ("runtime", {"runtime": "nvidia"}),
    ("runtime", {"runtime": "runsc/../runc"}),
    ("runtime", {"runtime": ""}),
    ("pool", {"pool": "gpu"}),
    ("pool", {"pool": "Default"}),
    ("pool", {"pool": "default.x"}),
    ("pool", {"pool": "#"}),
    ("secrets.KEY", {"secrets": {"KEY": "other"}}),
    ("secrets.KEY", {"secrets": {"KEY": "../tokens.json"}}),
    ("secrets.other", {"secrets": ["other"]}),
    ("resources.cpus", {"resources": {"cpus": 4.001}}),
    ("resources.cpus", {"resources": {"cpus": "1e9"}}),
    ("resources.memory", {"resources": {"memory": "3g"}}),
    ("resources.memory", {"resources": {"memory": 2**31 + 1}}),
    ("resources.memory", {"resources": {"memory": -1}}),
    ("resources.gpus", {"resources": {"gpus": 2}}),
    ("resources.gpus", {"resources": {"gpus": -1}}),
    ("resources.shm_size", {"resources": {"shm_size": "2g"}}),
    ("resources.disk", {"resources": {"disk": "1t"}}),
    ("budget.jobs", {"budget": {"jobs": 101}}),
    ("parallelism", {"parallelism": 9}),
    ("priority", {"priority": 6}),
    ("cap_add", {"cap_add": ["SYS_ADMIN"]}),
    ("volumes", {"volumes": ["/:/host"]}),
    ("devices", {"devices": ["/dev/mem"]}),
    ("user", {"user": "root"}),
    ("pid", {"pid": "host"}),
    ("security_opt", {"security_opt": ["seccomp=unconfined"]}),
    ("entrypoint", {"entrypoint": ["sh"]}),
    ("environment", {"environment": {"A B": "1"}}),
    ("environment", {"environment": {"A=B": "1"}}),
]


@pytest.fixture(scope="module")
def submitter(place: Place) -> str:
    """The token of somebody who may submit."""
    return place.token("submit")


@pytest.fixture(scope="module")
def there(place: Place, submitter: str) -> str:
    """A trial that is open, as nobody evaluates its jobs."""
    with place.client(submitter) as client:
        answer = client.post("/trials", json=EXTERNAL)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["trial_id"])


@pytest.fixture(autouse=True)
def traceless(place: Place, there: str) -> Iterator[None]:
    """Invariant 9: whatever is refused here leaves no trace in the log."""
    assert there
    head = place.head()
    yield
    assert place.head() == head


def test_what_is_allowed_is_fine(place: Place, submitter: str) -> None:
    """So that nothing below is refused for another reason."""
    allowed = {
        "resources": {"cpus": 4, "memory": "2g", "gpus": 1, "shm_size": "1g", "disk": "10g"},
        "data": "sets/train",
        "network": "bridge",
        "runtime": "runsc",
        "parallelism": 8,
        "priority": 5,
        "budget": {"jobs": 100},
        "secrets": {"KEY": "allowed"},
    }
    with place.client(submitter) as client:
        for more in (
            {},
            allowed,
            {"image": "python:3.12"},
            {"image": "registry.example.org/team/a"},
        ):
            answer = client.post("/trials/validate", json={**TRIAL, **more})
            assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "case", REFUSED, ids=[f"{field}={next(iter(more.values()))!r}" for field, more in REFUSED]
)
def test_more_than_is_allowed_is_refused(
    place: Place, submitter: str, there: str, case: tuple[str, Mapping[str, Any]]
) -> None:
    """By submitting, by asking beforehand, by changing a trial that is there, as JSON and YAML."""
    field, more = case
    document = {**TRIAL, **more}
    changes = {**document, "external": None}
    yaml = {"content-type": "application/yaml"}
    with place.client(submitter) as client:
        answers = [
            client.post("/trials", json=document),
            client.post("/trials", content=json.dumps(document), headers=yaml),
            client.post("/trials/validate", json=document),
            client.post(f"/trials/{there}/clone", json={"changes": changes}),
        ]
    for answer in answers:
        assert answer.status_code == 422, answer.text
        fields = [each["field"].removeprefix("changes.") for each in answer.json()["errors"]]
        assert [each for each in fields if each.startswith(field)], fields


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("budget.jobs", {"budget": {"jobs": 101}}),
        ("budget", {"budget": {}}),
        ("budget.jobs", {"budget": {"jobs": 0}}),
        ("parallelism", {"parallelism": 9}),
        ("parallelism", {"parallelism": 10**9}),
        ("priority", {"priority": 6}),
        ("image", {"image": "evil"}),
        ("privileged", {"privileged": True}),
        ("command", {"command": ["sh"]}),
        ("pool", {"pool": "gpu"}),
        ("state", {"state": "completed"}),
        ("actor", {"actor": "somebody"}),
        ("tags[0]", {"tags": ["a,b"]}),
        ("notes", {"notes": "x" * 20_001}),
    ],
)
def test_a_trial_is_not_changed_beyond_its_limits(
    place: Place, submitter: str, there: str, field: str, change: Mapping[str, Any]
) -> None:
    """What could not be submitted cannot be reached by a change either."""
    with place.client(submitter) as client:
        answer = client.patch(f"/trials/{there}", json=change)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_nobody_asks_in_the_name_of_others(place: Place, submitter: str) -> None:
    """Ids, positions and actors are not for clients to say."""
    with place.client(submitter) as client:
        for name in ("trial_id", "event_id", "actor", "position", "producer", "occurred_at"):
            answer = client.post("/trials", json={**LOCAL, name: "x"})
            assert answer.status_code == 422
            assert answer.json()["errors"][0]["field"] == name
