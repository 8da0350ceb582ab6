"""Mathematics that knows no biology, compiled by numba.

Random numbers by counter, special functions, quadrature and root finding, on plain floats and
arrays. Nothing in here knows a unit, a data frame or a biological word; all above may use it.
"""
