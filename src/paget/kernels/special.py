"""Special functions of floats: the exponential integral and its inverse, gamma and normal laws.

The exponential integral and its inverse are at the heart of every seeding hazard and are called
millions of times a second, so they are ratios of two polynomials on a few intervals. Recipe: the
ratio P(x)/Q(x) that equals f at the N = m + n + 1 Chebyshev nodes
``(a + b) / 2 + (b - a) / 2 * cos(pi (2 i + 1) / (2 N))`` of [a, b], with P of degree m, Q of degree
n and Q(0) = 1; the linear equations ``P(x_i) - f(x_i) Q(x_i) = 0`` solved with 60 digits by mpmath
(f from ``mpmath.e1``, its inverse by Newton steps), rounded to double:

=================  ===================================  ===============  ======  =============
name               f                                    interval         (m, n)  relative error
=================  ===================================  ===============  ======  =============
``_SMALL``         E1(x) + ln x                         [0, 1]           (5, 4)  5e-16 (of E1)
``_MIDDLE``        x e^x E1(x)                          [1, 4]           (7, 7)  2e-15
``_LARGE``         x e^x E1(x), in 1/x                  [1/710, 1/4]     (7, 7)  4e-15
``_INVERSE``       z / u, in 0.451 - u (see below)      [0, 0.451]       (8, 8)  2e-14
``_NEAR_START``    z, in -ln E1(z)                      [1.5, 30]        (5, 5)  6e-6
``_FAR_START``     z, in -ln E1(z)                      [30, 710]        (4, 4)  4e-5
``_NORMAL_TAIL``   x, in t, P(normal > x) = e^(-t^2/2)  [1.1774, 8]      (3, 2)  2e-4 (absolute)
=================  ===================================  ===============  ======  =============

where u = exp(-gamma - E1(z)) and gamma is Euler's constant. In the four fits that set the accuracy
all coefficients but -gamma are positive: nothing cancels. The last three only start an iteration.

Public names: ``expint1``, ``expint1_scaled``, ``expint1_inverse``, ``normal_cdf``, ``gamma_p``,
``gamma_quantile``.
"""

import math

from paget.kernels.jit import jit

EULER = 0.5772156649015329
_EXPINT1_OF_1 = 0.21938393439552029
_U_LARGEST = 0.451  # just above u at z = 1
_LARGE_SHAPE = 10.0  # from which Stirling's series holds
_LOWEST_SPLIT = 1.0 - math.exp(-2.0)  # P(1, 2): P(a, a + 1) falls with a
_MOST_STEPS = 100  # of Newton; fewer than 10 are usual
_EXPINT1_LIMIT = 700.0  # beyond it E1 is called 0: it is below 1e-306

_SMALL_TOP = (
    -0.5772156649015326,
    0.7592992846414481,
    0.12502976034423155,
    0.02033767025391479,
    0.0008133251148642308,
    9.65269823855383e-06,
)
_SMALL_BOTTOM = (
    1.0,
    0.41700308913058515,
    0.0727168913461748,
    0.006382370694828464,
    0.0002425341349615893,
)
_MIDDLE_TOP = (
    0.022882425460159766,
    3.2781006247746847,
    31.711431935173835,
    87.35051042466385,
    92.6177628336504,
    41.89461660355508,
    7.964755008713185,
    0.5125714679417145,
)
_MIDDLE_BOTTOM = (
    1.0,
    17.806486125931347,
    84.39160875233753,
    155.34542000512562,
    128.0828743884994,
    49.3469177168772,
    8.477322607174509,
    0.5125715326659207,
)
_LARGE_TOP = (
    0.9999999999999785,
    29.323714677712356,
    308.1102347035508,
    1449.8028242537546,
    3117.6943424164333,
    2775.1780737485865,
    761.071675742442,
    17.121116505225118,
)
_LARGE_BOTTOM = (
    1.0,
    30.32371467769464,
    336.43394938582355,
    1731.589343707164,
    4334.358119156455,
    5057.189788995185,
    2383.599153226022,
    310.6893255727788,
)
_INVERSE_TOP = (
    2.2191749393383207,
    55.58115538384928,
    532.2762000516933,
    2462.0743205409212,
    5744.882441492172,
    6469.8405236498775,
    3067.493802208405,
    437.086873617018,
    2.939046652978409,
)
_INVERSE_BOTTOM = (
    1.0,
    28.86091492718748,
    328.70125491261564,
    1888.3246208666949,
    5821.514925590272,
    9513.575295066,
    7667.946426141875,
    2599.236708174483,
    252.87342686160997,
)
_NEAR_START_TOP = (
    0.260304042796119,
    0.623438039833051,
    0.5186367933088307,
    0.20708808643424464,
    0.016685095760695268,
    0.0002493671201172901,
)
_NEAR_START_BOTTOM = (
    1.0,
    1.0104667299487227,
    0.2675562219422925,
    0.01800927785105426,
    0.0002507906126880448,
    -2.744491922556881e-09,
)
_FAR_START_TOP = (
    -0.9188031637888108,
    0.7269216448642433,
    0.06836957078653227,
    0.0005805042574099928,
    7.070895030108365e-07,
)
_FAR_START_BOTTOM = (
    1.0,
    0.07172400260508519,
    0.0005860493097611148,
    7.073800673515263e-07,
    -3.537622964029638e-14,
)
_NORMAL_TAIL_TOP = (
    -2.681092901152913,
    -0.7306108556894891,
    1.9773613408474044,
    0.49055922164437304,
)
_NORMAL_TAIL_BOTTOM = (
    1.0,
    2.0115058886447224,
    0.4899531877489254,
)


