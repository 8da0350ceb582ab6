"""Write `docs/predictions.md`: what twins say of trials, beside what the trials found.

Virtual persons are lived anew, many times for what nobody knows of the drugs, so this takes a
quarter of an hour and is no part of `make docs`::

    .venv/bin/python tools/twin_pages.py --patients 60000 --people 200000 --draws 16

The rows stand in `src/paget/atlas/published/trials.csv`. Nothing is ever fitted to them.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from docs_pages import cited, code, number, plain, table
from scipy.stats import qmc

import paget
from paget.fit.trials import (
    IN_ARM,
    Chance,
    Estimate,
    Trial,
    estimate,
    is_of_people,
    trials,
    under,
)
from paget.twins.comparison import Comparison, compare_twins

PAGE: Final = Path(__file__).parents[1] / "docs" / "predictions.md"
A_DRAW: Final = 3  # a draw lives one in so many of the patients
IN_VIEW: Final = """No number was tuned to these, but they are no predictions: the form of the law
of chemotherapy was chosen, and one share of responders lowered, with some of them in view
([decision 18](decisions/0018-chemotherapy-by-response.md)); and tamoxifen kills some cells in the
model because trials say that its gain lasts."""
KINDS: Final = {
    "prediction": ("Predictions", "Nothing in the model was set with these in view."),
    "consistency": ("Consistency checks", IN_VIEW),
}
INTRO: Final = """---
hide-toc: true
---

# What trials found, and what twins say

**{n_agree} of {n} published results agree.** Each row compares two scenarios of the atlas on the
same virtual persons (`paget compare`), chosen as the trial chose as far as the model knows: by
stage, subtype, treatment to cure and age. {patients:,} patients or {people:,} people, seed {seed},
Paget {version}; written by `tools/twin_pages.py`.

- **Monte Carlo**: 95 % interval for the number of lives; a person counts with both lives.
- **Unknown drugs**: the range of {draws} quasi-random draws of what nobody knows of the drugs, in
  both arms alike: log-kill times 0.23 to 2.3 (0.3 to 3 decades for a regimen of two weeks, a
  recalled prior), the odds of responding and of arrested growth times 1/3 to 3, the rate of
  resistance times 1/30 to 30. A fresh draw falls outside with probability {outside:.0f} %. What
  other parameters leave open is not in it.
- **Agrees**: the published value lies within the model's interval, or the model's value within the
  published one.

The priors were written before these twins were lived.
"""


WHY: Final = """## Why they differ

Explanations, not results.

- **Adjuvant chemotherapy is too weak in the model.** Of the relapses at stage III of colon cancer a
  third come from patients whose largest colony had fewer than 10,000 cells at diagnosis, and nearly
  two fifths from patients with a million or more, which no drug of modest response can clear in six
  months. Trials prevent more than that leaves: small colonies must be hit harder than in proportion
  to their growth, or more of them must be small. How overt metastases respond cannot tell.
- **Fewer relapse early** after surgery alone at stage III than in the control arm of IMPACT.
- **Endocrine treatment postpones** in the model, so that relapses come when it ends; in trials the
  gain stays, so some of what it holds must die. The two drugs of the model differ by little more
  than what they arrest.
- **Trastuzumab** kills less in a cycle than a fast colony grows, and lines that run side by side
  are given one after the other.
- **Screening**: FIT is another test than guaiac cards, and people of the model attend more often.
  The share of carcinomas in situ that never progress is an assumption, and overdiagnosis hangs on
  it.
"""


class Found(NamedTuple):
    """A published result and what twins say of it."""

    trial: Trial
    model: Estimate
    spread: tuple[float, float] | None
    """Over draws of what nobody knows of the drugs; None where no drug is in it."""

    @property
    def agrees(self) -> bool:
        """Tell whether the published result and the model's lie within each other's interval."""
        low, high = self.model.low, self.model.high
        if self.spread is not None:
            low, high = min(low, self.spread[0]), max(high, self.spread[1])
        one = low <= self.trial.value <= high
        ends = (self.trial.low, self.trial.high)
        if ends[0] is None or ends[1] is None:
            return one
        return one or ends[0] <= self.model.value <= ends[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Live the twins and write the page."""
    parser = argparse.ArgumentParser(description="Write docs/predictions.md.")
    parser.add_argument("--patients", type=int, default=60_000, help="of a trial in patients")
    parser.add_argument("--people", type=int, default=200_000, help="of a trial in people")
    parser.add_argument("--draws", type=int, default=16, help="of what nobody knows of drugs")
    parser.add_argument("--seed", type=int, default=1889)
    given = parser.parse_args(arguments)
    found = list(_all(given.patients, given.people, given.draws, given.seed))
    intro = INTRO.format(
        n_agree=sum(one.agrees for one in found),
        n=len(found),
        patients=given.patients,
        people=given.people,
        draws=given.draws,
        seed=given.seed,
        version=paget.__version__,
        outside=200.0 / (given.draws + 1),
    )
    parts = [intro]
    for kind, (title, told) in KINDS.items():
        parts += [f"## {title}\n", f"{told}\n", _rows(x for x in found if x.trial.kind == kind)]
    PAGE.write_text("\n".join([*parts, WHY]), encoding="utf-8")


