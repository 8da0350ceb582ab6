"""Rules without code: what a sentence means, and what is refused."""

import numpy as np
import pytest

from paget.core.errors import ScenarioError
from paget.tissue.kinds import CD8, EPITHELIAL, MESENCHYMAL
from paget.tissue.rules import compile_rates, parse_rule, value_of
from tests.tissue.build import flat, published, tissue_of

BEHAVIOURS = {"emt_rate": "1/day", "division_rate": "1/day", "motility": "um^2/day"}
FIELDS = ("oxygen", "matrix")
HYPOXIA = (
    "oxygen decreases epithelial.emt_rate from 0.02 /hour towards 0 with half-max 8 mmHg, Hill 4"
)


def test_a_rule_is_read_in_canonical_units() -> None:
    rule = parse_rule(HYPOXIA, FIELDS, BEHAVIOURS)
    assert (rule.signal, rule.kind, rule.behaviour) == ("oxygen", "epithelial", "emt_rate")
    assert rule.start == pytest.approx(0.48)
    assert (rule.limit, rule.half, rule.hill) == (0.0, 8.0, 4.0)


@pytest.mark.parametrize(("oxygen", "expected"), [(0.0, 0.48), (8.0, 0.24), (1e9, 0.0)])
def test_a_rule_moves_the_behaviour_by_a_hill_function(oxygen: float, expected: float) -> None:
    tissue = tissue_of(flat(["motion"]))
    lattice = tissue.lattice._replace(fields=np.full((2, tissue.model.lattice.voxels), oxygen))
    rates = compile_rates({"epithelial": 0.3}, [parse_rule(HYPOXIA, FIELDS, BEHAVIOURS)], FIELDS)
    assert value_of(rates, lattice, EPITHELIAL, 5) == pytest.approx(expected)
    assert value_of(rates, lattice, MESENCHYMAL, 5) == 0.0
    assert rates.highest[EPITHELIAL] == pytest.approx(0.48)


def test_rules_on_one_behaviour_act_in_their_order() -> None:
    tissue = tissue_of(flat(["motion"], capacity=10, cells={"cd8": 4, "epithelial": 1}, voxels=1))
    voxel = int(tissue.cells.voxels[0])
    sentences = (
        "crowding decreases epithelial.division_rate from 2 /day towards 0 with half-max 0.5",
        "cd8_cells increases epithelial.division_rate towards 3 /day with half-max 4",
    )
    rules = [parse_rule(text, FIELDS, BEHAVIOURS) for text in sentences]
    rates = compile_rates({}, rules, ())
    after_crowding = 2.0 * (1.0 - 0.5)
    expected = after_crowding + (3.0 - after_crowding) * 0.5
    assert value_of(rates, tissue.lattice, EPITHELIAL, voxel) == pytest.approx(expected)
    assert tissue.count()["cd8"] == 4
    assert rates.highest[EPITHELIAL] == 3.0
    assert rates.base[CD8] == 0.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("make it grow", "is not understood"),
        (HYPOXIA.replace("oxygen", "oxigen"), "Did you mean oxygen"),
        (HYPOXIA.replace("emt_rate", "emt_rat"), "Did you mean emt_rate"),
        (HYPOXIA.replace("epithelial", "epithelia"), "Did you mean epithelial"),
        (HYPOXIA.replace("8 mmHg", "8 um"), "must be given in mmHg"),
        (HYPOXIA.replace("8 mmHg", "0 mmHg"), "half-max must be above 0"),
        (HYPOXIA.replace("0.02 /hour", "0.02"), "must be given in 1/day"),
        (HYPOXIA.replace("Hill 4", "Hill 400"), "Hill must be above 0 and up to 20"),
        (HYPOXIA.replace("decreases", "increases"), "contradict 'increases'"),
        (HYPOXIA.replace("0.02 /hour", "-1 /hour"), "never below 0"),
    ],
)
def test_what_a_rule_cannot_mean_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        parse_rule(text, FIELDS, BEHAVIOURS, "my.toml line 3")


def test_a_rule_in_a_model_acts_in_the_engine() -> None:
    form = "crowding decreases epithelial.{} towards 0 with half-max 1e-6, Hill 20"
    free = published()
    held = published(rules=[form.format("motility"), form.format("haptotaxis")])
    moved = [tissue_of(model, steps=400) for model in (free, held)]
    spread = [
        (tissue.model.lattice.places(tissue.cells.voxels[tissue.cells.kinds == EPITHELIAL]) ** 2)
        .sum(axis=-1)
        .max()
        for tissue in moved
    ]
    assert spread[1] < spread[0]
    start = tissue_of(held)
    still = start.cells.voxels[start.cells.kinds == EPITHELIAL]
    now = moved[1].cells.voxels[moved[1].cells.kinds == EPITHELIAL]
    assert sorted(still.tolist()) == sorted(now.tolist())