@jit
def _ratio(top: tuple[float, ...], bottom: tuple[float, ...], x: float) -> float:
    """Return the ratio of two polynomials, coefficients from the constant upwards."""
    numerator = 0.0
    for i in range(len(top) - 1, -1, -1):
        numerator = numerator * x + top[i]
    denominator = 0.0
    for i in range(len(bottom) - 1, -1, -1):
        denominator = denominator * x + bottom[i]
    return numerator / denominator


@jit
def _x_expint1_scaled(x: float) -> float:
    """Return x e^x E1(x) for x >= 1: it rises from 0.6 to 1."""
    if x < 4.0:
        return _ratio(_MIDDLE_TOP, _MIDDLE_BOTTOM, x)
    return _ratio(_LARGE_TOP, _LARGE_BOTTOM, 1.0 / x)


@jit
def expint1(x: float) -> float:
    """Return E1(x), the integral of e^-t / t from x to infinity.

    Relative error below 1e-13 for 1e-300 < x < 700; 0 beyond; infinity at 0 and below.
    """
    if x < 1.0:
        if x <= 0.0:
            return math.inf
        return _ratio(_SMALL_TOP, _SMALL_BOTTOM, x) - math.log(x)
    if x > _EXPINT1_LIMIT:
        return 0.0
    return math.exp(-x) / x * _x_expint1_scaled(x)


@jit
def expint1_scaled(x: float) -> float:
    """Return e^x E1(x), which does not underflow: about 1/x for large x."""
    if x < 1.0:
        return math.exp(x) * expint1(x)
    return _x_expint1_scaled(x) / x


@jit
def expint1_inverse(y: float) -> float:
    """Return z with E1(z) = y, relative error below 1e-12 for 1e-300 < y < 700.

    Infinity at y = 0 and below. For small y one step of Halley on -ln E1(z), whose second
    derivative is small, brings the start to full accuracy.
    """
    if y > _EXPINT1_OF_1:
        u = math.exp(-EULER - y)
        return u * _ratio(_INVERSE_TOP, _INVERSE_BOTTOM, _U_LARGEST - u)
    if y <= 0.0:
        return math.inf
    target = -math.log(y)
    if target < 30.0:
        z = _ratio(_NEAR_START_TOP, _NEAR_START_BOTTOM, target)
    else:
        z = _ratio(_FAR_START_TOP, _FAR_START_BOTTOM, target)
    z = max(z, 1.0)
    scaled = _x_expint1_scaled(z)
    newton = (z - math.log(scaled / z) - target) * scaled
    bend = (1.0 - scaled / z - scaled) / scaled
    return z - newton / (1.0 - 0.5 * newton * bend)


@jit
def normal_cdf(x: float) -> float:
    """Return the probability that a standard normal number is below x; accurate in both tails."""
    return 0.5 * math.erfc(-x * math.sqrt(0.5))


@jit
def _log_excess(x: float, a: float) -> float:
    """Return r - 1 - ln r for r = x/a, accurate near r = 1 where the terms cancel."""
    d = (x - a) / a
    if abs(d) > 0.4:
        return d - math.log(x / a)
    # ln(1 + d) = 2 atanh(h) with h = d / (2 + d): the leading terms are taken out by hand.
    h = d / (2.0 + d)
    h_squared = h * h
    power = h * h_squared
    total = 0.0
    k = 3.0
    while abs(power) > 1e-18 * abs(h * d):
        total += power / k
        power *= h_squared
        k += 2.0
    return d * h - 2.0 * total


@jit
def _log_gamma_power(a: float, x: float, log_gamma: float) -> float:
    """Return ln(x^a e^-x / Gamma(a + 1)), without the cancellation of large logarithms.

    ``log_gamma`` is ln Gamma(a + 1), which small shapes need.
    """
    if a < _LARGE_SHAPE:
        return a * math.log(x) - x - log_gamma
    b = 1.0 / (a * a)
    stirling = (1.0 / 12.0 - b * (1.0 / 360.0 - b * (1.0 / 1260.0 - b / 1680.0))) / a
    return -a * _log_excess(x, a) - stirling - 0.5 * math.log(2.0 * math.pi * a)


