"""What the engine is told about a job's container."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hyperdock_common.errors import CannotStart
from hyperdock_common.offer import JobOffer, Limits
from hyperdock_common.ports import AttemptFolder, Order
from hyperdock_common.testing.builders import job_offer
from hyperdock_worker.data_root import DataRoots
from hyperdock_worker.docker_engine.options import (
    Place,
    bound,
    container_config,
    container_name,
    gpus_of,
    join_network,
    log_config,
    safe_name,
)
from hyperdock_worker.docker_engine.settings import DockerSettings

SETTINGS = DockerSettings()
FOLDER = AttemptFolder(path=Path("/state/j1-1"))
OFFER = replace(job_offer(runtime="docker"), image="image", command=None)


MOUNTED = Place(mount=bound("/srv/j1-1", "/hyperdock", read_only=False), copied=False)
COPIED = Place(mount=None, copied=True)


def config(
    offer: JobOffer = OFFER,
    settings: DockerSettings = SETTINGS,
    slot: int = 0,
    place: Place = MOUNTED,
) -> Any:
    """The configuration of a container for this offer."""
    order = Order(offer=offer, folder=FOLDER, slot=slot)
    return container_config(order, "sha256:1", "w1", settings, place)


def test_the_image_is_left_as_it_is() -> None:
    """What the trial does not say is the image's own business."""
    made = config()
    assert made["Image"] == "sha256:1"
    assert not {"Cmd", "WorkingDir", "User", "Entrypoint"} & set(made)
    assert not {"Memory", "NanoCpus", "Runtime", "DeviceRequests"} & set(made["HostConfig"])


def test_the_trial_may_replace_command_and_folder() -> None:
    """As with `docker run`, the command goes to the image's entrypoint."""
    made = config(replace(OFFER, command=("python", "x.py"), working_dir="/app"))
    assert made["Cmd"] == ["python", "x.py"]
    assert made["WorkingDir"] == "/app"


def test_labels_find_it_again() -> None:
    """Worker, trial, job and attempt stand on the container, and how it is to be looked after."""
    mapped = DockerSettings(slot_gpus={3: ("a", "b", "c")})
    asking = replace(OFFER, limits=Limits(gpus=2))
    assert config(asking, mapped, slot=3)["Labels"] == {
        "hyperdock.worker": "w1",
        "hyperdock.trial": OFFER.trial_id,
        "hyperdock.job": OFFER.job_id,
        "hyperdock.attempt": "1",
        "hyperdock.slot": "3",
        "hyperdock.files": "mounted",
        "hyperdock.gpus": "a,b",
    }
    assert config(place=COPIED)["Labels"]["hyperdock.files"] == "copied"


def test_environment_ends_with_our_own() -> None:
    """The folder is always /hyperdock, and the trial cannot say otherwise."""
    made = config(replace(OFFER, environment={"A": "1", "HYPERDOCK_DIR": "/x"}, data="/d"))
    assert "A=1" in made["Env"]
    assert "HYPERDOCK_DIR=/hyperdock" in made["Env"]
    assert "HYPERDOCK_DATA=/data" in made["Env"]
    assert "HYPERDOCK_DIR=/x" not in made["Env"]


def test_folders_are_mounted() -> None:
    """The target's folder for writing, the data for reading, and neither is made if missing."""
    made = config(replace(OFFER, data="/d"))
    data = {"Type": "bind", "Source": "/d", "Target": "/data", "ReadOnly": True}
    assert made["HostConfig"]["Mounts"] == [MOUNTED.mount, data]
    made = config(
        replace(OFFER, data="d"),
        DockerSettings(data_roots=DataRoots(plain=Path("/root"))),
        place=COPIED,
    )
    assert made["HostConfig"]["Mounts"] == [{**data, "Source": "/root/d"}]


def test_operators_variables_come_first() -> None:
    """A trial's own variables win over the operator's, and ours over both."""
    settings = DockerSettings(environment={"A": "operator", "B": "operator", "HYPERDOCK_JOB": "x"})
    made = config(replace(OFFER, environment={"A": "trial"}), settings)
    assert "A=trial" in made["Env"]
    assert "B=operator" in made["Env"]
    assert f"HYPERDOCK_JOB={OFFER.job_id}" in made["Env"]
    assert len(made["Env"]) == 6


