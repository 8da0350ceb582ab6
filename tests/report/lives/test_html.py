"""The report is one whole page: escaped, self-contained, with unique ids and all it promises."""

import html
import re
import threading
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from paget.core.results import NOTICE
from paget.report.lives.html import report_html, write_report
from paget.report.lives.there import left_out, there_is
from tests.report.synthetic import cohort, fit_table

VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Collects tags, ids and references, and checks that tags close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.crossed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in ("href", "xlink:href", "src"):
                self.links.append(str(value))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.fixture(scope="module")
def text() -> str:
    """Return the report of a small cohort with a fit."""
    return report_html(cohort(200), fit_table())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    """Return the parsed report."""
    parsed = Page()
    parsed.feed(text)
    return parsed


def test_tags_close_and_ids_are_unique(page: Page) -> None:
    assert page.open == []
    assert page.crossed == []
    assert len(page.ids) == len(set(page.ids))


def test_every_reference_is_inside_the_page(page: Page, text: str) -> None:
    assert {link[0] for link in page.links} == {"#"}
    named = {link[1:] for link in page.links} | set(re.findall(r"url\(#([^)]+)\)", text))
    assert named <= set(page.ids)
    assert "script" not in page.tags
    assert "@import" not in text


def test_what_comes_from_files_is_escaped(text: str) -> None:
    assert "<b>cancer</b>" not in text
    assert "&lt;b&gt;cancer&lt;/b&gt;" in text
    assert "<i>set</i>" not in text
    assert "&lt;script&gt;" in text


def test_it_says_what_the_run_was(text: str) -> None:
    assert text.count(NOTICE) >= 2
    assert "All persons in this report are virtual." in text
    for fact in ("1889", "1.5 s", "2 of 3 parameters", "200 virtual patients"):
        assert fact in text
    assert "growth.doubling_time" in text
    assert "Del Monte" in text


def test_misfits_are_marked_in_the_table(text: str) -> None:
    rows = re.findall(r'<tr class="misfit">.*?</tr>', text)
    assert len(rows) == int((~fit_table()["within"]).sum())
    assert all("(outside)" in row for row in rows)


def test_figures_have_text_for_those_who_cannot_see_them(text: str, page: Page) -> None:
    n = page.tags.count("figure")
    assert n == 8
    assert page.tags.count("figcaption") == n
    assert len(re.findall(r'<svg role="img" aria-label="[^"]{20,}"', text)) == n


FEW = {
    "one patient": (cohort(1), "The one virtual patient was found"),
    "no metastasis": (
        cohort(30, metastases=False, deaths=False),
        "No seed settled anywhere: there is no lesion but the primaries. Nobody died",
    ),
    "nobody found": (
        cohort(5, deaths=False).undiagnosed(),
        "None of 5 virtual patients was found to have the cancer while they lived.",
    ),
    "nobody": (cohort(5).nobody().of_people(20), "None of 20 people got the cancer."),
    "a few of many": (
        cohort(40).of_people(2000),
        "40 of 2,000 people got the cancer. 40 of",
    ),
}


@pytest.mark.parametrize(
    ("case", "with_fit"), [*((case, False) for case in FEW), ("one patient", True)]
)
def test_small_cohorts_have_a_report_that_says_so(
    tmp_path: Path, case: str, with_fit: bool
) -> None:
    made, sentence = FEW[case]
    missing = left_out(there_is(made))
    path = write_report(made, tmp_path / "report.html", fit_table() if with_fit else None)
    text = path.read_text(encoding="utf-8")
    parsed = Page()
    parsed.feed(text)
    assert parsed.open == parsed.crossed == []
    assert sentence in text
    assert parsed.tags.count("figure") == 7 - len(missing) + with_fit
    # Whatever is left out has its heading, and a sentence in the place of the figure.
    sections = re.findall(r'<section id="(\w+)">\n<h2>[^<]+</h2>\n<(?:p>([^<]+)|figure)', text)
    found = {name: html.unescape(told) for name, told in sections if told and name in missing}
    assert found == missing
    assert path.stat().st_size < 3_000_000


def test_a_fit_of_which_nothing_is_known_says_so() -> None:
    blank = fit_table().with_columns(
        model=pl.lit(None, pl.Float64), within=pl.lit(None, pl.Boolean)
    )
    text = report_html(cohort(3), blank)
    assert "0 of 0 figures are within what is allowed" in text
    assert f"{blank.height} more cannot be told" in text


def test_same_cohort_same_report_in_any_thread(text: str) -> None:
    found: list[str] = []
    made, fit = cohort(200), fit_table()
    threads = [
        threading.Thread(target=lambda: found.append(report_html(made, fit))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [text, text]