@jit
def _gamma_series(a: float, x: float) -> float:
    """Return the sum over n of x^n / ((a + 1) ... (a + n)): P(a, x) is the power times it."""
    term = 1.0
    total = 1.0
    denominator = a
    while term > 1e-16 * total:
        denominator += 1.0
        term *= x / denominator
        total += term
    return total


@jit
def _gamma_fraction(a: float, x: float) -> float:
    """Return 1/(x+1-a - 1(1-a)/(x+3-a - 2(2-a)/...)), for x > a: Q is a times the power times it.

    By Lentz's method: c and d follow numerator and denominator of the convergents.
    """
    b = x + 1.0 - a
    c = math.inf
    d = 1.0 / b
    total = d
    change = 0.0
    i = 0.0
    while abs(change - 1.0) > 1e-14:
        i += 1.0
        step = i * (a - i)
        b += 2.0
        d = 1.0 / (b + step * d)
        c = b + step / c
        change = c * d
        total *= change
    return total


@jit
def gamma_p(a: float, x: float) -> float:
    """Return the probability that a gamma number of shape a and scale 1 is below x.

    Relative error below 1e-10 for shapes from 1e-3 to 1e6; the work grows as the root of a.
    """
    if x <= 0.0:
        return 0.0
    if x == math.inf:
        return 1.0
    power = math.exp(_log_gamma_power(a, x, math.lgamma(a + 1.0)))
    if x < a + 1.0:
        return min(power * _gamma_series(a, x), 1.0)
    return 1.0 - min(a * power * _gamma_fraction(a, x), 1.0)


@jit
def _gamma_guess(u: float, a: float) -> float:
    """Return roughly the u-quantile of a gamma number of shape a >= 1 (Wilson and Hilferty)."""
    t = math.sqrt(-2.0 * math.log(min(u, 1.0 - u)))
    z = _ratio(_NORMAL_TAIL_TOP, _NORMAL_TAIL_BOTTOM, t)
    if u < 0.5:
        z = -z
    root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * math.sqrt(a))
    return a * max(root, 0.0) ** 3


@jit
def _gamma_quantile_left(u: float, a: float, guess: float) -> float:
    """Return the quantile where it is below a + 1.

    Newton on ln P against ln x, which rises and is concave: from the second step on, the
    approach is from below and cannot pass the root. Without a guess P < x^a / Gamma(a + 1) gives a
    bound from below.
    """
    log_u, log_gamma = math.log(u), math.lgamma(a + 1.0)
    x = min(guess, a + 1.0) if guess > 0.0 else math.exp((log_u + log_gamma) / a)
    for _ in range(_MOST_STEPS):
        if x <= 0.0:  # the quantile is below the smallest float
            return 0.0
        series = _gamma_series(a, x)
        step = (log_u - _log_gamma_power(a, x, log_gamma) - math.log(series)) * series / a
        x *= math.exp(step)
        if abs(step) < 1e-8:
            break
    return x


@jit
def _gamma_quantile_right(u: float, a: float, guess: float) -> float:
    """Return the quantile where it is above a + 1.

    Newton on ln Q against x, which is concave for a > 1 and convex for a < 1: from a + 1, and
    from the guess (used for a >= 1 only), the approach cannot leave the interval.
    """
    log_upper, log_gamma = math.log1p(-u), math.lgamma(a + 1.0)
    x = max(guess, a + 1.0)
    for _ in range(_MOST_STEPS):
        fraction = _gamma_fraction(a, x)
        log_q = _log_gamma_power(a, x, log_gamma) + math.log(a * fraction)
        step = (log_q - log_upper) * x * fraction
        x += step
        if abs(step) < 1e-8 * x:
            break
    return x


@jit
def gamma_quantile(u: float, a: float) -> float:
    """Return x with gamma_p(a, x) = u: the u-quantile of a gamma number of shape a, scale 1.

    Relative error below 1e-10 for shapes from 1e-3 to 1e6; 0 where it is below the smallest float.
    """
    if u <= 0.0:
        return 0.0
    if u >= 1.0:
        return math.inf
    if a >= 1.0:  # near a + 1 either way leads to the quantile, so a guess may decide
        guess = _gamma_guess(u, a)
        if guess < a + 1.0:
            return _gamma_quantile_left(u, a, guess)
        return _gamma_quantile_right(u, a, guess)
    if u < _LOWEST_SPLIT or u < gamma_p(a, a + 1.0):
        return _gamma_quantile_left(u, a, 0.0)
    return _gamma_quantile_right(u, a, 0.0)
