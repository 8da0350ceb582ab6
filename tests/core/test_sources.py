"""Sources: what is read, how it is cited, and what is refused."""

from pathlib import Path

import pytest

from paget.core.errors import DataError
from paget.core.sources import cite, load_sources

TEXT = """% invented entries
@article{key2004,
  title   = {A {DNA} of "things"},
  author  = {Doe, Jane Ann and Rolf van Roe and Poe, E. and Zoe, Y.},
  journal = {J. Invented Res.},
  year    = 2004,
  volume  = {3},
  pages   = {1--9},
  doi     = {https://doi.org/10.1/x},
}

@misc{data2020, title = "Tables & counts", year = {2020},
  institution = {Institute of This and That}, url = {https://example.org}, note = {public domain}}
"""


def write(tmp_path: Path, text: str) -> Path:
    """Write a BibTeX file."""
    path = tmp_path / "my.bib"
    path.write_text(text, encoding="utf-8")
    return path


def test_entries(tmp_path: Path) -> None:
    sources = load_sources(write(tmp_path, TEXT))
    paper = sources["key2004"]
    assert (paper.kind, paper.year, paper.doi, paper.line) == ("article", 2004, "10.1/x", 2)
    assert paper.title == 'A DNA of "things"'
    assert paper.text == (
        'Doe JA, et al. A DNA of "things" (2004). J. Invented Res. 3:1-9. https://doi.org/10.1/x'
    )
    data = sources["data2020"]
    assert (data.author, data.note, data.line) == (
        "Institute of This and That",
        "public domain",
        12,
    )
    assert data.text == ("Institute of This and That. Tables & counts (2020). https://example.org")


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Doe, Jane", ("Doe J",)),
        ("Jane Ann Doe and {The {WHO} and Others}", ("Doe JA", "The WHO and Others")),
        ('van der Berg, Jan-Piet and {M{\\"u}ller}, A.', ("van der Berg JP", 'M\\"uller A')),
        ("Plato", ("Plato",)),
    ],
)
def test_names(tmp_path: Path, author: str, names: tuple[str, ...]) -> None:
    text = f"@book{{b, title={{x}}, author={{{author}}}, year={{2001}}}}"
    assert load_sources(write(tmp_path, text))["b"].authors == names


def test_citing_names_each_once_and_its_bibtex_reads_back(tmp_path: Path) -> None:
    sources = load_sources(write(tmp_path, TEXT))
    bibtex, text = cite(["key2004", "data2020", "key2004"], sources)
    assert [line.partition(":")[0] for line in text.splitlines()] == ["data2020", "key2004"]
    again = load_sources(write(tmp_path, bibtex))
    assert [s.text for s in again.values()] == text.replace("data2020: ", "").replace(
        "key2004: ", ""
    ).splitlines()
    assert cite([], sources) == ("", "")
    with pytest.raises(DataError, match="Did you mean key2004"):
        cite(["key2040"], sources)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT + "@article{key2004, title={x}, author={y}, year={2001}}", "line 14; .*key2004"),
        (TEXT + "@article{b, title={unclosed, year={2001}\n", "line 14; not a complete"),
        ("@article{b, author={x}, year={2001}}", "b has no title in .*my.bib line 1"),
        ("\n@article{b, title={x}, year={2001}}", "b has no author in .*my.bib line 2"),
        ("@article{b, title={x}, author={y}, year={in press}}", "four digits"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_sources(write(tmp_path, text))


def test_a_missing_file() -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load_sources("nowhere.bib")
