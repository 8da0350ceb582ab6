"""A life is a function of the seed and the patient's number, wherever and however it is lived."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from paget.core.units import YEAR
from paget.engine import ROOM, people, scratch
from paget.engine.lives import run_key
from paget.words import LIVED
from tests.lived import live_in, lives, lone_life, model_of
from tests.properties.jit_free import values

ROOT = Path(__file__).parents[2]


def test_the_same_seed_lives_the_same_lives() -> None:
    first, second = lives({}, 300, 1), lives({}, 300, 1)
    assert first.persons.tobytes() == second.persons.tobytes()
    assert first.lesions.tobytes() == second.lesions.tobytes()
    assert np.array_equal(first.shed, second.shed)


def test_another_seed_lives_other_lives() -> None:
    first, second = lives({}, 50, 1), lives({}, 50, 2)
    assert not np.any(first.persons.rate == second.persons.rate)


@pytest.mark.parametrize("patient", [0, 1, 17, 99])
def test_a_patient_alone_equals_the_same_one_in_a_block(patient: int) -> None:
    model = model_of({})
    block = live_in(model, 100, 3)
    alone = lone_life(model, patient, 3)
    assert alone.persons[0].tobytes() == block.persons[patient].tobytes()
    assert alone.lesions.tobytes() == block.of(patient).tobytes()


def test_blocks_may_start_anywhere() -> None:
    model = model_of({})
    whole, later = live_in(model, 60, 4), live_in(model, 20, 4, first=40)
    assert whole.persons[40:].tobytes() == later.persons.tobytes()
    assert whole.lesions[whole.lesions.patient >= 40].tobytes() == later.lesions.tobytes()


def test_blocks_add_up_to_the_whole() -> None:
    model = model_of({})
    whole = live_in(model, 60, 4)
    parts = [live_in(model, 20, 4, first=first) for first in (40, 0, 20)]
    assert np.array_equal(whole.shed, sum(part.shed for part in parts))


def test_patient_numbers_may_be_large() -> None:
    lived = lives({}, 3, 5, first=4_000_000_000)
    assert lived.persons.patient.tolist() == [4_000_000_000, 4_000_000_001, 4_000_000_002]


def test_working_arrays_carry_nothing_over() -> None:
    from paget.life import live

    model = model_of({})
    fresh, used = scratch(ROOM), scratch(ROOM)
    persons = people(2)
    for patient in (5, 88, 3, 41):
        assert live(run_key(6), patient, model.worlds, used, persons[0]) == LIVED
    used_rows = used.lesions[: used.n_lesions].tobytes()
    assert live(run_key(6), 41, model.worlds, fresh, persons[1]) == LIVED
    assert persons[0].tobytes() == persons[1].tobytes()
    assert used_rows == fresh.lesions[: fresh.n_lesions].tobytes()


MECHANISMS = {
    "progression.clone": True,
    "progression.clone_mutation_rate": 1e-7,
    "arrest.niche": True,
    "dormancy.inhibition": True,
    "dormancy.immune_balance": True,
}


@pytest.mark.parametrize("changes", [{}, MECHANISMS], ids=["as it is", "every mechanism"])
def test_pure_python_lives_the_same_lives(changes: dict[str, object]) -> None:
    asked = {"changes": changes, "n": 12, "seed": 1889, "horizon": 10.0 * YEAR}
    done = subprocess.run(
        [sys.executable, "-m", "tests.properties.jit_free", json.dumps(asked)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    slow = json.loads(done.stdout)
    lived = lives(changes, 12, 1889, horizon=10.0 * YEAR)
    for table, fast in (("persons", lived.persons), ("lesions", lived.lesions)):
        for name, column in values(fast).items():
            np.testing.assert_allclose(
                slow[table][name], column, rtol=1e-9, atol=1e-12, err_msg=f"{table}.{name}"
            )
