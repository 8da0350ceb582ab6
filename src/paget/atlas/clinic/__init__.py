"""What the clinic can do: tests, symptoms, markers, staging rules and drugs, as parameter files.

Each file has the form of a cancer's: every number has a unit, a range and a source. What is stated
of a place holds for a site of the body map, else for its group, else everywhere. A name that nobody
reads is refused with its line.

Public names: ``load_clinic``, ``clinic_parameters``, ``read_clinic``, ``known_clinic``,
``site_group``, ``GROUPS``, ``EVERYWHERE``, ``PRIMARY``, ``narrowest``, ``check_place``,
``at_most``.
"""

from collections.abc import Container, Iterable, Mapping
from functools import cache
from importlib.resources import as_file, files
from itertools import product
from pathlib import Path
from typing import Any, Final

from paget.atlas.anatomy import load_body_map
from paget.atlas.cancers import known_cancers
from paget.core.errors import ParameterError, place, whats_close
from paget.core.parameter import Parameter
from paget.core.parameters import ParameterSet, load_parameters

_FOLDER = files("paget.atlas") / "clinic"
_ALONE: Final = ("liver", "lung", "bone", "brain")
_SEROSA: Final = ("peritoneum", "omentum", "pleura")
GROUPS: Final = (*_ALONE, "nodes", "serosa", "other")
"""Groups of sites that tests and drugs reach alike."""
EVERYWHERE: Final = "everywhere"
PRIMARY: Final = "primary"

_META: Final = ("label", "description")
_NAME, _SITE, _CANCER, _CATEGORY = "<name>", "<site>", "<cancer>", "<category>"
_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "biopsy": ("biopsy.kept", "biopsy.loss", "biopsy.changed"),
    "complications": (
        *(f"{_NAME}.diameter.{part}" for part in (_SITE, PRIMARY, EVERYWHERE)),
        *(f"{_NAME}.{key}" for key in ("spread", "relief", "fatal")),
    ),
    "staging": (f"{_NAME}.n3_from", f"{_NAME}.groups.{_CATEGORY}"),
    "symptoms": (
        f"{_SITE}.{_NAME}",
        *(f"{PRIMARY}.{cancer}.{_NAME}" for cancer in (_CANCER, EVERYWHERE)),
    ),
}
"""What each file may hold that no protocol reads; `paget.protocol` checks the others."""


@cache
def known_clinic() -> tuple[str, ...]:
    """Return the names of the files of the clinic."""
    names = sorted(entry.name for entry in _FOLDER.iterdir())
    return tuple(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


@cache
def clinic_parameters(name: str) -> ParameterSet:
    """Return the parameters of a file of the clinic, with their sources."""
    if name not in known_clinic():
        raise ParameterError(
            f"file {name!r} of the clinic",
            allowed=f"files are {', '.join(known_clinic())}",
            remedy=whats_close(name, known_clinic()),
        )
    with as_file(_FOLDER / f"{name}.toml") as path:
        return read_clinic(path)


def read_clinic(path: Path) -> ParameterSet:
    """Return the parameters of a file of the clinic; a name that nobody reads is refused."""
    parameters = load_parameters(path)
    for key in parameters.meta:
        if key not in _META:
            allowed = f"keys of the file are {', '.join(_META)}, and tables"
            raise ParameterError(f"unknown key {key}", str(path), allowed, whats_close(key, _META))
    if path.stem in _FORMS:
        _check_names(parameters, _FORMS[path.stem])
    return parameters


def load_clinic(name: str) -> dict[str, Any]:
    """Return the values of a file of the clinic as nested tables, in the units that it states."""
    tables: dict[str, Any] = {}
    for dotted, parameter in clinic_parameters(name).items():
        *path, last = dotted.split(".")
        table = tables
        for part in path:
            table = table.setdefault(part, {})
        table[last] = parameter.value
    return tables


# ----------------------------------------------------------------------------- places of the body


def site_group(site: str) -> str:
    """Return the group of sites that tests and drugs reach alike.

    Examples
    --------
    >>> site_group("ln_axilla"), site_group("omentum"), site_group("bone"), site_group("skin")
    ('nodes', 'serosa', 'bone', 'other')
    """
    if site.startswith("ln_"):
        return "nodes"
    if site in _SEROSA:
        return "serosa"
    return site if site in _ALONE else "other"


def narrowest(site: str, stated: Container[str], widest: str = EVERYWHERE) -> str:
    """Return under which place something is stated for a site; ``widest`` where under none.

    Examples
    --------
    >>> narrowest("adrenal", {"adrenal", "other"}), narrowest("skin", {"adrenal", "other"})
    ('adrenal', 'other')
    >>> narrowest("bone", {"liver"})
    'everywhere'
    """
    return next((part for part in (site, site_group(site)) if part in stated), widest)


@cache
def _sites() -> tuple[str, ...]:
    return load_body_map().site_names


def check_place(word: str, widest: Iterable[str] = ()) -> tuple[str, str] | None:
    """Return what is allowed, and a remedy, where a word is no site, no group and none of some."""
    known = (*widest, *GROUPS)
    if word in (*known, *_SEROSA) or word in _sites():  # the body map is read for others only
        return None
    return f"{', '.join(known)}, and any site of the body map", whats_close(word, known + _sites())


# ---------------------------------------------------------------------------- names that are read


def _check_names(parameters: Mapping[str, Parameter], forms: Iterable[str]) -> None:
    """Refuse a parameter whose name has none of some forms."""
    for name, parameter in parameters.items():
        like = [form.split(".") for form in forms if form.count(".") == name.count(".")]
        if not like:
            raise _unread(parameter, ", ".join(forms), "")
        for depth, part in enumerate(name.split(".")):
            words = tuple(word for form in like for word in _words(form[depth]))
            wrong = _wrong(part, words)
            if wrong:
                raise _unread(parameter, *wrong)
            like = [form for form in like if not _wrong(part, _words(form[depth]))]


def _unread(parameter: Parameter, known: str, remedy: str) -> ParameterError:
    where = place(parameter.file, parameter.line)
    return ParameterError(f"unknown name {parameter.name}", where, f"known are {known}", remedy)


def _wrong(part: str, words: tuple[str, ...]) -> tuple[str, str] | None:
    """Return what is allowed and a remedy where part of a name is none of some words."""
    if _NAME in words or part in words:
        return None
    if _SITE in words:
        return check_place(part, (word for word in words if word != _SITE))
    return ", ".join(words), whats_close(part, words)


def _words(form: str) -> tuple[str, ...]:
    """Return the words that one part of a name may be."""
    if form == _CANCER:
        return known_cancers()
    if form == _CATEGORY:
        return tuple(f"T{t}N{n}" for t, n in product(range(1, 5), range(4)))
    return (form,)


def at_most(most: int, names: tuple[str, ...], what: str) -> tuple[str, ...]:
    """Return some names; refuse more than the record of a life has room for."""
    if len(names) > most:
        raise ParameterError(f"{len(names)} {what}", allowed=f"there is room for {most}")
    return names
