"""Mechanisms that the calibrated cancers leave off: what each does when it is switched on."""

import numpy as np

from tests.lived import Changes, Lives, lives
from tests.witness.scenario import COMPARED

N = 2000
SAME_DAY = 1e-6
"""Days that differ by less are the same: sums in another order."""


def with_(changes: Changes) -> Lives:
    return lives({**COMPARED, **changes}, N, 21)


def vessel_days(lived: Lives) -> dict[tuple[int, int], float]:
    """Return the day on which each lesion got its vessels, by patient and lesion."""
    rows = lived.lesions[lived.lesions.parent >= 0]
    keys = zip(rows.patient.tolist(), rows.lesion.tolist(), strict=True)
    return dict(zip(keys, rows.switch_day.tolist(), strict=True))


def test_a_competent_clone_delays_seeding_and_never_hastens_it() -> None:
    base = with_({})
    clone = with_({"progression.clone": True, "progression.clone_mutation_rate": 1e-9})
    a, b = base.persons.first_seeding_day, clone.persons.first_seeding_day
    assert np.mean(np.isfinite(b)) < np.mean(np.isfinite(a))
    both = np.isfinite(a) & np.isfinite(b)
    assert np.mean(b[both] > a[both]) > 0.3
    assert len(clone.lesions) < len(base.lesions)


def test_a_clone_that_arises_at_once_changes_nothing() -> None:
    early = {"progression.clone_mutation_rate": 1.0, "progression.clone_advantage": "10 /day"}
    base, clone = with_({}), with_({"progression.clone": True, **early})
    assert np.array_equal(base.persons.first_seeding_day, clone.persons.first_seeding_day)
    assert np.array_equal(base.lesions.lesion, clone.lesions.lesion)


def test_a_niche_adds_lesions_and_a_stronger_one_more() -> None:
    counts = [
        len(with_({"arrest.niche": gain > 0, "arrest.everywhere.niche_gain": gain}).lesions)
        for gain in (0.0, 2.0, 6.0)
    ]
    assert counts[0] < counts[1] < counts[2]
    assert np.any(with_({"arrest.niche": True}).lesions.route == 4)


def test_inhibition_delays_the_switch_and_surgery_lifts_it() -> None:
    inhibition: Changes = {
        "dormancy.inhibition": True,
        "dormancy.inhibition_strength": 1.0,
        "dormancy.inhibition_diameter": "5 mm",
        "dormancy.everywhere.switch_rate": "1 /year",
        "dormancy.everywhere.coopt_share": 0.0,
        "dormancy.surgery_waking": False,  # twins may be operated on different days
    }
    off = with_({**inhibition, "dormancy.inhibition": False})
    on = with_(inhibition)
    free, held = vessel_days(off), vessel_days(on)
    shared = free.keys() & held.keys()
    finite = [key for key in shared if np.isfinite(free[key])]
    assert len(finite) > 200
    assert all(held[key] > free[key] - SAME_DAY for key in finite), "inhibition hastens a switch"
    assert np.mean([held[key] > free[key] for key in finite]) > 0.1
    rows, who = on.lesions, on.persons
    stalling = on.soil.stalls
    secondary = rows[(rows.parent >= 0) & np.isfinite(rows.switch_day)]
    secondary = secondary[stalling[secondary.site] == 1]
    switch = secondary.switch_day
    surgery = who.surgery_day[secondary.patient]
    found = who.diagnosis_day[secondary.patient]
    # Strength 1: between the primary's 5 mm (long before diagnosis) and surgery nothing switches.
    late = switch > found
    assert np.sum(late & (switch > surgery)) > 50, "surgery must lift the brake"
    assert not np.any(late & (switch < surgery))


def test_immune_balance_delays_colonies() -> None:
    balance: Changes = {
        "dormancy.immune_balance": True,
        "dormancy.balance_share": 1.0,
        "dormancy.balance_escape_rate": "0.3 /year",
        "colonisation.evasion": 0.0,
        "colonisation.evasion_step": 0.0,
    }
    off = with_({**balance, "dormancy.immune_balance": False})
    on = with_(balance)
    free, held = vessel_days(off), vessel_days(on)
    shared = free.keys() & held.keys()
    assert len(shared) > 200
    assert all(held[key] > free[key] - SAME_DAY for key in shared if np.isfinite(free[key]))
    assert np.mean([np.isfinite(day) for day in held.values()]) < 0.8 * np.mean(
        [np.isfinite(day) for day in free.values()]
    )
    sizes = on.lesions.diameter_mm_at_fate
    held_at = 0.3
    assert np.any(np.isclose(sizes, held_at, rtol=1e-6))


def test_evading_clones_are_not_held() -> None:
    balance: Changes = {"dormancy.immune_balance": True, "dormancy.balance_share": 1.0}
    off = with_({"colonisation.evasion": 1.0})
    on = with_({**balance, "colonisation.evasion": 1.0})
    assert np.array_equal(off.lesions.switch_day, on.lesions.switch_day)
