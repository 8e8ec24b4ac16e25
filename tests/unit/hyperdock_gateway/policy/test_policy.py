"""What users ask for, and what the operator makes of it."""

from typing import Any

import pytest

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.spec import Budget, TrialSpec, dump_trial, parse_trial
from hyperdock_gateway.policy import Policy, parse_rules

DIGEST = "sha256:" + "0" * 64


def policy(text: str) -> Policy:
    """A policy of these rules."""
    rules = parse_rules(text)
    return Policy(lambda: rules)


def trial(**fields: Any) -> TrialSpec:
    """A trial of an image, unless it names something else."""
    target = {} if fields.keys() & {"command", "external"} else {"image": "python:3"}
    space = {"x": {"type": "float", "low": 0, "high": 1}}
    return parse_trial({"name": "t", "space": space, **target, **fields})


def problems(text: str, **fields: Any) -> dict[str, str]:
    """What the policy has against the trial, by field."""
    with pytest.raises(InvalidTrial) as caught:
        policy(text).apply(trial(**fields))
    return {each.field: each.problem for each in caught.value.problems}


@pytest.mark.parametrize(
    "fields",
    [
        {"privileged": True, "network": "bridge", "runtime": "x", "pool": "y", "data": "/etc"},
        {"image": "sha256:" + "a" * 64, "secrets": {"A": "b"}, "parallelism": 100_000},
        {"image": "NOT A/reference".replace(" ", "_"), "resources": {"memory": "1t", "gpus": 99}},
        {"command": ["sh"], "budget": {"wall_time": "1h"}},
        {"external": True},
    ],
)
def test_without_rules_everything_is_as_it_was(fields: dict[str, Any]) -> None:
    """Not a field is changed."""
    spec = trial(**fields)
    assert Policy().apply(spec) == spec
    assert policy("{}").apply(spec) == spec


