"""From a trial's spec and a job to what a worker is offered."""

from tests.unit.hyperdock_supervisor.words import spec

from hyperdock_common.offer import JobOffer, Limits
from hyperdock_supervisor.domain.offers import make_offer
from hyperdock_supervisor.domain.trial import LiveJob, Trial

JOB = LiveJob(job_id="t.3", number=3, params={"x": 0.5}, attempt=2)


def test_a_container_is_offered_with_everything_that_the_spec_says() -> None:
    """Nothing of the spec is lost on the way."""
    full = spec(
        image="tune:1",
        command=["python", "train.py"],
        timeout="90s",
        resources={"cpus": 1.5, "memory": "1g", "gpus": 1, "shm_size": "64m", "disk": "2g"},
        environment={"A": "1"},
        data="/srv/data",
        network="none",
        runtime="nvidia",
        pull="never",
        pool="gpu",
        privileged=True,
    )
    offer = make_offer(Trial(trial_id="t", spec=full, submitted=full, submitted_at=0.0), JOB)
    assert offer == JobOffer(
        trial_id="t",
        job_id="t.3",
        number=3,
        attempt=2,
        pool="gpu",
        runtime="docker",
        params={"x": 0.5},
        image="tune:1",
        command=("python", "train.py"),
        environment={"A": "1"},
        data="/srv/data",
        limits=Limits(cpus=1.5, memory=2**30, gpus=1, shm_size=2**26, disk=2**31),
        timeout=90.0,
        network="none",
        engine_runtime="nvidia",
        pull="never",
        privileged=True,
    )


def test_a_plain_command_is_offered_to_runners_of_processes() -> None:
    """With its folder, and without an image."""
    plain = spec(command=["./tune"], working_dir="/srv")
    offer = make_offer(Trial(trial_id="t", spec=plain, submitted=plain, submitted_at=0.0), JOB)
    assert (offer.runtime, offer.image, offer.command) == ("process", None, ("./tune",))
    assert (offer.working_dir, offer.pool, offer.limits) == ("/srv", "default", Limits())


def test_an_image_may_go_with_its_own_command() -> None:
    """No command of ours replaces it."""
    own = spec(image="tune:1", command=None)
    offer = make_offer(Trial(trial_id="t", spec=own, submitted=own, submitted_at=0.0), JOB)
    assert (offer.runtime, offer.command) == ("docker", None)
