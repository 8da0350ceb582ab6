"""What there is in a cohort: how many got the cancer, were found, spread and died.

After a run nobody may be assumed. A report says in words what did not happen, and leaves out a
figure that would have nothing to show, with the reason.

Public names: ``There``, ``there_is``, ``told``, ``left_out``.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import polars as pl

from paget.report.page.intervals import wilson
from paget.report.page.style import count_text

_NOBODY_FOUND: Final = "Nobody's cancer was found"


class There(NamedTuple):
    """Counts of a cohort."""

    persons: int
    """Virtual patients, or people of whom some get the cancer."""
    of_people: bool
    got: int
    """Those in whom the cancer began."""
    averted: int
    """Those whose precursor was found in time."""
    found: int
    spread: int
    """Those found who had distant metastases, seen or not."""
    free: int
    """Those found in whom no metastasis was seen."""
    recurred: int
    died: int
    lesions: int
    """Beside the primaries."""
    shed: float
    """Seeds, as the funnel counts them."""


def there_is(cohort: Any) -> There:
    """Return the counts of a cohort; its tables may be lazy scans."""
    found = pl.col("diagnosis_day").is_not_null()
    counts = {
        "rows": pl.len(),
        "got": pl.col("invasion_day").is_not_null().sum(),
        "averted": pl.any_horizontal(pl.col("prevented_day", "in_situ_day").is_not_null()).sum(),
        "found": found.sum(),
        "spread": (found & (pl.col("sites_true").list.len() > 0)).sum(),
        "free": (found & (pl.col("sites_seen").list.len().fill_null(0) == 0)).sum(),
        "recurred": pl.col("recurrence_day").is_not_null().sum(),
        "died": pl.col("death_day").is_not_null().sum(),
    }
    row = _collected(cohort.patients, **counts)
    lesions = _collected(
        cohort.lesions, n=pl.col("count").filter(pl.col("route").is_not_null()).sum()
    )
    seeds = _collected(
        cohort.funnel, n=pl.col("count").filter(pl.col("step").cast(pl.String) == "shed").sum()
    )
    of_people = bool(getattr(cohort.scenario, "is_of_people", False))
    rows = int(row.pop("rows"))
    persons = int(cohort.stats["patients"]) if of_people else rows
    return There(
        persons=persons,
        of_people=of_people,
        **{name: int(count or 0) for name, count in row.items()},
        lesions=int(lesions["n"] or 0),
        shed=float(seeds["n"] or 0.0),
    )


def _collected(table: Any, **counts: pl.Expr) -> dict[str, Any]:
    made = table.lazy().select(**counts).collect(engine="streaming")
    return dict(made.row(0, named=True))


Written = Callable[[float], str]
"""How a number is written."""


def told(there: There, written: Written = count_text) -> list[str]:
    """Return what a reader wants to know first, as sentences: what happened, and what did not.

    ``written`` writes a count.
    """
    sentences = [_got(there, written), _found(there, written), _spread(there)]
    if there.averted:
        sentences.insert(1, f"In {written(there.averted)} screening found a precursor in time.")
    if there.got and not there.died:
        sentences.append("Nobody died before the end of the record.")
    return [sentence for sentence in sentences if sentence]


def _got(there: There, written: Written) -> str:
    """Return how many got the cancer; patients all do, unless its precursor was found."""
    if there.got and not there.of_people:
        return ""
    one, many = ("person", "people") if there.of_people else ("patient", "patients")
    if there.persons == 1:
        return f"The one virtual {one} {'got' if there.got else 'did not get'} the cancer."
    got = written(there.got) if there.got else "None"
    return f"{got} of {written(there.persons)} {many} got the cancer."


def _found(there: There, written: Written) -> str:
    if there.got == 0:
        return ""
    n = there.got if there.of_people else there.persons
    if n == 1:
        was = "was" if there.found else "was not"
        return f"The one virtual patient {was} found to have the cancer while they lived."
    who = f"{written(n)} virtual patients"
    if there.found == 0:
        return f"None of {who} was found to have the cancer while they lived."
    low, high = (100.0 * limit for limit in wilson(there.found, n))
    verb = "was" if there.found == 1 else "were"
    return (
        f"{written(there.found)} of {who} {verb} found to have the cancer while they lived: "
        f"{100.0 * there.found / n:.1f} % ({low:.1f} to {high:.1f} %)."
    )


def _spread(there: There) -> str:
    if there.got and there.lesions == 0:
        return "No seed settled anywhere: there is no lesion but the primaries."
    if there.found and there.spread == 0:
        return "None of those found had a metastasis at diagnosis, seen or not."
    return ""


def left_out(there: There) -> dict[str, str]:
    """Return why a figure has nothing to show, by the section that would hold it."""
    why = {}
    if there.found == 0:
        nobody = "Nobody got the cancer" if there.got == 0 else _NOBODY_FOUND
        why = {
            "body": f"{nobody}: there is no day of diagnosis on which to map metastases.",
            "stage": f"{nobody}: nobody was staged.",
            "size": f"{nobody}: no primary was measured.",
            "survival": f"{nobody}: survival is told from the diagnosis on.",
        }
    if there.shed <= 0.0:
        why["funnel"] = "Nothing was shed in this cohort."
    if there.spread == there.recurred == 0:
        why["organs"] = "Nobody had a metastasis at diagnosis, and no cancer came back."
    if there.recurred == 0:
        why["recurrence"] = (
            "No cancer came back in this cohort."
            if there.free
            else "Nobody was found without visible metastases: there was nothing to come back."
        )
    return why
