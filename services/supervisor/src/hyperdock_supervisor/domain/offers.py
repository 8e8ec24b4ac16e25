"""From a trial's spec and one of its jobs to the offer that workers get."""

from hyperdock_common.offer import JobOffer, Limits
from hyperdock_supervisor.domain.trial import LiveJob, Trial


def make_offer(trial: Trial, job: LiveJob) -> JobOffer:
    """All that a worker needs to run the job's next attempt."""
    spec = trial.spec
    return JobOffer(
        trial_id=trial.trial_id,
        job_id=job.job_id,
        number=job.number,
        attempt=job.attempt,
        pool=spec.pool,
        runtime=spec.runs_in,
        params=job.params,
        image=spec.image,
        command=tuple(spec.command) if spec.command is not None else None,
        working_dir=spec.working_dir,
        environment=spec.environment,
        secrets=spec.secrets,
        data=spec.data,
        limits=Limits(**spec.resources.model_dump()),
        timeout=spec.timeout,
        network=spec.network,
        engine_runtime=spec.runtime,
        pull=spec.pull,
        privileged=spec.privileged,
    )
