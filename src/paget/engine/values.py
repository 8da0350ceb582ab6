"""Values: the numbers of a parameter set in the fields of the records.

Diameters become cells, rates at a reference size become coefficients of a power of size, switches
become zeros.

Public names: ``parameter_record``, ``soils``.
"""

import math
from typing import Any

import numpy as np

from paget.atlas.anatomy import BodyMap
from paget.body.arrest import affinity_power
from paget.body.dormancy import asleep_share
from paget.body.progression import motile_fraction
from paget.core.errors import ParameterError
from paget.core.parameters import ParameterSet
from paget.core.units import YEAR
from paget.engine.fields import (
    CHOICES,
    FLAGS,
    LAYERS,
    REALS,
    RECORD,
    SIZES,
    SOIL,
    SOIL_REALS,
    SOIL_SIZES,
    VECTORS,
)


def _cells(diameter: float, density: float) -> float:
    """Return the cells in a ball of a diameter [um]; zero and infinity stay what they are."""
    return math.pi / 6.0 * density * diameter**3


def parameter_record(parameters: ParameterSet, body: BodyMap, horizon: float) -> np.record:
    """Return the parameter record."""
    p = np.zeros(1, RECORD).view(np.recarray)[0]
    p.density = parameters.real("growth.cell_density") / 1e12  # cell/mL to cell/um3
    for field, name in REALS.items():
        p[field] = parameters.real(name)
    for field, name in SIZES.items():
        p[field] = _cells(parameters.real(name), p.density)
    for field, name in FLAGS.items():
        p[field] = parameters.flag(name)
    for field, (name, words) in CHOICES.items():
        p[field] = words.index(parameters.choice(name))
    for field, name in VECTORS.items():
        p[field] = [parameters.real(f"{name}.{layer}") for layer in LAYERS]
    p.age_mean, p.age_sd = p.age_mean / YEAR, p.age_sd / YEAR
    p.performance_slope *= YEAR
    _derive(p, parameters)
    p.horizon = horizon
    limbs = next(vessel for vessel in body.vessels if vessel.name == "limb_veins")
    p.arm_volume = limbs.blood * body.blood_volume
    p.reference_mass = next(organ.mass for organ in body.organs if organ.name == "liver")
    _check(p, parameters)
    return p


def _derive(p: np.record, parameters: ParameterSet) -> None:
    """Fill the fields that follow from the named parameters."""

    def when(switch: str, name: str, off: float = 0.0) -> float:
        return parameters.real(name) if parameters.flag(switch) else off

    p.ceiling = math.log(2.0) / parameters.real("growth.fastest_doubling")
    p.motile_scale = p.motile_reference * p.motile_cells**-p.motile_exponent
    with np.errstate(over="ignore"):  # a fraction that hardly rises never gets there
        rises = (p.motile_ceiling / p.motile_reference) ** (1.0 / max(p.motile_exponent, 1e-9))
        p.motile_saturated = p.motile_cells * rises
    p.breach_rate = parameters.real("progression.breach_rate") / p.precursor_cells ** (2.0 / 3.0)
    for route, exponent in (("blood", p.blood_exponent), ("lymph", p.lymph_exponent)):
        at_reference = motile_fraction(p.shedding_cells, p) * p.shedding_cells**exponent
        switch = "blood_route" if route == "blood" else "lymphatic_route"
        p[f"{route}_rate"] = when(f"shedding.{switch}", f"shedding.{route}_rate") / at_reference
    at_reference = motile_fraction(p.shedding_cells, p) * p.shedding_cells**p.blood_exponent
    p.serosal_rate = when("shedding.serosal_route", "shedding.serosal_rate") / at_reference
    p.inhibition = when("dormancy.inhibition", "dormancy.inhibition_strength")
    p.balance_share = when("dormancy.immune_balance", "dormancy.balance_share")
    p.surgery_waking_factor = when("dormancy.surgery_waking", "dormancy.surgery_waking_factor", 1.0)
    p.immune_kill = when("colonisation.immune_surveillance", "colonisation.immune_kill")
    p.secondary_shedding = when("colonisation.secondary_spread", "colonisation.secondary_factor")


