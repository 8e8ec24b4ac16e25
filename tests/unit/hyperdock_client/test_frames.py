"""A trial's jobs as a DataFrame."""

import subprocess
import sys

from tests.unit.hyperdock_client.stand_in import StandIn

from hyperdock_client import Client


def test_a_frame_has_a_row_for_each_job(client: Client, gateway: StandIn) -> None:
    """Nested params are dotted columns, missing ones are gaps, times are times."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    params = [{"x": 1, "model": {"depth": 2}}, {"x": 3}, {"x": 4}]
    for each in params:
        gateway.add_job("t1", params=each, loss=0.5, metrics={"acc": 1.0}, proposed_at=86400.0)
    frame = trial.dataframe()
    assert list(frame["number"]) == [1, 2, 3]
    assert list(frame["params.x"]) == [1, 3, 4]
    assert frame["params.model.depth"].isna().tolist() == [False, True, True]
    assert frame["metrics.acc"].mean() == 1.0
    assert str(frame["proposed_at"][0]) == "1970-01-02 00:00:00+00:00"


def test_a_frame_of_nothing_has_its_columns(client: Client, gateway: StandIn) -> None:
    """So a notebook that runs too early does not fail on a name."""
    frame = client.trial(gateway.add_trial()["trial_id"]).dataframe()
    assert frame.empty
    assert {"number", "loss", "finished_at"} <= set(frame.columns)


def test_without_pandas_the_rest_works() -> None:
    """It is an extra: it is loaded when it is wanted, and then the error says how to get it."""
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import hyperdock_client, hyperdock_client.frames\n"
        "try: hyperdock_client.frames.to_frame([])\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'hyperdock-client[pandas]'" in done.stdout
