"""Usage: what is wrong with the words of a command, in the one form of Paget's messages.

Public names: ``refusal``, ``whole_number``, ``Command``, ``Group``.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup

from paget.cli.console import complaints, note, tell_error
from paget.cli.streams import any_encoding
from paget.core.arguments import shown
from paget.core.errors import PagetError, ScenarioError, whats_close

INTERRUPTED: Final = 130  # 128 + SIGINT, as shells have it
_CHOICE: Final = re.compile(r"'(.*)' is not one of (.*)")
_EXTRA: Final = re.compile(r"unexpected extra argument.* \((.*)\)")
_DIGITS: Final = 40  # of a number: more than any that is allowed
UsageError: Final = cast(
    "type[typer.BadParameter]",
    next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError"),
)


def whole_number(option: str) -> Callable[[object], int]:
    """Return what reads the whole number of an option: ``20000``, ``20,000``, ``1e6``.

    Examples
    --------
    >>> whole_number("--patients")("1e6"), whole_number("--patients")("20,000")
    (1000000, 20000)
    """
    name = option.removeprefix("--").replace("-", "_")

    def read(given: object) -> int:
        text = str(given)  # a default value is a number already
        try:
            number = Decimal(text.replace(",", "")) if _is_grouped(text) else Decimal(text)
            is_whole = number.is_finite() and number.adjusted() < _DIGITS
            if is_whole and number == number.to_integral_value():
                return int(number)
        except InvalidOperation:
            pass
        raise ScenarioError(
            f"{name} = {shown(text)}", option, "must be a whole number, such as 20000 or 1e6"
        )

    return read


def _is_grouped(text: str) -> bool:
    """Tell whether commas part a number into thousands."""
    first, *groups = text.lstrip("+-").split(",")
    return bool(groups) and 1 <= len(first) <= 3 and all(len(g) == 3 for g in groups)  # noqa: PLR2004


def refusal(error: Any, command: str = "paget") -> PagetError:
    """Return a fault in the words of a command as an error of Paget."""
    context: Any = error.ctx
    kind = type(error).__name__
    command = getattr(context, "command_path", command)
    command = f"paget {command.partition(' ')[2]}".rstrip()
    see = f"`{command} --help` shows how it is called"
    param = getattr(error, "param", None)
    if kind == "NoSuchOption":
        names = [name for option in context.command.get_params(context) for name in option.opts]
        options = [name for name in names if name.startswith("-")]
        near = _closest_option(error.option_name, options)
        return ScenarioError(f"unknown option {error.option_name}", command, see, near)
    if kind == "MissingParameter" and param is not None:
        return ScenarioError(f"{command} without {_name(param)}", allowed=see)
    if kind == "BadOptionUsage":
        return ScenarioError(f"{error.option_name} without a value", command, see)
    return _bad_value(param, error, command, see)


def _bad_value(param: Any, error: Any, command: str, see: str) -> PagetError:
    """Return the refusal of a word that is none of some, of one too many, or of another fault."""
    choice, extra = _CHOICE.search(error.message), _EXTRA.search(error.message)
    if param is not None and choice is not None:
        known = re.findall(r"'([^']*)'", choice[2])
        given = f"{_name(param)} {shown(choice[1])}"
        allowed = f"must be one of {', '.join(known)}"
        return ScenarioError(given, command, allowed, whats_close(choice[1], known))
    if extra is not None:
        return ScenarioError(f"{shown(extra[1])} is too much", command, see)
    name = f"{_name(param)}: " if param is not None else ""
    return ScenarioError(f"{name}{_lower(error.message)}", command, see)


def _closest_option(name: str, options: list[str]) -> str:
    near = get_close_matches(name, options, 1)
    return f"Did you mean {near[0]}?" if near else ""


def _name(param: Any) -> str:
    """Return an option as it is written, an argument as the help names it."""
    option = next((name for name in param.opts if name.startswith("--")), "")
    return option or str(param.metavar or param.name).upper()


def _lower(message: str) -> str:
    text = " ".join(message.split()).rstrip(".")
    return text[:1].lower() + text[1:]


class Command(TyperCommand):
    """A command whose switches show no kind: there is nothing to give them."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option that shows the help."""
        return _without_kind(super().get_help_option(ctx))


class Group(TyperGroup):
    """The group of all commands; it turns what can go wrong into a message and an exit code."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option that shows the help."""
        return _without_kind(super().get_help_option(ctx))

    def main(self, *args: Any, **how: Any) -> Any:
        """Carry out a command line, whatever the terminal can show."""
        with any_encoding():
            return super().main(*args, **how)

    def make_context(self, *args: Any, **how: Any) -> Any:
        """Read the words before the command."""
        try:
            return super().make_context(*args, **how)
        except UsageError as error:
            tell_error(refusal(error))
            raise typer.Exit(2) from None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first word names."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            commands = self.list_commands(ctx)
            raise ScenarioError(
                f"unknown command {shown(name)}",
                allowed=f"commands are {', '.join(commands)}",
                remedy=whats_close(name, commands),
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was given."""
        try:
            return super().invoke(ctx)
        except PagetError as error:
            tell_error(error)
            raise typer.Exit(error.exit_code) from None
        except UsageError as error:
            tell_error(refusal(error, f"{ctx.command_path} {ctx.invoked_subcommand}"))
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            note("Stopped.", console=complaints())
            raise typer.Exit(INTERRUPTED) from None


def _without_kind(option: Any) -> Any:
    if option is not None:
        option.metavar = ""
    return option