def _check(p: np.record, parameters: ParameterSet) -> None:
    """Refuse combinations that no single range can rule out."""
    for vector in VECTORS:
        values = p[vector]
        steps = np.diff(values)
        if np.any(steps < 0.0) or (vector == "access_depth" and np.any(steps == 0.0)):
            raise ParameterError(
                f"{VECTORS[vector]} = {', '.join(f'{value:g}' for value in values)}",
                allowed="must rise from layer to layer: access is monotone in depth",
            )
    _check_reference(parameters, "growth.reference_diameter", "growth.capacity")
    if p.precursor:
        _check_reference(
            parameters, "progression.precursor_reference", "progression.precursor_capacity"
        )
        if not p.breach_rate > 0.0:
            raise ParameterError(
                f"progression.breach_rate = {parameters['progression.breach_rate'].shown}",
                allowed="must be above 0 where progression.precursor is on: no cancer would come",
            )
    if p.balance_cells > p.avascular_cells:
        raise ParameterError(
            f"dormancy.balance_diameter = {parameters['dormancy.balance_diameter'].shown}",
            allowed="must be at most dormancy.avascular_diameter "
            f"= {parameters['dormancy.avascular_diameter'].shown}",
        )


def _check_reference(parameters: ParameterSet, reference: str, capacity: str) -> None:
    """Refuse a doubling time that is stated for a size that is never reached."""
    bounded = parameters.choice("growth.law") in ("gompertz", "logistic")
    if bounded and parameters.real(reference) >= parameters.real(capacity):
        raise ParameterError(
            f"{reference} = {parameters[reference].shown}",
            allowed=f"must be below {capacity} = {parameters[capacity].shown}: "
            "the doubling time holds there",
        )


def soils(
    parameters: ParameterSet,
    body: BodyMap,
    sites: tuple[str, ...],
    primaries: tuple[str, ...],
    p: np.record,
) -> Any:
    """Return one record a soil."""
    soil: Any = np.zeros(len(sites), SOIL).view(np.recarray)
    stations = {station.name for station in body.stations}
    organs = {organ.name: organ for organ in (*body.organs, *body.surfaces)}
    regional = {name for primary in primaries for name in organs[primary].regional}
    sleeps, stalls = parameters.flag("dormancy.sleep"), parameters.flag("dormancy.stall")
    switches = parameters.flag("dormancy.angiogenic_switch")
    on_waking = parameters.real("arrest.affinity_on_waking")
    on_growth = parameters.real("arrest.affinity_on_growth")
    for row, name in enumerate(sites):
        s = soil[row]
        for field, pattern in SOIL_REALS.items():
            s[field] = parameters.real(pattern.format(name))
        for field, pattern in SOIL_SIZES.items():
            s[field] = _cells(parameters.real(pattern.format(name)), p.density)
        s.is_node, s.is_regional = name in stations, name in regional
        s.place = body.site_names.index(name)
        s.stalls = stalls and not s.is_node
        if s.is_node:
            s.capacity = _cells(parameters.real("nodes.capacity"), p.density)
            s.growth_factor = parameters.real("nodes.growth_factor")
        if s.is_regional:  # regional nodes give no symptoms of their own and kill nobody
            s.symptom_cells = s.burden_cells = 0.0
        affinity = parameters.real(f"arrest.{name}.affinity")
        s.asleep_share = asleep_share(s.asleep_share, affinity, p) if sleeps else 0.0
        s.wake_rate *= affinity_power(affinity, on_waking)
        s.growth_factor *= affinity_power(affinity, on_growth)
        s.switch_rate *= switches
    return soil
