"""Sources: the publications that parameters rest on, read from a BibTeX file.

The reading is done by `bibtexparser`; this module makes each omission an error with file and line,
and knows how a reference is written as text.

Public names: `Source`, `load_sources`, `cite`.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Block, Entry

from paget.core.errors import DataError, place, whats_close

_OTHERS: Final = "others"  # BibTeX for authors who are not named
_REQUIRED: Final = ("title", "author", "year")
_FEW_AUTHORS: Final = 3
_DOI_SITE: Final = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_YEAR: Final = re.compile(r"\d{4}")

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it warns of is an error here


@dataclass(frozen=True, slots=True)
class Source:
    """One publication or data set."""

    key: str
    kind: str
    """Its BibTeX type: ``article``, ``book``, ``misc``, ..."""
    title: str
    author: str
    """Its authors as BibTeX has them, parted by ``and``."""
    year: int
    doi: str = ""
    note: str = ""
    journal: str = ""
    """Where it appeared: journal, book, publisher, institution or how published."""
    volume: str = ""
    pages: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()
    """Its authors as a reference names them: ``Doe J``; bodies in full."""
    bibtex: str = ""
    """The entry as the file has it."""
    file: str = ""
    line: int = 0

    @property
    def text(self) -> str:
        """Return the reference as one line of plain text."""
        names = [name for name in self.authors if name != _OTHERS]
        if len(names) > _FEW_AUTHORS or len(names) < len(self.authors):
            names = [names[0], "et al."]
        year = str(self.year) if self.year else "n.d."
        journal = "" if self.journal == self.author else self.journal
        place_in = " ".join(part for part in (journal, self.volume) if part)
        if self.pages:
            place_in = f"{place_in}:{self.pages.replace('--', '-')}".lstrip(":")
        link = f"https://doi.org/{self.doi}" if self.doi else self.url
        parts = (", ".join(names).rstrip("."), f"{self.title.rstrip('.')} ({year})", place_in)
        return ". ".join(part for part in (*parts, link) if part)


def load_sources(path: str | Path) -> Mapping[str, Source]:
    """Read a BibTeX file; return its entries by key, in the file's order."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read ({error})", allowed="a BibTeX file") from None
    library = parse_string(text)
    for block in library.failed_blocks:
        raise _broken(path, block)
    found = (_source(entry, str(path)) for entry in library.entries)
    return MappingProxyType({source.key: source for source in found})


def cite(keys: Iterable[str], sources: Mapping[str, Source]) -> tuple[str, str]:
    """Return the references of some keys as BibTeX and as plain text, each named once.

    Parameters
    ----------
    keys : citation keys, in any order and as often as they come.
    sources : what `load_sources` read.

    Returns
    -------
    The BibTeX entries, and the references as lines of text; both sorted by key.
    """
    wanted = sorted(set(keys))
    for key in wanted:
        if key not in sources:
            file = next((source.file for source in sources.values()), "")
            raise DataError(f"unknown source {key}", file, remedy=whats_close(key, sources))
    chosen = [sources[key] for key in wanted]
    return "\n\n".join(s.bibtex for s in chosen), "\n".join(f"{s.key}: {s.text}" for s in chosen)


def _source(entry: Entry, file: str) -> Source:
    raw = {name.lower(): str(field.value) for name, field in entry.fields_dict.items()}
    fields = {name: _plain(value) for name, value in raw.items()}
    line = (entry.start_line or 0) + 1
    for name in _REQUIRED:
        # A data set or a page may have an editor or an institution in the author's place.
        if not fields.get(name) and not (name == "author" and _body(fields)):
            raise DataError(
                f"{entry.key} has no {name}", place(file, line), f"add {name} = {{...}}"
            )
    if _YEAR.fullmatch(fields["year"]) is None:
        given = f"{entry.key}: year = {fields['year']}"
        raise DataError(given, place(file, line), "a year has four digits")
    return Source(
        key=entry.key,
        kind=entry.entry_type.lower(),
        title=fields["title"],
        author=fields.get("author") or _body(fields),
        year=int(fields["year"]),
        doi=_DOI_SITE.sub("", fields.get("doi", "")),
        note=fields.get("note", ""),
        journal=_container(fields),
        volume=fields.get("volume", ""),
        pages=fields.get("pages", ""),
        url=fields.get("url", ""),
        authors=_authors(raw.get("author") or raw.get("editor") or f"{{{_body(fields)}}}"),
        bibtex=(entry.raw or "").strip(),
        file=file,
        line=line,
    )


def _broken(path: str | Path, block: Block) -> DataError:
    line = (block.start_line or 0) + 1
    first = (block.raw or "").strip().partition("\n")[0][:60]
    reason = str(getattr(block, "error", "") or "")
    what = reason.partition("\n")[0] if "uplicate" in reason else "not a complete BibTeX entry"
    return DataError(f"{first!r}", place(path, line), what)


def _body(fields: Mapping[str, str]) -> str:
    return fields.get("editor") or fields.get("institution") or fields.get("organization") or ""


def _container(fields: Mapping[str, str]) -> str:
    names = ("journal", "booktitle", "publisher", "institution", "school", "howpublished")
    return next((fields[name] for name in names if fields.get(name)), "")


def _plain(text: str) -> str:
    """Drop BibTeX's braces and fold blanks; accents are expected as UTF-8."""
    return re.sub(
        r"\s+", " ", text.replace("{", "").replace("}", "").replace(r"\&", "&").replace(r"\_", "_")
    ).strip()


def _authors(names: str) -> tuple[str, ...]:
    """Return names as a reference has them; an ``and`` in braces is part of a body's name."""
    return tuple(_cited_name(name) for name in re.split(r"\s+and\s+(?![^{}]*})", names.strip()))


def _cited_name(name: str) -> str:
    """Return ``Doe J`` for ``Doe, Jane`` and ``Jane Doe``; a word or a body in braces stays."""
    if name.startswith("{") and name.endswith("}"):
        return _plain(name)
    surname, comma, given = name.partition(",")
    if not comma:
        given, _, surname = name.rpartition(" ")
        if not given:
            return _plain(name)
    initials = "".join(word[0] for word in re.split(r"[\s.-]+", _plain(given)) if word)
    return _plain(f"{surname} {initials}")
