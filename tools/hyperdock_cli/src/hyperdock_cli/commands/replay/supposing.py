"""`hyperdock replay what-if`."""

from typing import Final

import click

COMMANDS: Final[tuple[click.Command, ...]] = ()
