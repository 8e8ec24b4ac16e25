"""A policy file is read strictly: nothing in it can be overlooked."""

from pathlib import Path

import pytest

from hyperdock_gateway.policy import InvalidPolicy, Rules, parse_rules

WHOLE = """
images: {allow: ["registry.example.org/team/*", "docker.io/library/python:*"], deny: ["**/evil"]}
commands: deny
external: allow
privileged: deny
network: {allow: [none, bridge], default: none}
data: {roots: [imagenet, scratch], absolute: deny}
resources: {max: {cpus: 8, memory: 32g, gpus: 2, shm_size: 8g, disk: 100g}, default: {memory: 4g}}
runtimes: [nvidia]
pools: {allow: [default, gpu]}
limits: {parallelism: 64, jobs: 100000, priority: {max: 10}}
secrets: [openai, wandb]
"""


def test_a_whole_policy_is_read() -> None:
    """Sizes as people write them."""
    rules = parse_rules(WHOLE)
    assert rules.resources.max.memory == 32 << 30
    assert rules.resources.default.memory == 4 << 30
    assert rules.network.given == "none"
    assert rules.limits.priority.max == 10
    assert rules.secrets == ["openai", "wandb"]


def test_the_example_in_the_documentation_is_one() -> None:
    """It can be copied as it is."""
    page = Path(__file__).parents[4] / "docs" / "policy.md"
    example = page.read_text("utf-8").partition("```yaml\n")[2].partition("```")[0]
    assert parse_rules(example).data.absolute == "deny"


def test_what_is_left_out_is_allowed() -> None:
    """An object without fields is the policy that there is without a file."""
    assert parse_rules("{}") == Rules()


@pytest.mark.parametrize("text", ["", "# nothing\n", "null", "[]", "deny"])
def test_nothing_is_no_policy(text: str) -> None:
    """A file that is being written, or was emptied, does not allow everything."""
    with pytest.raises(InvalidPolicy, match="allows everything"):
        parse_rules(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("images: [", "not valid YAML"),
        ("image: {}", "image: no such field; known there are images, commands"),
        ("images: {allowed: []}", "images.allowed: no such field; known there are allow, deny"),
        ("resources: {max: {ram: 1g}}", "resources.max.ram: no such field; known there are cpus"),
        ("images: {allow: [python]}", "images.allow[0]: 'python' is no pattern; write registry"),
        ("images: {allow: docker.io/**}", "images.allow: must be a list"),
        ("images: {require_digest: 'no'}", "images.require_digest: must be true or false"),
        ("commands: no", "commands: input should be 'allow' or 'deny'"),
        ("commands: false", "commands: input should be 'allow' or 'deny'"),
        ("network: {allow: [none], default: bridge}", "network: the default, bridge, is not in"),
        ("network: {allow: []}", "network.allow: must not be empty"),
        ("network: {allow: [host]}", "network.allow[0]: input should be 'none' or 'bridge'"),
        ("data: {roots: [a/b]}", "data.roots[0]: is no name"),
        ("secrets: openai", "secrets: must be a list"),
        ("resources: {max: {memory: much}}", "resources.max.memory: 'much' is no size"),
        ("resources: {max: {gpus: true}}", "resources.max.gpus: must be a number"),
        ("resources: {max: {cpus: .nan}}", "resources.max.cpus: must be a finite number"),
        ("resources: {max: {disk: 1g}, default: {disk: 2g}}", "default of disk is more than"),
        ("resources: {default: {gpus: 1}}", "resources.default.gpus: no such field"),
        ("limits: {jobs: 0}", "limits.jobs: input should be greater than or equal to 1"),
        ("limits: {priority: 10}", "limits.priority: must be an object"),
    ],
)
def test_mistakes_are_named(text: str, told: str) -> None:
    """With the field and what would do."""
    with pytest.raises(InvalidPolicy) as caught:
        parse_rules(text)
    assert told in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    """Nobody has to load it again for each."""
    with pytest.raises(InvalidPolicy) as caught:
        parse_rules("commands: x\nprivileged: y\npools: {allow: [' ']}")
    assert [each.field for each in caught.value.problems] == [
        "commands",
        "privileged",
        "pools.allow[0]",
    ]
