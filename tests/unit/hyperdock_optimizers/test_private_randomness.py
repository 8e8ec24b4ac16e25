"""Tests of private global random states."""

import random

import numpy as np
import pytest

from hyperdock_optimizers.private_randomness import PrivateRandomness


def draws() -> tuple[float, float]:
    """One draw from each of the two global states."""
    return random.random(), float(np.random.random())  # noqa: NPY002, S311


def test_draws_inside_do_not_depend_on_those_outside() -> None:
    """A state goes on where it was, whatever was drawn in between."""
    alone, disturbed = PrivateRandomness(1), PrivateRandomness(1)
    with alone.in_place():
        expected = [draws(), draws()]
    with disturbed.in_place():
        found = [draws()]
    draws()
    with PrivateRandomness(2).in_place():
        draws()
    with disturbed.in_place():
        found.append(draws())
    assert found == expected


def test_draws_outside_do_not_depend_on_those_inside() -> None:
    """The states from before are back after the block, also when it raises."""
    before = random.getstate(), np.random.get_state(legacy=False)["state"]["key"].tolist()  # noqa: NPY002
    with pytest.raises(ZeroDivisionError), PrivateRandomness(1).in_place():
        _ = draws()[0] / 0
    assert (random.getstate(), np.random.get_state(legacy=False)["state"]["key"].tolist()) == before  # noqa: NPY002
