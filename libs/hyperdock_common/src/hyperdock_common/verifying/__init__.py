"""Verifies a log as it is stored: what was changed in it, taken out, put in, or cut off.

The checker (`hyperdock_common.checking`) asks whether the system behaved; this asks whether the
log is still what was recorded. `verify` reads a whole store once and changes nothing; `LogVerifier`
does the same with facts from elsewhere: an export, an archive.

What it cannot see: a change by somebody who can write the store and made every later hash anew.
Against that, note the anchor of a `Verification` elsewhere, and give it back as a `Witness`.
Neither are facts vouched for that were recorded before there was a chain (`unchained` of them).
"""

from hyperdock_common.verifying.findings import Finding, Kind, Verification
from hyperdock_common.verifying.verifier import LogToVerify, LogVerifier, verify
from hyperdock_common.verifying.witnesses import Witness

__all__ = [
    "Finding",
    "Kind",
    "LogToVerify",
    "LogVerifier",
    "Verification",
    "Witness",
    "verify",
]
