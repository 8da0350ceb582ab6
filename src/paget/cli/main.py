"""The command ``paget``: all commands together, and what becomes of an error.

Bad input ends in one message on the error stream and exit code 2; Ctrl-C in exit code 130.

Public names: ``app``, ``main``.
"""

from typing import Annotated

import typer

import paget
from paget.cli.calibrate import calibrate
from paget.cli.cite import cite
from paget.cli.compare import compare
from paget.cli.console import screen
from paget.cli.describe import describe
from paget.cli.grow import grow
from paget.cli.list import list_what
from paget.cli.live import live
from paget.cli.run import run
from paget.cli.schema import schema
from paget.cli.usage import Command, Group
from paget.cli.validate import validate
from paget.cli.verify import verify

_LIVES, _MODEL, _TRUST = "Live", "Look into the model", "Check the model"


app = typer.Typer(
    cls=Group,
    help="A virtual laboratory for cancer metastasis: virtual patients from the first malignant "
    "cell to death.\n\nResearch and education, not medical advice. Every person in it is virtual.",
    epilog="Start with: paget run colon --patients 2000",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        screen().print(f"paget {paget.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", callback=_show_version, is_eager=True, help="Say the version."
        ),
    ] = False,
) -> None:
    """Show the help where no command is given."""
    del version  # its callback has shown it
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for _name, _panel, _function in (
    ("run", _LIVES, run),
    ("live", _LIVES, live),
    ("grow", _LIVES, grow),
    ("compare", _LIVES, compare),
    ("list", _MODEL, list_what),
    ("describe", _MODEL, describe),
    ("cite", _MODEL, cite),
    ("schema", _MODEL, schema),
    ("verify", _TRUST, verify),
    ("validate", _TRUST, validate),
    ("calibrate", _TRUST, calibrate),
):
    app.command(_name, cls=Command, rich_help_panel=_panel)(_function)


def main() -> None:
    """Carry out the command line."""
    app(prog_name="paget")
