"""Small made-up cohorts and lives with the columns of real ones, to draw without an engine."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl

from paget.core.parameter import Parameter
from paget.core.parameters import ParameterSet

SITES = ("liver", "lung", "peritoneum", "bone", "brain", "ovary", "ln_para_aortic", "adrenal")
SHARES = (0.16, 0.06, 0.05, 0.02, 0.006, 0.01, 0.05, 0.003)
STEPS = (
    ("shed", 3e7, "assumed"),
    ("died_of_shear", 2.1e7, "assumed"),
    ("died_of_immune_attack", 0.5e7, "assumed"),
    ("cleared", 0.2e7, "assumed"),
    ("arrested", 4e6, "assumed"),
    ("extravasated", 2e6, "measured"),
    ("viable", 3.0, "residual"),
    ("dormant", 1.1, "residual"),
    ("micrometastases", 1.4, "measured"),
    ("macrometastases", 0.6, "measured"),
)


@dataclass(frozen=True)
class MadeUpCohort:
    """What the report needs of a cohort."""

    patients: pl.DataFrame
    lesions: pl.DataFrame
    funnel: pl.DataFrame
    parameters: ParameterSet
    seed: int = 1889
    scenario: Any = field(
        default_factory=lambda: SimpleNamespace(
            cancer="colon", label="colon <b>cancer</b>", seed=1889
        )
    )
    stats: dict[str, Any] = field(default_factory=lambda: {"seconds": 1.5})
    provenance: dict[str, Any] = field(default_factory=lambda: {"paget_version": "0.0"})

    def lazy(self) -> Any:
        """Return the cohort with scans for tables."""
        tables = {name: getattr(self, name).lazy() for name in ("patients", "lesions", "funnel")}
        return SimpleNamespace(**{**vars(self), **tables})

    def undiagnosed(self) -> "MadeUpCohort":
        """Return the cohort as if nobody's cancer had been found."""
        hidden = self.patients.with_columns(
            pl.lit(None, pl.Float64).alias("diagnosis_day"),
            pl.lit(None, pl.List(pl.String)).alias("sites_seen"),
            pl.lit(None, pl.List(pl.String)).alias("sites_true"),
        )
        return MadeUpCohort(hidden, self.lesions, self.funnel, self.parameters)

    def of_people(self, people: int) -> "MadeUpCohort":
        """Return the cohort as those of some people who got the cancer."""
        scenario = SimpleNamespace(**vars(self.scenario), is_of_people=True)
        stats = {**self.stats, "patients": people}
        return replace(self, scenario=scenario, stats=stats)

    def nobody(self) -> "MadeUpCohort":
        """Return a cohort of the same form in which there is nobody."""
        none = self.funnel.with_columns(pl.lit(0.0).alias("count"))
        return replace(
            self, patients=self.patients.clear(), lesions=self.lesions.clear(), funnel=none
        )

    def without_seeds(self) -> "MadeUpCohort":
        """Return the cohort as if nothing had ever been shed."""
        none = self.funnel.with_columns(pl.lit(0.0).alias("count"))
        primaries = self.lesions.filter(pl.col("route").is_null())
        return replace(self, lesions=primaries, funnel=none)


@dataclass(frozen=True)
class MadeUpLife:
    """What the report needs of a life."""

    patient: int
    seed: int
    lesions: pl.DataFrame
    summary: dict[str, Any]
    parameters: ParameterSet

    @property
    def events(self) -> pl.DataFrame:
        """Return what happened: nothing that is not in the summary."""
        return pl.DataFrame(schema={"day": pl.Float64, "event": pl.String, "detail": pl.String})

    @property
    def treated(self) -> pl.DataFrame:
        """Return what treatments left: nobody is treated here."""
        return pl.DataFrame(schema={"lesion": pl.Int64, "day": pl.Float64})

    def at(self, day: float) -> pl.DataFrame:
        """Return the lesions there are on a day, each growing tenfold in 1000 days."""
        there = self.lesions.filter((pl.col("founded_day") <= day) & (pl.col("fate_day") > day))
        age = (day - pl.col("founded_day")).clip(0, 3200)
        grown = (
            pl.when(pl.col("asleep_until_day") > day).then(0.01).otherwise(0.02 * 10 ** (age / 800))
        )
        return there.with_columns(diameter_mm=grown)


