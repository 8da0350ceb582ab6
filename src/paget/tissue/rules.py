r"""Rules without code: a signal increases or decreases a behaviour of one kind of cell.

    oxygen decreases epithelial.emt_rate from 0.02 /hour towards 0 with half-max 8 mmHg, Hill 4

A behaviour has a value without signals (``from``, or its parameter), and each rule moves the value
that it finds towards its own limit by a Hill function of its signal:

.. math:: b \leftarrow b + (b_{limit} - b) \frac{s^h}{s_{1/2}^h + s^h}.

Rules on the same behaviour act in the order in which they are written. Signals are the fields of
the model, ``crowding`` (cells in the voxel, as a share of its capacity) and ``<kind>_cells`` (cells
of that kind in the voxel).

Public names: `Rule`, `parse_rule`, `known_signals`, `Rates`, `compile_rates`, `stacked`, and
the compiled `value_of`, `value_in`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from paget.core.errors import ScenarioError, UnitError, whats_close
from paget.core.units import parse_quantity, same_dimension, to_canonical
from paget.kernels.jit import inlined, jit
from paget.tissue.cells import Lattice
from paget.tissue.kinds import KINDS, N_KINDS, kind_number

CROWDING: Final = "crowding"
_FORM: Final = re.compile(
    r"(?P<signal>\w+) (?P<way>increases|decreases) (?P<kind>\w+)\.(?P<behaviour>\w+)"
    r"(?: from (?P<start>.+?))? towards (?P<limit>.+?)"
    r" with half-max (?P<half>[^,]+?)(?:, Hill (?P<hill>[\d.]+))?"
)
_EXAMPLE: Final = (
    "oxygen decreases epithelial.emt_rate from 0.02 /hour towards 0 with half-max 8 mmHg, Hill 4"
)
_STEEPEST: Final = 20.0
_CROWDING: Final = 1000  # signals from here on are no fields
_COUNTS: Final = 1001


@dataclass(frozen=True, slots=True)
class Rule:
    """One signal and what it does to one behaviour of one kind of cell, in canonical units."""

    text: str
    signal: str
    kind: str
    behaviour: str
    start: float | None
    """The value without the signal; None where the parameter says it."""
    limit: float
    half: float
    hill: float
    where: str = ""


def known_signals(fields: Iterable[str]) -> dict[str, str]:
    """Return the unit of each signal of a model by name."""
    units = {name: "mmHg" if name == "oxygen" else "1" for name in fields}
    return {**units, CROWDING: "1", **{f"{kind}_cells": "1" for kind in KINDS}}


def parse_rule(
    text: str, fields: Sequence[str], behaviours: Mapping[str, str], where: str = ""
) -> Rule:
    """Return the rule that a sentence states.

    Parameters
    ----------
    text : the sentence.
    fields : the fields of the model.
    behaviours : the unit of each behaviour that a process of the model asks for, by name.
    where : where the sentence stands, for messages.
    """
    found = _FORM.fullmatch(" ".join(text.split()))
    if found is None:
        raise ScenarioError(
            f"rule {text!r}", where, "is not understood", f"Write it as: {_EXAMPLE}"
        )
    part = found.groupdict()
    signals = known_signals(fields)
    _known("signal", part["signal"], signals, where)
    _known("behaviour", part["behaviour"], behaviours, where)
    kind_number(part["kind"], where)
    unit = behaviours[part["behaviour"]]
    start = None if part["start"] is None else _number(part["start"], unit, text, where)
    rule = Rule(
        text=" ".join(text.split()),
        signal=part["signal"],
        kind=part["kind"],
        behaviour=part["behaviour"],
        start=start,
        limit=_number(part["limit"], unit, text, where),
        half=_number(part["half"], signals[part["signal"]], text, where),
        hill=float(part["hill"] or 1.0),
        where=where,
    )
    _check(rule, part["way"])
    return rule


class Rates(NamedTuple):
    """One behaviour of all kinds of cells, with the rules on it, for compiled laws."""

    base: Any
    """float64, shape (kinds,), canonical unit: the value without signals."""
    highest: Any
    """float64, shape (kinds,): the largest value that the rules allow."""
    table: Any
    """float64, shape (kinds, 2 + 4 rules): value without signals, number of rules, and for each
    rule its signal, limit, half-max and Hill exponent. One array: laws that are asked for every
    cell pass it alone."""


def compile_rates(base: Mapping[str, float], rules: Sequence[Rule], fields: Sequence[str]) -> Rates:
    """Return a behaviour as arrays.

    Parameters
    ----------
    base : the value without signals by kind [canonical unit]; 0 for kinds that are not named.
    rules : the rules on this behaviour.
    fields : the fields of the model, in the order of the tissue's arrays.
    """
    values = np.zeros(N_KINDS)
    for kind, value in base.items():
        values[kind_number(kind)] = value
    for rule in rules:
        if rule.start is not None:
            values[kind_number(rule.kind)] = rule.start
    highest = values.copy()
    for rule in rules:
        number = kind_number(rule.kind)
        highest[number] = max(highest[number], rule.limit)
    return Rates(values, highest, _table(values, rules, fields))


def stacked(parts: Sequence[Rates]) -> Rates:
    """Return behaviours one after the other: kind k of the i-th is number i * N_KINDS + k."""
    if not parts:
        return compile_rates({}, (), ())
    width = max(part.table.shape[1] for part in parts)
    tables = [np.pad(part.table, ((0, 0), (0, width - part.table.shape[1]))) for part in parts]
    return Rates(
        np.concatenate([part.base for part in parts]),
        np.concatenate([part.highest for part in parts]),
        np.concatenate(tables),
    )


@jit
def value_of(rates: Rates, lattice: Lattice, kind: int, voxel: int) -> float:
    """Return a behaviour of a kind of cell in a voxel, under the rules."""
    return value_in(
        rates.table,
        lattice.fields,
        lattice.counts,
        lattice.occupied,
        lattice.capacity,
        kind,
        voxel,
    )


@inlined
def value_in(
    table: Any, fields: Any, counts: Any, occupied: Any, capacity: int, kind: int, voxel: int
) -> float:
    """Return the same from the arrays alone, which costs less where every cell asks."""
    value = table[kind, 0]
    for rule in range(int(table[kind, 1])):
        column = 2 + 4 * rule
        number = int(table[kind, column])
        if number < _CROWDING:
            signal = float(fields[number, voxel])
        elif number == _CROWDING:
            signal = occupied[voxel] / capacity
        else:
            signal = float(counts[number - _COUNTS, voxel])
        share = _hill(signal, table[kind, column + 2], table[kind, column + 3])
        value += (table[kind, column + 1] - value) * share
    return value


@jit
def _hill(signal: float, half: float, hill: float) -> float:
    if signal <= 0.0:
        return 0.0
    power = (signal / half) ** hill
    return power / (1.0 + power) if power < 1e300 else 1.0


def _table(values: Any, rules: Sequence[Rule], fields: Sequence[str]) -> Any:
    """Return the values and rules of all kinds as one array."""
    rows = [[value, 0.0] for value in values.tolist()]
    for rule in rules:
        row = rows[kind_number(rule.kind)]
        row[1] += 1.0
        row += [float(_signal_number(rule.signal, fields)), rule.limit, rule.half, rule.hill]
    table = np.zeros((len(rows), max(len(row) for row in rows)))
    for kind, row in enumerate(rows):
        table[kind, : len(row)] = row
    return table


def _signal_number(signal: str, fields: Sequence[str]) -> int:
    if signal == CROWDING:
        return _CROWDING
    if signal in fields:
        return fields.index(signal)
    return _COUNTS + kind_number(signal.removesuffix("_cells"))


def _known(what: str, name: str, known: Iterable[str], where: str) -> None:
    if name not in known:
        raise ScenarioError(
            f"unknown {what} {name!r}",
            where,
            f"{what}s of this model are {', '.join(known)}",
            whats_close(name, known),
        )


def _number(text: str, unit: str, rule: str, where: str) -> float:
    """Return a quantity of a rule in its canonical unit; a bare 0 needs no unit."""
    try:
        number, given = parse_quantity(text)
    except UnitError as error:
        raise ScenarioError(f"{text!r} of the rule {rule!r}", where, str(error)) from None
    if not given and (number == 0.0 or unit == "1"):
        return number
    if not given or not same_dimension(given, unit):
        raise ScenarioError(f"{text!r} of the rule {rule!r}", where, f"must be given in {unit}")
    return to_canonical(number, given)


def _check(rule: Rule, way: str) -> None:
    if rule.limit < 0.0 or (rule.start or 0.0) < 0.0:
        raise ScenarioError(f"rule {rule.text!r}", rule.where, "a behaviour is never below 0")
    if rule.half <= 0.0:
        raise ScenarioError(f"rule {rule.text!r}", rule.where, "a half-max must be above 0")
    if not 0.0 < rule.hill <= _STEEPEST:
        raise ScenarioError(
            f"rule {rule.text!r}", rule.where, f"Hill must be above 0 and up to {_STEEPEST:g}"
        )
    if rule.start is not None and (rule.limit > rule.start) != (way == "increases"):
        raise ScenarioError(
            f"rule {rule.text!r}", rule.where, f"from and towards contradict {way!r}"
        )
