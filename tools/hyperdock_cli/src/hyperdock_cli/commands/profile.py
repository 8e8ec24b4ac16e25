"""`hyperdock profile …`: the gateways that somebody has logged in to."""

from dataclasses import replace

import click

from hyperdock_cli.completions import complete_profiles
from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.options import as_json
from hyperdock_cli.output import show, show_json
from hyperdock_cli.rendering.tables import Table


@click.group()
def profile() -> None:
    """List profiles, and choose the one that counts where nothing is named.

    \b
    Examples:
      hyperdock profile list
      hyperdock profile use lab
    """  # noqa: D301


@profile.command("list")
@as_json
def list_(*, as_json: bool) -> None:
    """List the profiles; tokens are not shown.

    \b
    Examples:
      hyperdock profile list
      hyperdock profile list --json
    """  # noqa: D301
    from hyperdock_client.profiles import read_profiles  # noqa: PLC0415 - slow, help is not

    profiles = read_profiles()
    found = [
        {
            "name": name,
            "url": each.url,
            "token": bool(each.token),
            "default": name == profiles.default,
        }
        for name, each in sorted(profiles.known.items())
    ]
    if as_json:
        show_json(found)
    elif not found:
        show(["no profiles; `hyperdock login URL` makes one"])
    else:
        rows = [
            (
                str(each["name"]),
                str(each["url"]),
                "yes" if each["token"] else "none",
                "yes" if each["default"] else "",
            )
            for each in found
        ]
        show([Table(headings=("profile", "gateway", "token", "counts"), rows=rows)])


@profile.command()
@click.argument("name", required=False, shell_complete=complete_profiles)
@click.option("--none", "nothing", is_flag=True, help="None: the state folder of this machine.")
def use(name: str | None, *, nothing: bool) -> None:
    """Choose the profile that counts where nothing else is named.

    \b
    Examples:
      hyperdock profile use lab
      hyperdock profile use --none
    """  # noqa: D301
    from hyperdock_client.profiles import (  # noqa: PLC0415 - slow, help is not
        read_profiles,
        write_profiles,
    )

    if (name is None) != nothing:
        raise click.UsageError("name a profile, or give --none")
    profiles = read_profiles()
    if name is not None and name not in profiles.known:
        names = ", ".join(sorted(profiles.known)) or "none"
        raise Fault(f"there is no profile {name!r}", f"there are: {names}", code=REFUSED)
    write_profiles(replace(profiles, default=name))
    where = f"{name} ({profiles.named(name).url})" if name else "the state folder of this machine"
    click.echo(f"commands go to {where} from now on")
