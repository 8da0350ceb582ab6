"""The life that the witness and the engine both live: fast, moderate, and every number pinned.

Pinned so that a new fit of the atlas neither weakens the comparison nor makes it slow. Every
mechanism that the witness knows is on and strong enough to be seen.

Public names: ``COMPARED``, ``FOLLOWED``.
"""

from typing import Final

FOLLOWED: Final = 5.0 * 365.25
"""Days from diagnosis to the end of follow-up."""

_AFFINITIES: Final = {
    "lung": 0.6, "liver": 1.0, "bone": 0.5, "brain": 0.3, "adrenal": 0.3, "ovary": 1.0,
    "spleen": 0.0, "skin": 0.1, "other": 0.2, "pleura": 1.0, "peritoneum": 1.0, "omentum": 1.0,
    "ln_colon_local": 1.0, "ln_colon_central": 1.0, "ln_para_aortic": 1.0,
    "ln_mediastinum": 1.0, "ln_supraclavicular": 1.0, "ln_coeliac": 1.0,
}  # fmt: skip

COMPARED: Final[dict[str, object]] = {
    "onset.age_mean": "62 year",
    "onset.age_sd": "12 year",
    "growth.doubling_time": "60 day",
    "growth.doubling_time.spread": 0.3,
    "growth.capacity": "150 mm",
    "growth.reference_diameter": "40 mm",
    "growth.cell_density": "2e5 cell/mm^3",
    "growth.fastest_doubling": "4 day",
    "growth.cell_loss": 0.9,
    "progression.precursor": False,
    "progression.depth_ratio": 0.25,
    "progression.depth_ratio.spread": 0.4,
    "progression.motile_exponent": 0.05,
    **{
        f"progression.access_{route}.layer_{i}": value
        for route, values in (
            ("depth", ("1 mm", "3 mm", "6 mm", "20 mm")),
            ("blood", (0.12, 0.18, 0.25, 1.0)),
            ("lymph", (0.18, 0.5, 0.55, 1.0)),
            ("serosa", (1e-9, 1e-7, 1e-5, 1.0)),
        )
        for i, value in enumerate(values, 1)
    },
    "shedding.blood_rate": "2e9 cell/day",
    "shedding.blood_rate.spread": 0.4,
    "shedding.blood_exponent": 0.66,
    "shedding.lymph_rate": "2e8 cell/day",
    "shedding.lymph_rate.spread": 0.4,
    "shedding.lymph_rate.correlation": 0.7,
    "shedding.lymph_exponent": 0.667,
    "shedding.serosal_rate": "2e6 cell/day",
    "shedding.turnover_exponent": 0.3,
    "shedding.turnover_reference": "200 day",
    "shedding.small_share": 1e-4,
    "shedding.cluster_share": 0.1,
    "arrest.viability": 1.2e-10,
    "arrest.serosal_viability": 1e-8,
    "arrest.mass_exponent": 0.3,
    **{f"arrest.{site}.affinity": affinity for site, affinity in _AFFINITIES.items()},
    "nodes.viability": 5e-10,
    "nodes.node_to_node_rate": "0.5 /year",
    "nodes.growth_factor": 1.5,
    "nodes.capacity": "60 mm",
    "nodes.positive_diameter": "0.5 mm",
    "nodes.shedding_factor": 0.5,
    "dormancy.everywhere.asleep_share": 0.3,
    "dormancy.everywhere.wake_rate": "1 /year",
    "dormancy.everywhere.wake_shape": 2,
    "dormancy.everywhere.sleep_death_rate": "0.3 /year",
    "dormancy.surgery_waking_factor": 4,
    "dormancy.surgery_window": "90 day",
    "dormancy.everywhere.switch_rate": "4 /year",
    "dormancy.everywhere.coopt_share": 0.5,
    "colonisation.everywhere.growth_factor": 2.0,
    "colonisation.everywhere.growth_factor.spread": 0.22,
    "colonisation.everywhere.capacity": "105 mm",
    "colonisation.lesion_growth_spread": 0.33,
    "colonisation.immune_kill": 0.04,
    "colonisation.evasion": 0.5,
    "colonisation.evasion_step": 0.1,
    "colonisation.secondary_factor": 0.05,
    "colonisation.explicit": 1_000_000,
    "colonisation.cohort_rate": "1e9 /year",
    "symptoms.primary_diameter": "47 mm",
    "symptoms.primary_diameter.spread": 0.5,
    "symptoms.exponent": 2.4,
    "symptoms.everywhere.diameter": "20 mm",
    "symptoms.metastasis_exponent": 3,
    "detection.everywhere.diameter": "10 mm",
    "surgery.residual_shallow": 0.1,
    "surgery.residual_deep": 0.1,
    "survival.everywhere.death_rate": "0.7 /year",
    "survival.lung.death_rate": "0.4 /year",
    "survival.bone.death_rate": "1.2 /year",
    "survival.local_death_rate": "0.4 /year",
    "survival.late_course.spread": 0.5,
    "survival.primary_burden_diameter": "120 mm",
    "survival.everywhere.burden_diameter": "60 mm",
    "survival.burden_exponent": 4,
}
