"""`hyperdock completion`: what makes the Tab key work."""

import click
from click.shell_completion import get_completion_class

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script for your shell: then Tab completes commands, options, trials and profiles.

    \b
    Examples:
      bash:  echo 'source <(hyperdock completion bash)' >>~/.bashrc
      zsh:   echo 'source <(hyperdock completion zsh)' >>~/.zshrc
      fish:  hyperdock completion fish >~/.config/fish/completions/hyperdock.fish
    """  # noqa: D301
    kind = get_completion_class(shell)
    if kind is None:
        raise RuntimeError(f"click knows no completion for {shell}")
    root = ctx.find_root().command
    click.echo(kind(root, {}, "hyperdock", "_HYPERDOCK_COMPLETE").source())