def _all(patients: int, people: int, draws: int, seed: int) -> Iterable[Found]:
    """Yield every row of the table; rows of the same twins share them."""
    chances = [Chance(*row) for row in qmc.Sobol(4, rng=seed).random(draws)]
    for a, b in dict.fromkeys((trial.arm_a, trial.arm_b) for trial in trials()):
        rows = [trial for trial in trials() if (trial.arm_a, trial.arm_b) == (a, b)]
        sys.stderr.write(f"{a} and {b}\n")
        if is_of_people(rows[0]):
            yield from (_of_people(trial, people, seed) for trial in rows)
            continue
        whole = compare_twins(a, b, patients=patients, seed=seed)
        others = [_drawn(a, b, chance, patients // A_DRAW, seed) for chance in chances]
        for trial in rows:
            told = [estimate(trial, twins).value for twins in others]
            is_spread = trial.estimate != f"{IN_ARM}a" or under(a, chances[0]) != under(
                a, chances[1]
            )
            spread = (min(told), max(told)) if told and is_spread else None
            yield Found(trial, estimate(trial, whole), spread)


def _of_people(trial: Trial, people: int, seed: int) -> Found:
    """Return what twins say of people who are followed as long as those of the trial."""
    who = {"of": "people", "entry_age": "50 year", "follow_up": f"{trial.to_years:g} year"}
    twins = compare_twins(trial.arm_a, trial.arm_b, people=people, population=who, seed=seed)
    return Found(trial, estimate(trial, twins), None)


def _drawn(a: str, b: str, chance: Chance, patients: int, seed: int) -> Comparison:
    """Return the twins under other numbers of the drugs."""
    return compare_twins(under(a, chance), under(b, chance), patients=patients, seed=seed)


def _rows(found: Iterable[Found]) -> str:
    head = (
        "trial", "twins", "who", "what", ">published", ">model", ">Monte Carlo",
        ">unknown drugs", "", "source", "note",
    )  # fmt: skip
    return table(head, [_row(one) for one in found])


def _row(one: Found) -> tuple[str, ...]:
    trial = one.trial
    published = number(trial.value, 3)
    if trial.low is not None and trial.high is not None:
        published += f" ({number(trial.low, 3)} to {number(trial.high, 3)})"
    spread = "–" if one.spread is None else " to ".join(number(x, 3) for x in one.spread)
    return (
        plain(trial.trial),
        f"{code(trial.arm_a)}, {code(trial.arm_b)}",
        plain(_who(trial)),
        plain(_what(trial)),
        published,
        number(one.model.value, 3),
        f"{number(one.model.low, 3)} to {number(one.model.high, 3)}",
        spread,
        "agrees" if one.agrees else "**misfit**",
        cited(trial.source) + ("" if trial.confirmed else ", not confirmed"),
        plain(trial.note),
    )


def _who(trial: Trial) -> str:
    """Return who is let in."""
    if is_of_people(trial):
        return "people from age 50"
    stages = f"stage {' and '.join(trial.stages)}" if trial.stages else "resected"
    words = [stages, trial.subtype.replace("er_pos", "ER+").replace("her2_pos", "HER2+")]
    return ", ".join(word for word in (*words, f"below {trial.below_age:g}") if word)


def _what(trial: Trial) -> str:
    """Return what is estimated, and over which years."""
    if is_of_people(trial):
        unit = ", %" if trial.unit == "%" else ""
        return f"{trial.estimate} within {trial.to_years:g} years{unit}"
    if trial.estimate.startswith(IN_ARM):
        arm = {"a": trial.arm_a, "b": trial.arm_b}[trial.estimate.removeprefix(IN_ARM)]
        return f"alive without recurrence at {trial.to_years:g} years in {arm}, %"
    event = {"disease-free": "recurrence or death"}.get(trial.estimate, trial.estimate)
    return f"hazard ratio of {event}, years {trial.from_years:g} to {trial.to_years:g}"


if __name__ == "__main__":
    main()
