r"""A whole life in fixed time steps: slow, plain numpy, and written from the laws alone.

Nothing of the engine's laws is imported. Of the engine this witness takes three inputs: parameters
by their names, the fates of seeds (``reach``: viable seeds at a site for each seed shed, ``kinds``:
which kind they are) and the anatomy. Everything grows by Euler steps of ln N, every event within a
step is a Poisson or Bernoulli draw at the rates that hold at its start and falls on the step's end:
its bias is of first order in ``dt``.

It leaves out what the compared scenario must not contain: precursors, the clone, the niche,
inhibition, immune balance, families of frailty but the log-normal, laws but Gompertz, groups.

Public names: ``tau_leap``, ``Outcome``.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from paget.atlas.mortality import integrated_hazard
from paget.engine import Model

YEAR = 365.25
ASLEEP, AVASCULAR, STALLED, VASCULAR = range(4)
ALIVE, CANCER, OTHER = range(3)
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass
class Outcome:
    """What happened to each patient; days since invasion, infinity for never."""

    diagnosis_day: Floats
    by_metastasis: Bools
    diameter_mm: Floats
    positive_nodes: Ints
    n_true: Ints
    n_seen: Ints
    first_seeding_day: Floats
    recurrence_day: Floats
    death_day: Floats
    cause: Ints
    n_lesions: Ints


class TauLeap:
    """The state of many patients on one day, and the step to the next."""

    def __init__(self, model: Model, n: int, rng: np.random.Generator, dt: float) -> None:
        self.model, self.rng, self.n, self.dt, self.day = model, rng, n, dt, 0.0
        self.real = cache(model.parameters.real)
        self.n_sites = len(model.sites)
        self.density = self.real("growth.cell_density") / 1e12  # cells in a cubic micrometre
        self.avascular = self.cells("dormancy.avascular_diameter")
        self.loss = self.real("growth.cell_loss")
        stations = {station.name for station in model.body.stations}
        regional = {
            name
            for organ in model.body.organs
            if organ.name in model.primaries
            for name in organ.regional
        }
        self.is_node = np.array([site in stations for site in model.sites])
        self.is_regional = np.array([site in regional for site in model.sites])
        self.reach = model.reach[:3, : self.n_sites + 1]
        self.draw_patients()
        never = np.full(n, np.inf)
        zero = np.zeros(n, np.int64)
        counts, days = (zero.copy() for _ in range(5)), (never.copy() for _ in range(4))
        self.out = Outcome(
            *(next(days), zero > 0, np.zeros(n), next(counts), next(counts), next(counts)),
            *(next(days), next(days), next(days), next(counts), next(counts)),
        )
        self.surgery, self.alive = never.copy(), np.ones(n, bool)
        self.overt = np.zeros((n, self.n_sites + 1), bool)
        self.taken = np.zeros((n, self.n_sites))
        self.relapses = np.zeros(n, bool)
        self.table = integrated_hazard(int(self.real("survival.life_table_year")))
        kinds = {"patient": int, "site": int, "state": int, "vessels": bool}
        names = ("patient", "site", "state", "n", "rate", "wake", "vessels", "evasion")
        self.lesions: dict[str, Any] = {name: np.zeros(0, kinds.get(name, float)) for name in names}

    def cells(self, name: str) -> float:
        """Return the cells in a ball whose diameter is a named parameter."""
        return float(np.pi / 6.0 * self.density * self.real(name) ** 3)

    @cache  # noqa: B019 - a run lives as long as its test
    def by_site(self, step: str, name: str) -> Floats:
        """Return a named parameter at every site."""
        return np.array([self.real(f"{step}.{site}.{name}") for site in self.model.sites])

    @cache  # noqa: B019 - as above
    def cells_by_site(self, step: str, name: str) -> Floats:
        """Return the cells in balls whose diameters are a named parameter at every site."""
        return np.pi / 6.0 * self.density * self.by_site(step, name) ** 3

    def draw_patients(self) -> None:
        """Draw who differs from whom, and the primary's founder."""
        real, rng, n = self.real, self.rng, self.n

        def factor(name: str) -> Floats:
            return np.exp(real(f"{name}.spread") * rng.standard_normal(n))

        growth = factor("growth.doubling_time")
        capacity, reference = real("growth.capacity"), real("growth.reference_diameter")
        at_reference = 3.0 * np.log(capacity / reference)
        self.rate = np.log(2.0) / real("growth.doubling_time") * growth / at_reference
        doubling = real("growth.doubling_time") / growth
        self.turnover = (real("shedding.turnover_reference") / doubling) ** real(
            "shedding.turnover_exponent"
        )
        rho = real("shedding.lymph_rate.correlation")
        z = rng.multivariate_normal([0.0, 0.0], [[1.0, rho], [rho, 1.0]], n)
        blood = np.exp(real("shedding.blood_rate.spread") * z[:, 0]) * self.turnover
        lymph = np.exp(real("shedding.lymph_rate.spread") * z[:, 1]) * self.turnover
        self.frailty = np.stack([blood, lymph, blood], axis=1)
        self.depth_ratio = real("progression.depth_ratio") * factor("progression.depth_ratio")
        self.awareness = factor("symptoms.primary_diameter")
        self.met_growth = factor("colonisation.everywhere.growth_factor")
        self.late = factor("survival.late_course")
        self.male = (rng.random(n) < real("onset.male_share")).astype(int)
        age = rng.normal(real("onset.age_mean") / YEAR, real("onset.age_sd") / YEAR, n)
        self.age = np.clip(age, 15.0, 105.0)
        self.primary = np.minimum(rng.exponential(1.0 / (1.0 - self.loss), n), self.avascular / 2)
        self.residual = np.zeros(n)

    def grown(self, n: Floats, rate: Floats, capacity: Any) -> Floats:
        """Return sizes one step later: Gompertz below the ceiling of the cell cycle."""
        ceiling = np.log(2.0) / self.real("growth.fastest_doubling")
        speed = np.minimum(ceiling, rate * np.log(capacity / np.maximum(n, 1e-9)))
        return np.where(n > 0.0, n * np.exp(speed * self.dt), 0.0)

    def happens(self, hazard: Floats) -> Bools:
        """Return where an event of a hazard [1/day] falls within this step."""
        return self.rng.random(hazard.shape) < -np.expm1(-hazard * self.dt)

    def diameter(self, n: Floats) -> Floats:
        """Return the diameters [um] of balls of cells."""
        return np.cbrt(6.0 * n / (np.pi * self.density))

    def shed(self, n: Floats) -> Floats:
        """Return (lesion, route) the seeds a day with full access, in a patient of factor 1."""
        real, reference = self.real, self.cells("shedding.reference_diameter")

        def motile(size: Any) -> Any:
            share = size / self.cells("progression.motile_diameter")
            rising = share ** real("progression.motile_exponent")
            rising *= real("progression.motile_fraction")
            return np.minimum(real("progression.motile_ceiling"), rising)

        relative = motile(np.maximum(n, 1.0)) / motile(reference) * (n >= self.avascular)
        rates = np.empty((len(n), 3))
        for route, (name, power) in enumerate(
            (("blood", "blood"), ("lymph", "lymph"), ("serosal", "blood"))
        ):
            exponent = real(f"shedding.{power}_exponent")
            rates[:, route] = real(f"shedding.{name}_rate") * (n / reference) ** exponent * relative
        return rates

    def access(self, depth: Floats) -> Floats:
        """Return (patient, route) how far a depth of invasion opens each route."""
        layers = [f"layer_{i}" for i in range(1, 5)]
        at = np.log([self.real(f"progression.access_depth.{layer}") for layer in layers])
        here = np.log(np.maximum(depth, 1e-3))
        before = self.real("progression.access_entry") * np.minimum(here - at[0], 0.0)
        columns = []
        for route in ("blood", "lymph", "serosa"):
            opens = np.log([self.real(f"progression.access_{route}.{layer}") for layer in layers])
            columns.append(np.exp(np.interp(here, at, opens) + before))
        return np.stack(columns, axis=1)

    def spread(self) -> None:
        """Let the primary and every lesion with vessels send out viable seeds for one step."""
        depth = self.depth_ratio * self.diameter(self.primary)
        rates = self.shed(self.primary) * self.access(depth) * self.frailty
        everyone = np.arange(self.n)
        origin = np.full(self.n, self.n_sites)
        evasion = np.full(self.n, self.real("colonisation.evasion"))
        self.arrive(everyone, origin, rates * self.alive[:, None], evasion)
        les = self.lesions
        sources = np.flatnonzero((les["state"] == VASCULAR) & (les["n"] > 0.0))
        patient, site = les["patient"][sources], les["site"][sources]
        secondary = self.real("colonisation.secondary_factor")
        share = np.where(self.is_node[site], self.real("nodes.shedding_factor"), secondary)
        rates = self.shed(les["n"][sources]) * self.frailty[patient] * share[:, None]
        self.arrive(patient, site, rates, les["evasion"][sources])
        within = self.is_node[site]
        local = self.real("nodes.node_to_node_rate") * self.turnover[patient] * within
        again = np.repeat(np.arange(len(sources)), self.rng.poisson(local * self.dt))
        kinds = np.tile(np.cumsum(self.model.kind_shares)[:2], (len(again), 1))
        self.found(patient[again], site[again], les["evasion"][sources[again]], kinds)

    def arrive(self, patient: Ints, origin: Ints, rates: Floats, evasion: Floats) -> None:
        """Draw the viable seeds of sources and the sites in which they arrive."""
        for route in range(3):
            total = self.reach[route].sum(axis=1)
            number = self.rng.poisson(rates[:, route] * total[origin] * self.dt)
            i = np.repeat(np.arange(len(number)), number)
            upto = np.cumsum(self.reach[route], axis=1)[origin[i]]
            u = self.rng.random((len(i), 1)) * upto[:, -1:]
            site = np.sum(u >= upto, axis=1)
            kinds = self.model.kinds[route, origin[i], site]
            self.found(patient[i], site, evasion[i], kinds)

    def cluster_sizes(self, n: int) -> Ints:
        """Return the cells of clusters whose lines last: 2 + geometric, by rejection."""
        mean, sizes = self.real("shedding.cluster_mean"), np.zeros(0, int)
        while len(sizes) < n:
            drawn = 1 + self.rng.geometric(1.0 / (mean - 1.0), 2 * n + 8)
            sizes = np.append(sizes, drawn[self.rng.random(len(drawn)) >= self.loss**drawn])
        return sizes[:n]

    def lasting(self, founders: Ints, loss: Floats) -> Ints:
        """Return how many founders' lines last, given that one does, by rejection."""
        result = self.rng.binomial(founders, 1.0 - loss)
        while np.any(result == 0):
            none = result == 0
            result[none] = self.rng.binomial(founders[none], 1.0 - loss[none])
        return result

    def found(self, patient: Ints, site: Ints, parent: Floats, kinds: Floats) -> None:
        """Let viable seeds take root, sleep or start to grow."""
        rng, real = self.rng, self.real
        founders = np.where(rng.random(len(site)) < kinds[:, 1], 1, self.cluster_sizes(len(site)))
        kill = real("colonisation.immune_kill")
        attacked = self.loss + kill * (1.0 - parent)
        chance = (1.0 - attacked**founders) / (1.0 - self.loss**founders)
        nodes = self.by_site("nodes", "per_station")[site]
        taken = self.taken[patient, site] / nodes
        chance = np.where(self.is_node[site], chance * np.maximum(1.0 - taken, 0.0), chance)
        chance[self.is_regional[site] & (self.day >= self.surgery[patient])] = 0.0
        stays = rng.random(len(site)) < chance
        patient, site, parent, founders = (
            patient[stays],
            site[stays],
            parent[stays],
            founders[stays],
        )
        n = len(site)
        np.add.at(self.taken, (patient, site), 1.0 * self.is_node[site])
        np.add.at(self.out.n_lesions, patient, 1)
        step = real("colonisation.evasion_step") * rng.exponential(size=n)
        evasion = 1.0 - (1.0 - parent) * np.exp(-step)
        loss = self.loss + kill * (1.0 - evasion)
        size = rng.gamma(self.lasting(founders, loss)) / (1.0 - loss)
        affinity = self.by_site("arrest", "affinity")[site]
        share = self.by_site("dormancy", "asleep_share")[site]
        odds = share / (1.0 - share) / affinity ** real("arrest.affinity_on_sleep")
        shape = self.by_site("dormancy", "wake_shape")[site]
        wake = self.by_site("dormancy", "wake_rate")[site]
        wake = wake * affinity ** real("arrest.affinity_on_waking")
        factor = self.by_site("colonisation", "growth_factor")[site]
        factor = np.where(self.is_node[site], real("nodes.growth_factor"), factor)
        factor *= affinity ** real("arrest.affinity_on_growth") * self.met_growth[patient]
        own = np.exp(real("colonisation.lesion_growth_spread") * rng.standard_normal(n))
        coopts = rng.random(n) < self.by_site("dormancy", "coopt_share")[site]
        fresh = {
            "patient": patient, "site": site, "evasion": evasion,
            "state": np.where(rng.random(n) < odds / (1.0 + odds), ASLEEP, AVASCULAR),
            "n": np.minimum(size, self.avascular / 2.0),
            "rate": self.rate[patient] * factor * own,
            "wake": wake * rng.gamma(shape) / shape,
            "vessels": coopts | self.is_node[site],
        }  # fmt: skip
        self.lesions = {name: np.append(old, fresh[name]) for name, old in self.lesions.items()}
        first = self.out.first_seeding_day
        first[patient] = np.minimum(first[patient], self.day + self.dt)

    def grow(self) -> None:
        """Let everything grow one step, wake, die asleep and get its vessels."""
        les, real = self.lesions, self.real
        self.primary = self.grown(self.primary, self.rate, self.cells("growth.capacity"))
        self.residual = self.grown(self.residual, self.rate, self.cells("growth.capacity"))
        since = self.day - self.surgery[les["patient"]]
        stirred = (since >= 0.0) & (since < real("dormancy.surgery_window"))
        wake = les["wake"] * np.where(stirred, real("dormancy.surgery_waking_factor"), 1.0)
        dies = self.by_site("dormancy", "sleep_death_rate")[les["site"]]
        asleep = les["state"] == ASLEEP
        ends = asleep & self.happens(wake + dies)
        dead = ends & (self.rng.random(len(ends)) * (wake + dies) < dies)
        grows = (les["state"] == AVASCULAR) | (les["state"] == VASCULAR)
        at_site = self.cells_by_site("colonisation", "capacity")
        capacity = np.where(self.is_node, self.cells("nodes.capacity"), at_site)[les["site"]]
        les["n"] = np.where(grows, self.grown(les["n"], les["rate"], capacity), les["n"])
        full = (les["state"] == AVASCULAR) & (les["n"] >= self.avascular)
        les["state"][full] = np.where(les["vessels"][full], VASCULAR, STALLED)
        switch = self.happens(self.by_site("dormancy", "switch_rate")[les["site"]])
        stalled = les["state"] == STALLED
        les["n"] = np.where(stalled, self.avascular, les["n"])
        les["state"][stalled & ~full & switch] = VASCULAR
        les["state"][ends] = AVASCULAR
        self.keep(~dead)

    def keep(self, which: Bools) -> None:
        """Drop the other lesions."""
        if not which.all():
            self.lesions = {name: column[which] for name, column in self.lesions.items()}

    def organ_hazard(self, step: str, name: str, exponent: float) -> Floats:
        """Return (patient,) the hazard [1/day] of each organ's total volume, summed."""
        les, shape = self.lesions, (self.n, self.n_sites)
        cell = les["patient"] * self.n_sites + les["site"]
        size = les["n"] * ((les["state"] == VASCULAR) & ~self.is_regional[les["site"]])
        volume = np.bincount(cell, size, self.n * self.n_sites).reshape(shape)
        reference = self.cells_by_site(step, name)
        share = np.where(reference > 0.0, volume / np.maximum(reference, 1e-9), 0.0)
        return np.sum(share ** (exponent / 3.0), axis=1) / YEAR

    def clinic(self) -> None:
        """Draw who is found and who dies in this step, each by the hazards of its start."""
        real, out = self.real, self.out
        found = out.diagnosis_day < np.inf
        overt = self.overt.any(axis=1)
        power = real("survival.burden_exponent")
        rates = np.append(self.by_site("survival", "death_rate"), real("survival.local_death_rate"))
        primary = self.primary / self.cells("survival.primary_burden_diameter")
        burden = self.organ_hazard("survival", "burden_diameter", power)
        late = np.max(self.overt * rates, axis=1) * self.late
        dies = burden + np.where(overt, late, primary ** (power / 3.0) / YEAR)
        year = np.minimum((self.age + self.day / YEAR).astype(int), self.table.shape[1] - 2)
        other = (self.table[self.male, year + 1] - self.table[self.male, year]) / YEAR
        size = self.primary / self.cells("symptoms.primary_diameter")
        own = self.awareness * size ** (real("symptoms.exponent") / 3.0) / YEAR
        own[found] = 0.0
        mets = self.organ_hazard("symptoms", "diameter", real("symptoms.metastasis_exponent"))
        mets[found] = 0.0
        hazards = np.cumsum(np.stack([own, mets, dies, other], axis=1), axis=1)
        event = self.alive & self.happens(hazards[:, -1])
        which = np.sum(self.rng.random((self.n, 1)) * hazards[:, -1:] >= hazards, axis=1)
        dead = event & (which >= 2)
        out.death_day[dead] = self.day + self.dt
        out.cause[dead] = np.where(which[dead] == 2, CANCER, OTHER)
        self.alive &= ~dead
        now = event & (which < 2)
        out.by_metastasis[now] = which[now] == 1
        self.diagnose(np.flatnonzero(now))

    def diagnose(self, who: Ints) -> None:
        """Stage patients who are found today; plan surgery where nothing distant is seen."""
        les, out, real = self.lesions, self.out, self.real
        today = np.isin(les["patient"], who)
        patient, site, n = (les[name][today] for name in ("patient", "site", "n"))
        seen = n >= self.cells_by_site("detection", "diameter")[site]
        regional = self.is_regional[site]
        positive = regional & (n >= self.cells("nodes.positive_diameter"))
        np.add.at(out.positive_nodes, patient, positive)
        np.add.at(out.n_true, patient, ~regional)
        np.add.at(out.n_seen, patient, ~regional & seen)
        out.diagnosis_day[who] = self.day + self.dt
        diameter = self.diameter(self.primary[who])
        out.diameter_mm[who] = diameter / 1000.0
        fit = out.n_seen[who] == 0
        deep = self.depth_ratio[who] * diameter >= real("progression.regional_depth")
        names = np.where(deep, real("surgery.residual_deep"), real("surgery.residual_shallow"))
        left = fit & (self.rng.random(len(who)) < names)
        self.surgery[who[fit]] = self.day + self.dt + real("surgery.delay")
        self.relapses[who[left]] = True

    def follow(self) -> None:
        """Operate, note what becomes overt, and end the follow-up."""
        les, out = self.lesions, self.out
        operated = (self.surgery > self.day) & (self.surgery <= self.day + self.dt)
        self.primary[operated] = 0.0
        self.residual[operated & self.relapses] = self.cells("surgery.residual_diameter")
        self.keep(~(operated[les["patient"]] & self.is_regional[les["site"]]))
        les = self.lesions
        found = out.diagnosis_day < np.inf
        seen = les["n"] >= self.cells_by_site("detection", "diameter")[les["site"]]
        seen &= found[les["patient"]] & ~self.is_regional[les["site"]]
        self.overt[les["patient"][seen], les["site"][seen]] = True
        self.overt[:, -1] |= self.residual >= self.cells("surgery.local_detection_diameter")
        fresh = self.alive & (out.n_seen == 0) & self.overt.any(axis=1)
        fresh &= out.recurrence_day == np.inf
        out.recurrence_day[fresh] = self.day + self.dt
        self.alive &= out.diagnosis_day + self.model.world.horizon > self.day + self.dt
        self.keep(self.alive[les["patient"]])


def tau_leap(model: Model, n: int, seed: int, dt: float) -> Outcome:
    """Live ``n`` patients of a model in steps of ``dt`` days."""
    lives = TauLeap(model, n, np.random.default_rng(seed), dt)
    while lives.alive.any():
        lives.spread()
        lives.clinic()
        lives.grow()
        lives.follow()
        lives.day += dt
    return lives.out
