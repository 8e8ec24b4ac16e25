"""`hyperdock replay rebuild, diff, status, revert and drop`."""

from typing import Final

import click

COMMANDS: Final[tuple[click.Command, ...]] = ()
