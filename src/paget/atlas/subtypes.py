"""Subtypes: kinds of one cancer, each with a prevalence and what differs in it.

A cancer's file states a subtype as parameters of their own: ``subtype.<kind>.prevalence``, and
``subtype.<kind>.<name>`` for every parameter ``<name>`` whose value differs in that kind. They have
units, ranges and sources like all others, may be changed by a scenario and explored by a fit. What
a kind does not state it shares with the cancer; a change of the cancer's own value does not reach
the kinds that state one.

Public names: ``subtypes``, ``prevalence``, ``of_subtype``.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from paget.core.errors import ParameterError, place, whats_close
from paget.core.parameter_files import OVERLAY
from paget.core.parameters import SET_BY_USER, ParameterSet

_PREVALENCE: Final = "prevalence"
_ONE: Final = 1e-6  # prevalences that sum to one may miss it by this


def subtypes(parameters: ParameterSet) -> tuple[str, ...]:
    """Return the names of the subtypes of a cancer, in the order of its file; empty: one kind."""
    found = (OVERLAY.fullmatch(name) for name in parameters)
    return tuple(dict.fromkeys(match["kind"] for match in found if match))


def prevalence(parameters: ParameterSet) -> npt.NDArray[np.float64]:
    """Return the share of each subtype among the patients of a cancer."""
    names = [f"subtype.{kind}.{_PREVALENCE}" for kind in subtypes(parameters)]
    shares = np.array([parameters.real(name) for name in names])
    if names and abs(shares.sum() - 1.0) > _ONE:
        last = parameters[names[-1]]
        given = (parameters[name] for name in names)
        stated = next((one for one in given if one.source == SET_BY_USER), last)
        raise ParameterError(
            f"subtype.*.{_PREVALENCE} = {', '.join(f'{share:g}' for share in shares)}",
            place(stated.file, stated.line),
            f"must sum to 1, not to {shares.sum():g}",
        )
    return shares


def of_subtype(parameters: ParameterSet, kind: str) -> ParameterSet:
    """Return the parameters of one subtype: the cancer's, with what differs in that kind."""
    if kind not in subtypes(parameters):
        raise ParameterError(
            f"subtype {kind!r}",
            allowed=f"subtypes are {', '.join(subtypes(parameters)) or 'not stated'}",
            remedy=whats_close(kind, subtypes(parameters)),
        )
    values, places = dict[str, object](), dict[str, str]()
    for name, parameter in parameters.items():
        match = OVERLAY.fullmatch(name)
        if match and match["kind"] == kind and match["name"] != _PREVALENCE:
            values[match["name"]] = parameter.value
            places[match["name"]] = place(parameter.file, parameter.line)
    return parameters.changed(values, places)