def parameters() -> ParameterSet:
    """Return a few parameters of each kind of source."""
    return ParameterSet(
        [
            Parameter("growth.doubling_time", 235.0, "day", source="assumption", note="<i>set</i>"),
            Parameter("arrest.viability", 1e-10, "1", source="assumption"),
            Parameter("growth.density", 1e5, "1/mm^3", source="delmonte2009", where="text"),
        ],
        meta={"label": "colon cancer", "cancer": "colon"},
    )


def cohort(n: int = 400, *, metastases: bool = True, deaths: bool = True) -> MadeUpCohort:
    """Return a cohort of ``n`` patients."""
    rng = np.random.default_rng(n + metastases)
    has = rng.random((n, len(SITES))) < (np.array(SHARES) if metastases else 0.0)
    seen = [[s for s, yes in zip(SITES, row, strict=True) if yes] for row in has]
    true = [
        [
            s
            for s, yes in zip(
                SITES, row | (rng.random(len(SITES)) < 0.03 * metastases), strict=True
            )
            if yes
        ]
        for row in has
    ]
    stage = np.array(["IV" if s else rng.choice(["I", "IIA", "IIB", "IIIA", "IIIB"]) for s in seen])
    scale = np.select([stage == "IV", np.char.startswith(stage, "III")], [1.5, 12.0], 30.0)
    survival = rng.exponential(scale) * 365.25
    diagnosis = rng.normal(9000, 1500, n)
    end = 20 * 365.25
    dies = (survival < end) & deaths
    relapse = dies & (stage != "IV")
    cause = np.where(rng.random(n) < 0.6, "colon cancer", "other cause")
    death = np.where(dies, diagnosis + survival, np.nan)
    patients = pl.DataFrame(
        {
            "patient": np.arange(n),
            "cancer": ["colon"] * n,
            "invasion_day": np.full(n, 3000.0),
            "prevented_day": pl.Series([None] * n, dtype=pl.Float64),
            "in_situ_day": pl.Series([None] * n, dtype=pl.Float64),
            "diagnosis_day": diagnosis,
            "age_diagnosis_years": rng.normal(67, 11, n),
            "diameter_mm": rng.lognormal(3.7, 0.5, n),
            "diameter_mm_measured": rng.lognormal(3.7, 0.5, n),
            "stage_true": stage,
            "stage_clinical": stage,
            "stage_pathological": stage,
            "summary_stage": np.where(
                stage == "IV", "distant", rng.choice(["localized", "regional"], n)
            ),
            "positive_nodes": rng.poisson(1.0, n),
            "sites_true": pl.Series(true, dtype=pl.List(pl.String)),
            "sites_seen": pl.Series(seen, dtype=pl.List(pl.String)),
            "recurrence_day": np.where(relapse, diagnosis + 0.5 * survival, np.nan),
            "recurrence_kind": pl.Series(
                ["distant" if r else None for r in relapse], dtype=pl.String
            ),
            "recurrence_sites": pl.Series(
                [[str(rng.choice(SITES))] if r else None for r in relapse],
                dtype=pl.List(pl.String),
            ),
            "death_day": death,
            "cause_of_death": pl.Series(
                [str(c) if d else None for c, d in zip(cause, dies, strict=True)], dtype=pl.String
            ),
            "follow_up_day": np.where(dies, death, diagnosis + end),
        }
    ).with_columns(pl.col("recurrence_day", "death_day").fill_nan(None))
    return MadeUpCohort(patients, _lesions(patients, rng), funnel(n), parameters())


