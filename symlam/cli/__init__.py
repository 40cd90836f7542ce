"""Command line of symlam: a lazy table of subcommands, and no traceback.

A subcommand is imported only when it is asked for, so ``symlam --help`` costs no more than click.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys

import click

from symlam.errors import SymlamError

# name -> (module, one line for --help); the module defines ``command``.
COMMANDS: dict[str, tuple[str, str]] = {
    "verify": ("symlam.cli._verify", "Decide the claims of the ledger and show the evidence."),
    "predict": ("symlam.cli._predict", "What a linear LAM learns in one scenario, exactly."),
    "sweep": ("symlam.cli._sweep", "Predict over a grid of scenarios, resumable."),
    "gridworld": (
        "symlam.cli._gridworld",
        "The best nonlinear LAM of the 4x4 grid world, exactly, beside the published table.",
    ),
    "figures": ("symlam.cli._figures", "Draw the paper's figures and phase diagrams from closed forms."),
    "write-certificate": (
        "symlam.cli._write_certificate",
        "Write an exact rational certificate of a minimum.",
    ),
    "check-certificate": ("symlam.cli._check_certificate", "Check such a certificate with integers only."),
    "check": ("symlam.cli._check", "Decide a derivation line by line, from LaTeX or a script."),
    "latex": ("symlam.cli._latex", "Write a claim or a derivation as LaTeX, in your notation."),
    "report": ("symlam.cli._report", "Write the whole ledger with its evidence as PDF, HTML or LaTeX."),
    "certify": ("symlam.cli._certify", "Let the Rocq kernel check every step of a derivation."),
    "snapshot": ("symlam.cli._snapshot", "Record what is derived, or say what changed mathematically since."),
    "prove": ("symlam.cli._prove", "Build and audit the Rocq/Coq theorems."),
}

EXIT_GOOD, EXIT_MISSING, EXIT_USAGE = 0, 1, 2


class _LazyGroup(click.Group):
    """A click group whose commands are imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (module, _) in COMMANDS.items() if _exists(module)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return importlib.import_module(COMMANDS[name][0]).command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # the help lines come from the table, so that --help imports no command
        rows = [(name, COMMANDS[name][1]) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _exists(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:  symlam verify P4.1 P4.2   |   symlam verify --json - --no-formal   |   symlam COMMAND --help",
)
@click.version_option(package_name="symlam")
def cli() -> None:
    """Symbolic analysis of linear latent action models, with evidence."""


def main() -> None:
    """Run the command line; errors are one sentence on stderr and exit code 2."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = EXIT_USAGE
    except SymlamError as error:
        click.echo(f"symlam: {error}", err=True)
        code = EXIT_USAGE
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(f"symlam: {error.filename}: {error.strerror}", err=True)
        code = EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("symlam: interrupted; what was finished has been kept.", err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else EXIT_GOOD)
