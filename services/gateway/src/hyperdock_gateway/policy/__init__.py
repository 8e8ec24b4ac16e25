"""The operator's policy: which targets may run, where, with what, and how much of it."""

from hyperdock_gateway.policy.policy import Policy
from hyperdock_gateway.policy.policy_file import PolicyFile, PolicyFileUnusable, policy_of
from hyperdock_gateway.policy.rules import InvalidPolicy, Rules, parse_rules

__all__ = [
    "InvalidPolicy",
    "Policy",
    "PolicyFile",
    "PolicyFileUnusable",
    "Rules",
    "parse_rules",
    "policy_of",
]
