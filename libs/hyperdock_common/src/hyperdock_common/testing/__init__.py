"""What tests of Hyperdock share: the contract of each port, builders of events, a clock to turn.

An adapter's test file inherits a contract class, names it `Test…` and gives its one fixture.
Needs pytest, which the product itself does not.
"""

import pytest

pytest.register_assert_rewrite(
    f"{__name__}.artifact_contents",
    f"{__name__}.artifact_logs",
    f"{__name__}.artifact_safety",
    f"{__name__}.artifact_store",
    f"{__name__}.event_bus",
    f"{__name__}.event_log",
    f"{__name__}.forgotten_facts",
    f"{__name__}.kept_log",
    f"{__name__}.runner",
    f"{__name__}.runner_adoption",
    f"{__name__}.runner_logs",
    f"{__name__}.runner_targets",
    f"{__name__}.stepped_view_store",
    f"{__name__}.stored_log",
    f"{__name__}.stored_views",
    f"{__name__}.view_conditions",
    f"{__name__}.view_generations",
    f"{__name__}.view_pages",
    f"{__name__}.view_store",
    f"{__name__}.view_switches",
    f"{__name__}.view_versions",
)

from hyperdock_common.testing.artifact_store import ArtifactStoreContract  # noqa: E402
from hyperdock_common.testing.clock import FakeClock  # noqa: E402
from hyperdock_common.testing.event_bus import EventBusContract  # noqa: E402
from hyperdock_common.testing.event_log import EventLogContract  # noqa: E402
from hyperdock_common.testing.runner import RunnerContract  # noqa: E402
from hyperdock_common.testing.stored_log import StoredLogContract  # noqa: E402
from hyperdock_common.testing.view_documents import CONTRACT_VIEWS  # noqa: E402
from hyperdock_common.testing.view_generations import ViewGenerationsContract  # noqa: E402
from hyperdock_common.testing.view_store import ViewStoreContract  # noqa: E402

__all__ = [
    "CONTRACT_VIEWS",
    "ArtifactStoreContract",
    "EventBusContract",
    "EventLogContract",
    "FakeClock",
    "RunnerContract",
    "StoredLogContract",
    "ViewGenerationsContract",
    "ViewStoreContract",
]
