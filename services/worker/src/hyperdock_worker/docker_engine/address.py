"""Where the engine is, as everything that speaks to Docker understands it from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """An engine that is spoken to over TLS.

    Attributes:
        certificates: the folder with `cert.pem`, `key.pem` and `ca.pem`.
        verify: whether the engine's certificate has to be signed by `ca.pem`.
    """

    certificates: Path
    verify: bool = True


def engine_address(environ: Mapping[str, str]) -> tuple[str | None, Tls | None]:
    """The engine's URL and its certificates: DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH.

    As Docker's own SDK has it: TLS is on where either of the last two is not empty, and any value
    of DOCKER_TLS_VERIFY stands for yes.
    """
    url = environ.get("DOCKER_HOST") or None
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    folder = environ.get("DOCKER_CERT_PATH")
    if not (verify or folder):
        return url, None
    certificates = Path(folder) if folder else Path(environ.get("HOME", "/"), ".docker")
    return url, Tls(certificates=certificates, verify=verify)
