"""The search space: parameters, how they are written, and the params that come out."""

from hyperdock_common.space.dumping import dump_space
from hyperdock_common.space.equality import identity, same
from hyperdock_common.space.legacy import is_param_space, parse_param_space
from hyperdock_common.space.model import ALTERNATIVE, Alternative, Dimension, Space
from hyperdock_common.space.names import join_name, split_name
from hyperdock_common.space.parameters import (
    Choice,
    Condition,
    Constant,
    Float,
    Integer,
    Parameter,
    Searched,
)
from hyperdock_common.space.params import check_params
from hyperdock_common.space.parsing import parse_space
from hyperdock_common.space.refitting import Refitted, fill_problems, refit

__all__ = [
    "ALTERNATIVE",
    "Alternative",
    "Choice",
    "Condition",
    "Constant",
    "Dimension",
    "Float",
    "Integer",
    "Parameter",
    "Refitted",
    "Searched",
    "Space",
    "check_params",
    "dump_space",
    "fill_problems",
    "identity",
    "is_param_space",
    "join_name",
    "parse_param_space",
    "parse_space",
    "refit",
    "same",
    "split_name",
]
