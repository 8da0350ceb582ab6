"""Philox 4x32-10: published vectors, a plain twin, and the laws of what is drawn from it."""

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from paget.kernels import philox
from paget.kernels.jit import jit
from tests.statistics import Floats, assert_cdf, assert_mean, needed_for_cdf, needed_for_mean

WORD = st.integers(0, 2**32 - 1)
KEY = st.integers(0, 2**64 - 1)
DETECT = 0.01
N = needed_for_cdf(detect=DETECT)

# Counter, key (low word first) and output from the file kat_vectors of Random123.
KNOWN_ANSWERS = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip


def u64(value: int) -> int:
    """Return an unsigned word of 64 bits, as keys of 2^63 and more must be passed."""
    return cast("int", np.uint64(value))


SEED = u64(1889)


def words(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


def plain_philox(key: int, x: list[int], rounds: int = 10) -> list[int]:
    """Compute a block with Python's unbounded integers: the slow twin."""
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for r in range(rounds):
        p0, p1 = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        b0 = (k0 + r * 0x9E3779B9) & 0xFFFFFFFF
        b1 = (k1 + r * 0xBB67AE85) & 0xFFFFFFFF
        x = [p1 >> 32 ^ x[1] ^ b0, p1 & 0xFFFFFFFF, p0 >> 32 ^ x[3] ^ b1, p0 & 0xFFFFFFFF]
    return x


def block(key: int, counter: list[int]) -> list[int]:
    c0, c1, c2, c3 = counter
    return [int(word) for word in philox.philox4x32(u64(key), c0, c1, c2, c3)]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_published_vectors(counter: str, key: str, answer: str) -> None:
    low, high = words(key)
    assert block(high << 32 | low, words(counter)) == words(answer)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_nine_rounds_do_not_give_them(counter: str, key: str, answer: str) -> None:
    low, high = words(key)
    assert plain_philox(high << 32 | low, words(counter), rounds=9) != words(answer)


@given(KEY, st.tuples(WORD, WORD, WORD, WORD))
def test_twin_agrees(key: int, counter: tuple[int, int, int, int]) -> None:
    assert block(key, list(counter)) == plain_philox(key, list(counter))


def test_words_are_of_32_bits() -> None:
    plain = getattr(philox.philox4x32, "py_func", philox.philox4x32)
    assert {type(word) for word in plain(SEED, 1, 2, 3, 4)} == {np.uint32}


@given(st.integers(0, 2**8 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**56 - 1), WORD)
def test_counter_keeps_every_field(stream: int, patient: int, entity: int, index: int) -> None:
    c0, c1, c2, c3 = (int(c) for c in philox.counter(stream, patient, entity, index))
    assert max(c0, c1, c2, c3) < 2**32
    assert (c0 & 0xFF, c1, (c0 >> 8) << 32 | c2, c3) == (stream, patient, entity, index)


def test_a_field_never_reaches_into_another() -> None:
    wide = philox.counter(2**8 + 3, 2**32 + 5, 2**56 + 7, 2**32 + 9)
    assert wide == philox.counter(3, 5, 7, 9)


def test_any_integer_type_names_the_same_draw() -> None:
    kinds: list[Any] = [int, np.int64, np.uint64, np.int32, np.uint32]
    draws = {
        philox.uniform(key(1889), kind(3), kind(7), kind(11), kind(2))
        for key in kinds[:3]
        for kind in kinds
    }
    assert len(draws) == 1


def test_uniforms_stay_inside_the_open_interval() -> None:
    most = u64(0xFFFFFFFF)
    zero = u64(0)
    assert philox._open_unit(zero, zero) == 2.0**-53
    assert philox._open_unit(most, most) == 1.0 - 2.0**-53


@given(KEY, WORD)
def test_uniform_is_the_first_of_the_pair(key: int, index: int) -> None:
    pair = philox.uniforms(u64(key), *philox.counter(1, 2, 3, index))
    assert philox.uniform(u64(key), 1, 2, 3, index) == pair[0]


# ------------------------------------------------------------------------------ distributions

Sampler = Callable[[int, Floats, Floats], None]


@jit
def _fill_uniforms(key: int, first: Floats, second: Floats) -> None:
    for i in range(first.size):
        c0, c1, c2, c3 = philox.counter(1, 2, 3, i)
        first[i], second[i] = philox.uniforms(key, c0, c1, c2, c3)


@jit
def _fill_normals(key: int, first: Floats, second: Floats) -> None:
    for i in range(first.size):
        first[i], second[i] = philox.normals(key, 1, i, 3, 0)


@jit
def _fill_exponentials(key: int, first: Floats, second: Floats) -> None:
    for i in range(first.size):
        first[i] = philox.exponential(key, 1, 2, i, 0)
        second[i] = philox.exponential(key, 2, 2, i, 0)


@jit
def _fill_hashes(key: int, first: Floats, second: Floats) -> None:
    """Hash siblings into the first array, a line of descent into the second."""
    entity = philox.mix56(key, 0)
    for i in range(first.size):
        first[i] = philox.mix56(key, i) / 2.0**56
        entity = philox.mix56(entity, 1)
        second[i] = entity / 2.0**56


@jit
def _fill_sum_of_uniforms(key: int, first: Floats, second: Floats) -> None:
    """Saboteur: a mean of three uniforms, which is not uniform, and whose pair is its own copy."""
    for i in range(first.size):
        first[i] = (
            philox.uniform(key, 1, 2, 3, i)
            + philox.uniform(key, 2, 2, 3, i)
            + philox.uniform(key, 3, 2, 3, i)
        ) / 3.0
        second[i] = first[i]


@jit
def _fill_slightly_wrong_normals(key: int, first: Floats, second: Floats) -> None:
    """Saboteur: a normal law with a standard deviation of 1.05."""
    for i in range(first.size):
        a, b = philox.normals(key, 1, i, 3, 0)
        first[i] = 1.05 * a
        second[i] = 1.05 * b


def uniform_cdf(x: Floats) -> Floats:
    return np.clip(x, 0.0, 1.0)


def exponential_cdf(x: Floats) -> Floats:
    return -np.expm1(-x)


def normal_cdf(x: Floats) -> Floats:
    return special.ndtr(x)


def sample(sampler: Sampler, n: int = N) -> tuple[Floats, Floats]:
    first, second = np.empty(n), np.empty(n)
    sampler(SEED, first, second)
    return first, second


LAWS = [
    (_fill_uniforms, uniform_cdf),
    (_fill_normals, normal_cdf),
    (_fill_exponentials, exponential_cdf),
    (_fill_hashes, uniform_cdf),
]
SABOTEURS = [
    (_fill_sum_of_uniforms, uniform_cdf),
    (_fill_slightly_wrong_normals, normal_cdf),
    (_fill_exponentials, normal_cdf),
]


@pytest.mark.parametrize(("sampler", "cdf"), LAWS)
def test_law(sampler: Sampler, cdf: Callable[[Floats], Floats]) -> None:
    first, second = sample(sampler)
    assert_cdf(first, cdf, detect=DETECT)
    assert_cdf(second, cdf, detect=DETECT)


@pytest.mark.parametrize(("sampler", "cdf"), SABOTEURS)
def test_saboteur_of_law_fails(sampler: Sampler, cdf: Callable[[Floats], Floats]) -> None:
    with pytest.raises(AssertionError):
        assert_cdf(sample(sampler)[0], cdf, detect=DETECT)


def check_independent(first: Floats, second: Floats, cdf: Callable[[Floats], Floats]) -> None:
    """Check that ranks of pairs do not go together: their product has mean 0, deviation 1/12."""
    product = (cdf(first) - 0.5) * (cdf(second) - 0.5)
    assert_mean(product, 0.0, detect=0.02 / 12.0)


N_PAIRS = int(1.05 * needed_for_mean(1.0 / 12.0, detect=0.02 / 12.0))


@pytest.mark.parametrize(("sampler", "cdf"), LAWS)
def test_pairs_and_neighbours_are_independent(
    sampler: Sampler, cdf: Callable[[Floats], Floats]
) -> None:
    first, second = sample(sampler, 2 * N_PAIRS)
    check_independent(first, second, cdf)
    check_independent(first[0::2], first[1::2], cdf)


def test_saboteur_of_independence_fails() -> None:
    first, second = sample(_fill_sum_of_uniforms, 2 * N_PAIRS)
    with pytest.raises(AssertionError):
        check_independent(first, second, uniform_cdf)


# ------------------------------------------------------------------------------------ hashes


def test_hashes_of_a_family_differ_and_fit_56_bits() -> None:
    family = {int(philox.mix56(a, b)) for a in range(300) for b in range(300)}
    assert len(family) == 300 * 300
    assert max(family) < 2**56


@given(KEY, KEY)
def test_hash_uses_all_bits_of_both(a: int, b: int) -> None:
    here = philox.mix56(u64(a), u64(b))
    for bit in (0, 31, 32, 55, 63):
        other = u64(a ^ 1 << bit)
        assert philox.mix56(other, u64(b)) != here
        other = u64(b ^ 1 << bit)
        assert philox.mix56(u64(a), other) != here


@given(KEY)
def test_a_row_holds_the_numbers_that_come_one_by_one(key: int) -> None:
    indices, row = np.array([0, 7, 3, 1 << 31, 9]), np.zeros(4)
    philox.uniform_row(u64(key), 30, 5, 2**55 + 9, indices, row)  # as many as there is room for
    one_by_one = [philox.uniform(u64(key), 30, 5, 2**55 + 9, int(k)) for k in indices[:4]]
    assert row.tolist() == one_by_one


def test_exponential_is_the_logarithm_of_the_uniform() -> None:
    u = philox.uniform(1889, 1, 2, 3, 4)
    assert philox.exponential(1889, 1, 2, 3, 4) == pytest.approx(-math.log(u), rel=1e-15)