def _lesions(patients: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    rows: list[dict[str, Any]] = []
    for patient, day, sites in patients.select("patient", "diagnosis_day", "sites_true").rows():
        rows.append(lesion(patient, 0, None, "colon", founded=0.0))
        for k, site in enumerate(sites, 1):
            parent = 1 if k == 3 else 0
            founded = day * (0.5 + 0.2 * (k == 3) + 0.1 * rng.random())
            rows.append(lesion(patient, k, parent, site, founded=founded))
    return pl.DataFrame(rows, schema=LESION_SCHEMA)


LESION_SCHEMA = {
    "patient": pl.Int64, "lesion": pl.Int64, "parent": pl.Int64, "site": pl.String,
    "kind": pl.String, "route": pl.String, "seed_kind": pl.String, "founders": pl.Int64,
    "count": pl.Int64, "founded_day": pl.Float64, "asleep_until_day": pl.Float64,
    "switch_day": pl.Float64, "detected_day": pl.Float64, "fate": pl.String,
    "fate_day": pl.Float64, "diameter_mm_at_diagnosis": pl.Float64,
    "diameter_mm_at_fate": pl.Float64,
}  # fmt: skip


def lesion(
    patient: int, number: int, parent: int | None, site: str, *, founded: float, count: int = 1
) -> dict[str, Any]:
    """Return one row of the table of lesions."""
    route = "serosa" if site == "peritoneum" else "lymph" if site.startswith("ln_") else "blood"
    is_primary = parent is None
    return {
        "patient": patient, "lesion": number, "parent": parent, "site": site,
        "kind": "primary" if is_primary else "nodal" if route == "lymph" else "distant",
        "route": None if is_primary else route, "seed_kind": None if is_primary else "single",
        "founders": 1, "count": count, "founded_day": founded,
        "asleep_until_day": founded + (0.0 if number % 3 else 300.0),
        "switch_day": founded + 700.0, "detected_day": None, "fate": "alive",
        "fate_day": 12000.0, "diameter_mm_at_diagnosis": 10.0, "diameter_mm_at_fate": 30.0,
    }  # fmt: skip


def funnel(n: int) -> pl.DataFrame:
    """Return a funnel with three routes and two kinds of seed."""
    rows = [
        {
            "patient": None, "site": "liver", "route": route, "seed_kind": kind, "step": step,
            "count": n * count * part * share, "basis": basis,
        }
        for step, count, basis in STEPS
        for route, part in (("blood", 0.8), ("lymph", 0.199), ("serosa", 1e-3))
        for kind, share in (("single", 0.9), ("cluster", 0.1))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema_overrides={"patient": pl.Int64})


def life(n: int = 12, *, diagnosed: bool = True) -> MadeUpLife:
    """Return a life with ``n`` lesions besides the primary."""
    rng = np.random.default_rng(n)
    rows = [lesion(7, 0, None, "colon", founded=0.0)]
    for k in range(1, n + 1):
        site = str(
            rng.choice(("liver", "liver", "liver", "lung", "peritoneum", "ln_para_aortic", "bone"))
        )
        parent = 0 if k < 6 else int(rng.integers(1, 5))
        founded = 5000.0 + 3800.0 * (k / (n + 1)) ** 0.7
        rows.append(lesion(7, k, parent, site, founded=founded, count=40 if k % 11 == 10 else 1))
    summary = {
        "invasion_day": 3000.0, "age_onset_years": 52.0,
        "diagnosis_day": 8300.0 if diagnosed else None,
        "surgery_day": 8310.0 if diagnosed else None,
        "recurrence_day": 8700.0 if n and diagnosed else None, "death_day": 9300.0,
        "cause_of_death": "cancer", "follow_up_day": 9300.0,
    }  # fmt: skip
    return MadeUpLife(7, 1889, pl.DataFrame(rows, schema=LESION_SCHEMA), summary, parameters())


def averted_life() -> MadeUpLife:
    """Return a life whose precursor was removed: there is no lesion and no cancer."""
    one = life(0, diagnosed=False)
    summary = {**one.summary, "invasion_day": None, "prevented_day": 2500.0}
    return replace(one, lesions=one.lesions.clear(), summary=summary)


def fit_table() -> pl.DataFrame:
    """Return a table of published figures, two of them missed."""
    rows = [
        ("stage share", "I", 25.6, None, None, 4.0, "% of staged", 24.0, True),
        ("stage share", "II", 25.4, None, None, 4.0, "% of staged", 35.0, False),
        ("at diagnosis", "liver", 16.0, 15.0, 17.0, 3.0, "% of patients", 15.0, True),
        ("first metastatic site", "lung", 24.0, None, None, 5.0, "% of metastatic", 20.0, True),
        ("size", "<= 20 mm", 13.0, None, None, 3.0, "% of patients", 13.5, True),
        ("5-year survival", "IV", 8.1, None, None, 4.0, "%", 3.0, False),
        ("age at diagnosis", "median", 67.0, None, None, 2.0, "year", 66.0, True),
    ]
    columns = (
        "quantity", "group", "published", "low", "high", "tolerance", "unit", "model", "within",
    )  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(
        error=pl.col("tolerance") / 10.0,
        kind=pl.lit("target"),
        source=pl.lit("delmonte2009"),
        note=pl.lit("<script>x</script>"),
    )
