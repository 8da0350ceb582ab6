"""The command ``paget``: all commands together, and what becomes of an error.

Bad input ends in one message on the error stream and exit code 2; Ctrl-C in exit code 130.

Public names: ``app``, ``main``.
"""

from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

import paget
from paget.cli.calibrate import calibrate
from paget.cli.cite import cite
from paget.cli.compare import compare
from paget.cli.console import complaints, note, screen, tell_error
from paget.cli.describe import describe
from paget.cli.grow import grow
from paget.cli.list import list_what
from paget.cli.live import live
from paget.cli.run import run
from paget.cli.schema import schema
from paget.cli.validate import validate
from paget.cli.verify import verify
from paget.core.errors import PagetError

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
_LIVES, _MODEL, _TRUST = "Live", "Look into the model", "Check the model"


class _Group(TyperGroup):
    """The group of all commands; it turns what can go wrong into a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was given."""
        try:
            return super().invoke(ctx)
        except PagetError as error:
            tell_error(error)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            note("Stopped.", console=complaints())
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=_Group,
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


app.command("run", rich_help_panel=_LIVES)(run)
app.command("live", rich_help_panel=_LIVES)(live)
app.command("grow", rich_help_panel=_LIVES)(grow)
app.command("compare", rich_help_panel=_LIVES)(compare)
app.command("list", rich_help_panel=_MODEL)(list_what)
app.command("describe", rich_help_panel=_MODEL)(describe)
app.command("cite", rich_help_panel=_MODEL)(cite)
app.command("schema", rich_help_panel=_MODEL)(schema)
app.command("verify", rich_help_panel=_TRUST)(verify)
app.command("validate", rich_help_panel=_TRUST)(validate)
app.command("calibrate", rich_help_panel=_TRUST)(calibrate)


def main() -> None:
    """Carry out the command line."""
    app(prog_name="paget")
