"""The stage tables of ``paget verify``, entered a second time, beside those of the atlas."""

from paget.clinic.staging import STAGE_RULES
from paget.verify.staging import TABLES


def test_every_rule_of_the_atlas_was_entered_twice() -> None:
    assert set(TABLES) == set(STAGE_RULES)
    for rule, rows in TABLES.items():
        entered = {
            (t, n): group for n, row in enumerate(rows) for t, group in enumerate(row.split(), 1)
        }
        assert entered == STAGE_RULES[rule]
