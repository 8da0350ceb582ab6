"""Traits: who a person is, and how their cancer differs from that of others.

Public names: ``Traits``.
"""

from paget.kernels.records import Key


class Traits:
    """Who a person is and how their cancer differs from that of others; days since day 0."""

    # Who.
    key: Key  # the run's seed
    patient: int
    sex: int  # 0 female, 1 male
    subtype: int
    age_onset: float  # [year] at the first malignant cell
    performance: int  # 0 (fully active) to 4, apart from the cancer
    primary_site: int  # which of the sites in which the primary may lie
    # How this patient differs.
    rate: float  # growth constant of the primary [1/day]
    turnover: float  # factor on shedding
    blood_factor: float  # frailty times turnover
    lymph_factor: float
    depth_ratio: float  # depth of invasion / diameter
    symptom_factor: float
    grade_factor: float
    metastasis_growth: float  # metastases against this primary
    late_factor: float  # hazard of death in late disease
    # When the cancer begins [day].
    invasion_day: float
    detectable_day: float