def test_limits_are_the_engines() -> None:
    """Memory includes swap, so that a limit is one."""
    limits = Limits(cpus=1.5, memory=1 << 30, shm_size=1 << 20)
    host = config(replace(OFFER, limits=limits, engine_runtime="runsc"))["HostConfig"]
    assert (host["NanoCpus"], host["Memory"], host["MemorySwap"]) == (
        1_500_000_000,
        1 << 30,
        1 << 30,
    )
    assert (host["ShmSize"], host["Runtime"]) == (1 << 20, "runsc")


def test_any_gpus_or_those_of_the_slot() -> None:
    """Without a mapping the engine chooses, with one a slot's jobs stay on its devices."""
    offer = replace(OFFER, limits=Limits(gpus=1))
    (request,) = config(offer)["HostConfig"]["DeviceRequests"]
    assert request["Count"] == 1
    mapped = DockerSettings(slot_gpus={0: ("a",), 1: ("b", "c")})
    (request,) = config(offer, mapped, slot=1)["HostConfig"]["DeviceRequests"]
    assert (request["DeviceIDs"], "Count" in request) == (["b"], False)
    assert gpus_of(config(offer, mapped, slot=1)["Labels"]) == ("b",)
    assert "DeviceRequests" not in config(OFFER, mapped, slot=1)["HostConfig"]
    assert gpus_of(config()["Labels"]) == ()
    with pytest.raises(CannotStart, match="2 GPUs"):
        config(replace(OFFER, limits=Limits(gpus=2)), mapped, slot=0)


def test_rights_are_few_unless_the_owner_allows_more() -> None:
    """Privileged needs the trial's wish and the worker's consent."""
    host = config()["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges"]
    wish = replace(OFFER, privileged=True)
    with pytest.raises(CannotStart, match="does not allow"):
        config(wish)
    host = config(wish, DockerSettings(allow_privileged=True))["HostConfig"]
    assert host["Privileged"] is True
    assert "CapDrop" not in host


def test_network_is_one_of_two() -> None:
    """The worker's default, or what the trial says if it is harmless."""
    assert config()["HostConfig"]["NetworkMode"] == "none"
    assert config(replace(OFFER, network="bridge"))["HostConfig"]["NetworkMode"] == "bridge"
    with pytest.raises(CannotStart, match="none or bridge"):
        config(replace(OFFER, network="container:x"))
    with pytest.raises(ValueError, match="network"):
        DockerSettings(network="host")
    with pytest.raises(ValueError, match="files"):
        DockerSettings(files="nfs")


def test_joining_a_holder_changes_only_the_network() -> None:
    """The holder's own files are there for reading only, so that no job leaves a note in them."""
    alone = config()
    joined: Any = join_network(alone, "h1", {"/etc/hosts": "/var/h1/hosts"})
    assert joined["HostConfig"]["NetworkMode"] == "container:h1"
    assert joined["HostConfig"]["Mounts"] == [
        *alone["HostConfig"]["Mounts"],
        {"Type": "bind", "Source": "/var/h1/hosts", "Target": "/etc/hosts", "ReadOnly": True},
    ]
    assert alone["HostConfig"]["NetworkMode"] == "none"
    assert {**joined, "HostConfig": None} == {**alone, "HostConfig": None}


def test_engine_keeps_a_bounded_log() -> None:
    """It holds more than we keep, on two files."""
    made: Any = log_config(DockerSettings(log_limit=32 << 20))
    assert made == {
        "Type": "local",
        "Config": {"max-size": "65536k", "max-file": "2", "compress": "false"},
    }
    made = log_config(DockerSettings(log_driver="json-file", log_limit=1))
    assert "compress" not in made["Config"]


def test_names_are_fit_for_the_engine() -> None:
    """One name per attempt, without what the engine does not allow."""
    order = Order(offer=replace(OFFER, job_id="a/b c", attempt=2), folder=FOLDER, slot=0)
    assert container_name(order) == "hyperdock-a_b_c-2"
    assert safe_name("ü") == "_"
