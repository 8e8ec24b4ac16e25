"""Local processes keep the contract of the runner."""

import os
from uuid import uuid4

import pytest

from hyperdock_common.offer import JobOffer
from hyperdock_common.testing.builders import job_offer
from hyperdock_common.testing.runner import LOG_LIMIT, OpenRunner, RunnerContract
from hyperdock_worker.process_runner import ProcessRunner


class TestProcessRunner(RunnerContract):
    """The shell of this host."""

    @pytest.fixture
    def open_runner(self) -> OpenRunner:
        """A worker of this test's own, so that it ends no other test's targets."""
        worker_id = f"worker-{uuid4()}"
        return lambda: ProcessRunner(worker_id, environ=os.environ, log_limit=LOG_LIMIT)

    @pytest.fixture
    def offer(self) -> JobOffer:
        """A local process."""
        return job_offer(runtime="process")
