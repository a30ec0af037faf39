"""Elementary functions that give an element the same bits wherever it stands.

Numpy may compute ``exp`` of a strided or broadcast operand by another route than that of a
contiguous one, and the two may differ in the last bit. Every function here therefore works on a
contiguous copy, in which an element's value depends on nothing but itself: not on the array's
shape, strides, length, nor on the element's position. The promise that a replicate is the same in
any batch rests on this.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]


def contiguous(x: npt.ArrayLike) -> FloatArray:
    """Return ``x`` as a C-contiguous float64 array, copied only where it is not one."""
    return np.asarray(x, dtype=np.float64, order="C")


def exp(x: npt.ArrayLike) -> FloatArray:
    """Return e to the power ``x``, any shape, as float64; overflow gives infinity, silently."""
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.exp(contiguous(x)))


def expm1(x: npt.ArrayLike) -> FloatArray:
    """Return ``exp(x) - 1`` without loss of precision near zero, any shape, as float64."""
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.expm1(contiguous(x)))


def log(x: npt.ArrayLike) -> FloatArray:
    """Return the natural logarithm, any shape, as float64; zero gives minus infinity, silently."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(contiguous(x)))


def log1p(x: npt.ArrayLike) -> FloatArray:
    """Return ``log(1 + x)`` without loss of precision near zero, any shape, as float64."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log1p(contiguous(x)))


def power(base: npt.ArrayLike, exponent: npt.ArrayLike) -> FloatArray:
    """Return ``base ** exponent`` for ``base >= 0`` as ``exp(exponent * log(base))``.

    Parameters
    ----------
    base, exponent
        Arrays that broadcast together. ``0 ** 0`` is 1, as in numpy; zero to a positive power is
        0 and to a negative power infinity. A negative base gives NaN.
    """
    exponent_ = np.asarray(exponent, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        raised = exp(exponent_ * log(base))
    if np.any(exponent_ == 0.0):
        raised = np.where(exponent_ == 0.0, 1.0, raised)
    return raised


def normal_quantile(u: npt.ArrayLike) -> FloatArray:
    """Return the standard normal quantile of probabilities ``u`` in (0, 1), any shape.

    scipy's ``ndtri`` computes one element after another with scalar code (13 ns each), so it
    needs no more than the contiguous copy. scipy is imported at the first call.
    """
    from scipy.special import ndtri

    return np.asarray(ndtri(contiguous(u)))
