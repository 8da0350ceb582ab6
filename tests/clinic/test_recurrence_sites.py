"""First sites of a recurrence: those that become overt within the window, and in this life."""

import numpy as np

from tests.lived import lives


def test_a_site_that_would_be_overt_after_death_is_no_first_site() -> None:
    """With a window of years every site seen in it counts, and none beyond the end of the life."""
    lived = lives({"detection.workup_window": "3650 day"}, 4000, 5)
    rows, persons = lived.lesions, lived.persons
    recurred = np.flatnonzero(np.isfinite(persons.recurrence_day))
    assert len(recurred) > 200
    distant = {int(row) for row in np.flatnonzero(lived.model.soil["is_regional"] == 0)}
    local = np.uint64(1) << np.uint64(len(lived.model.sites))
    for i in recurred[:200]:
        soon = rows.detected_day <= persons[i].recurrence_day + 3650.0
        own = rows[(rows.patient == persons[i].patient) & soon]
        seen = {int(site) for site in own.site if site in distant}
        mask = int(np.bitwise_or.reduce([1 << site for site in seen])) if seen else 0
        assert int(persons[i].recurrence_sites & ~local) == mask