@pytest.mark.parametrize(
    ("rules", "fields", "field", "told"),
    [
        ("commands: deny", {"command": ["sh"]}, "command", "local programs; name an `image`"),
        ("external: deny", {"external": True}, "external", "external trials; name an `image`"),
        ("privileged: deny", {"privileged": True}, "privileged", "privileged containers"),
        ("network: {allow: [none]}", {"network": "bridge"}, "network", "allowed are none"),
        ("runtimes: [nvidia]", {"runtime": "runc"}, "runtime", "allowed are nvidia"),
        ("runtimes: []", {"runtime": "runc"}, "runtime", "allowed are none"),
        ("pools: {allow: [gpu, cpu]}", {}, "pool", "'default'; allowed are gpu, cpu"),
        ("secrets: [a]", {"secrets": {"K": "b"}}, "secrets.K", "'b'; allowed are a"),
        ("data: {roots: [a]}", {"data": "b/c"}, "data", "'b'; allowed are a"),
        ("data: {roots: [a]}", {"data": "/a"}, "data", "absolute paths: begin with the name"),
        ("data: {roots: [a]}", {"data": "//a"}, "data", "allowed roots are a"),
        ("data: {roots: [a]}", {"data": "a/../b"}, "data", 'must not contain ".."'),
        ("data: {absolute: deny}", {"data": "/a"}, "data", "absolute paths"),
        ("resources: {max: {memory: 2g}}", {"resources": {"memory": "4g"}}, "resources.memory",
         "4g is more than is allowed: 2g"),
        ("resources: {max: {gpus: 0}}", {"resources": {"gpus": 1}}, "resources.gpus", "allowed: 0"),
        ("resources: {max: {cpus: 1.5}}", {"resources": {"cpus": 2}}, "resources.cpus", "1.5"),
        ("limits: {parallelism: 4}", {"parallelism": 5}, "parallelism", "5 is more than"),
        ("limits: {jobs: 10}", {"budget": {"jobs": 11}}, "budget.jobs", "allowed: 10"),
        ("limits: {priority: {max: 0}}", {"priority": 1}, "priority", "allowed: 0"),
        ("images: {allow: [docker.io/team/*]}", {}, "image",
         "docker.io/library/python:3; allowed are docker.io/team/*"),
        ("images: {allow: []}", {}, "image", "allowed are none"),
        ("images: {deny: ['**/python']}", {}, "image", "denied are **/python"),
        ("images: {require_digest: true}", {}, "image", "docker.io/library/python@sha256:…"),
        ("images: {require_digest: true}", {"image": "x@y"}, "image", "is no image reference"),
        ("images: {allow: ['docker.io/library/python:3']}", {"image": f"python:3@{DIGEST}"},
         "image", "a digest needs a pattern without a tag"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused(
    rules: str, fields: dict[str, Any], field: str, told: str
) -> None:
    """The message names the field, and what is allowed."""
    found = problems(rules, **fields)
    assert list(found) == [field]
    assert told in found[field]


def test_everything_is_told_at_once() -> None:
    """Nobody has to submit it again for each field."""
    rules = "privileged: deny\nlimits: {parallelism: 1, priority: {max: 1}}\nsecrets: []"
    found = problems(
        rules, privileged=True, parallelism=2, priority=2, secrets={"A": "a", "B": "b"}
    )
    assert list(found) == ["privileged", "secrets.A", "secrets.B", "parallelism", "priority"]


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ("images: {allow: ['docker.io/library/*']}", {}),
        ("images: {allow: ['docker.io/library/python:*']}", {"image": f"python:3@{DIGEST}"}),
        ("images: {require_digest: true}", {"image": f"python@{DIGEST}"}),
        ("images: {allow: []}", {"command": ["sh"]}),
        ("commands: deny", {"command": ["python", "-V"], "image": "python"}),
        ("data: {roots: [a]}", {"data": "a/b"}),
        ("data: {roots: [a], absolute: allow}", {"data": "/any"}),
        ("data: {absolute: deny}", {"data": "any/folder"}),
        ("limits: {priority: {max: 0}}", {"priority": -1000}),
        ("resources: {max: {memory: 4g}}", {"resources": {"memory": "4g"}}),
    ],
)
def test_what_is_allowed_runs(rules: str, fields: dict[str, Any]) -> None:
    """Up to the limit, and with it."""
    assert policy(rules).apply(trial(**fields)).name == "t"


def test_defaults_stand_where_the_trial_says_nothing() -> None:
    """What it does say stays."""
    rules = policy("network: {default: none}\nresources: {default: {memory: 1g, disk: 1g}}")
    given = rules.apply(trial())
    assert (given.network, given.resources.memory, given.resources.disk) == (
        "none",
        1 << 30,
        1 << 30,
    )
    kept = rules.apply(trial(network="bridge", resources={"memory": "2g"}))
    assert (kept.network, kept.resources.memory, kept.resources.disk) == (
        "bridge",
        2 << 30,
        1 << 30,
    )
    command = rules.apply(trial(command=["sh"]))
    assert (command.network, command.resources.memory) == (None, 1 << 30)
    assert rules.apply(trial(external=True)) == trial(external=True)


def test_nothing_asked_for_is_not_without_limit() -> None:
    """Where there is a most, a trial that says nothing has that, unless it has less anyway."""
    most = "{cpus: 2, memory: 8g, shm_size: 8g, disk: 100g, gpus: 1}"
    given = policy(f"resources: {{max: {most}}}\nlimits: {{jobs: 7}}").apply(
        trial(budget={"wall_time": "1h"})
    )
    assert (given.resources.cpus, given.resources.memory) == (2, 8 << 30)
    assert (given.resources.shm_size, given.resources.disk) == (None, None)
    assert given.resources.gpus == 0
    assert given.budget.jobs == 7
    little = policy("resources: {max: {shm_size: 1m, disk: 1g}}").apply(trial())
    assert (little.resources.shm_size, little.resources.disk) == (1 << 20, 1 << 30)


def test_the_only_network_is_the_default() -> None:
    """Else a trial that names none would get the worker's, which may be another."""
    assert policy("network: {allow: [none]}").apply(trial()).network == "none"
    assert policy("network: {allow: [none, bridge]}").apply(trial()).network is None


def test_the_image_is_named_in_full() -> None:
    """A short name could be the beginning of the id of another image on the engine's host."""
    rules = policy("images: {allow: ['docker.io/library/*']}")
    assert rules.apply(trial(image="deadbeef")).image == "docker.io/library/deadbeef:latest"
    assert (
        rules.apply(trial(image=f"python:3@{DIGEST}")).image == f"docker.io/library/python@{DIGEST}"
    )


def test_what_was_applied_can_be_submitted_again() -> None:
    """Neither a clone nor a recorded spec is refused by the same policy, or changed."""
    rules = policy(
        "images: {allow: ['docker.io/**']}\nnetwork: {allow: [none]}\n"
        "resources: {max: {memory: 1g, shm_size: 1m}}\nlimits: {jobs: 100}"
    )
    once = rules.apply(trial())
    assert rules.apply(once) == once
    assert parse_trial(dump_trial(once)) == once


def test_changes_of_open_trials_are_checked() -> None:
    """As a submission's: none of them is a way around."""
    rules = policy("limits: {parallelism: 2, jobs: 10, priority: {max: 1}}")
    assert rules.check_change(parallelism=2, priority=1) is None
    assert rules.check_change(budget=Budget(jobs=10)) == Budget(jobs=10)
    assert rules.check_change(budget=Budget(wall_time=60)) == Budget(wall_time=60, jobs=10)
    with pytest.raises(InvalidTrial) as caught:
        rules.check_change(budget=Budget(jobs=11), parallelism=3, priority=2)
    fields = [each.field for each in caught.value.problems]
    assert fields == ["budget.jobs", "parallelism", "priority"]
    assert Policy().check_change(budget=Budget(), parallelism=10**5, priority=9) == Budget()


def test_it_can_be_shown() -> None:
    """To clients, every field explicit; null where nothing is restricted."""
    shown: Any = policy("images: {allow: ['docker.io/**']}\ndata: {roots: [a]}").shown()
    assert shown["images"] == {"allow": ["docker.io/**"], "deny": [], "require_digest": False}
    assert shown["data"] == {"roots": ["a"], "absolute": "deny"}
    assert shown["secrets"] is None
    assert Policy().shown()["commands"] == "allow"
