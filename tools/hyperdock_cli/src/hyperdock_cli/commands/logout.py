"""`hyperdock logout`: a profile is forgotten."""

import click

from hyperdock_cli.completions import complete_profiles
from hyperdock_cli.faults import REFUSED, Fault


@click.command()
@click.argument("name", required=False, metavar="[PROFILE]", shell_complete=complete_profiles)
def logout(name: str | None) -> None:
    """Forget a profile and its token; without a name, the one that counts.

    The token itself lives on: `hyperdock token revoke` on the gateway's side ends it.

    \b
    Examples:
      hyperdock logout
      hyperdock logout lab
    """  # noqa: D301
    from hyperdock_client.profiles import (  # noqa: PLC0415 - slow, help is not
        read_profiles,
        write_profiles,
    )

    profiles = read_profiles()
    name = name or profiles.default
    if name is None or name not in profiles.known:
        problem = f"there is no profile {name!r}" if name else "no profile counts now"
        names = ", ".join(sorted(profiles.known)) or "none"
        raise Fault(problem, f"there are: {names}", code=REFUSED)
    write_profiles(profiles.without(name))
    click.echo(f"profile {name} is forgotten")
