"""Counts found by sequential search, for many elements at once, in blocks of them.

Small means are found by adding terms of the law, from P(0) on, until their sum reaches the uniform
(:mod:`sim.state.binomial` says for which laws and why).
"""

import numpy as np
import numpy.typing as npt

from sim.state.elementary import FloatArray
from sim.state.picking import indices

IntArray = npt.NDArray[np.int64]
_Searching = tuple[npt.NDArray, ...]  # index, term, total, u, a, b

BLOCK = 8192  # elements handled together, so that the temporaries stay in the processor's cache
_FEW = 512  # a block with fewer still searching leaves them to be pooled with other blocks' rest
_HANDFUL = 48  # so few elements are better served by many terms at once
_TERMS_OF_HANDFUL = 24
_UNROLLED = 4  # terms added between two compactions of the active set
HIGHEST_UNIFORM = 1.0 - 2.0**-40  # rounding of the summed terms stays well below 2**-40
_MOST_TERMS = 20_000  # far beyond any search below; keeps a NaN from looping forever


class Search:
    """Finds the first k at which the sum of ``P(k) = P(k-1) * (a + b/k)`` reaches a uniform.

    Terms are added four at a time to all elements still searching, and those that have ended are
    squeezed out. Once an element has ended it never counts again, so its result does not depend on
    when it is squeezed out, and thus not on the other elements.
    """

    def __init__(self, result: IntArray) -> None:
        self.result = result
        self._rest: dict[int, list[_Searching]] = {}  # by terms already added

    def add_some(
        self,
        index: npt.NDArray[np.intp],
        u: FloatArray,
        none: FloatArray,
        a: FloatArray,
        b: FloatArray,
    ) -> None:
        """Search for elements ``index`` of the result, if ``u`` is above ``none``, P(0)."""
        u = np.minimum(u, HIGHEST_UNIFORM)
        keep = indices(u > none)
        self.add(index.take(keep), u.take(keep), none.take(keep), a.take(keep), b.take(keep))

    def add(
        self,
        index: npt.NDArray[np.intp],
        u: FloatArray,
        none: FloatArray,
        a: FloatArray,
        b: FloatArray,
    ) -> None:
        """Search for elements ``index``, whose ``u`` is above ``none``; changes ``none``."""
        state: _Searching = (index, none, none.copy(), u, a, b)
        terms = 0
        while state[0].size >= _FEW:
            state = self._advance(state, terms)
            terms += _UNROLLED
        if state[0].size:
            self._rest.setdefault(terms, []).append(state)

    def finish(self) -> None:
        """End the searches that blocks left behind, joining those that have come equally far."""
        while self._rest and min(self._rest) < _MOST_TERMS:
            terms = min(self._rest)
            states = self._rest.pop(terms)
            for block in blocks_of(states):
                if block[0].size <= _HANDFUL:
                    state, added = self._advance_handful(block, terms), _TERMS_OF_HANDFUL
                else:
                    state, added = self._advance(block, terms), _UNROLLED
                if state[0].size:
                    self._rest.setdefault(terms + added, []).append(state)

    def _advance_handful(self, state: _Searching, terms: int) -> _Searching:
        """Do as :meth:`_advance` with many terms at once: fewer calls, for few elements.

        ``accumulate`` multiplies and adds one after another, so the bits are the same.
        """
        index, term, total, u, a, b = state
        width = _TERMS_OF_HANDFUL + 1
        product = np.empty((term.size, width))
        product[:, 0] = term
        inverse = 1.0 / np.arange(terms + 1, terms + width)
        np.multiply(b[:, None], inverse, out=product[:, 1:])
        product[:, 1:] += a[:, None]
        np.multiply.accumulate(product, axis=1, out=product)
        last_term = product[:, -1].copy()
        product[:, 0] = total
        np.add.accumulate(product, axis=1, out=product)
        reached = u[:, None] <= product[:, 1:]
        first = reached.argmax(axis=1)
        found = reached[np.arange(term.size), first]
        self.result[index] = np.where(found, first + 1, _TERMS_OF_HANDFUL) + np.int64(terms)
        keep = indices(~found)
        return tuple(x.take(keep) for x in (index, last_term, product[:, -1], u, a, b))

    def _advance(self, state: _Searching, terms: int) -> _Searching:
        """Add the next terms, write where each element stands, return those that search on."""
        index, term, total, u, a, b = state
        ratio = np.empty_like(term)
        above = np.empty(term.size, dtype=np.bool_)
        steps = np.ones(term.size, dtype=np.int8)
        for k in range(terms + 1, terms + 1 + _UNROLLED):
            np.multiply(b, 1.0 / k, out=ratio)
            np.add(ratio, a, out=ratio)
            np.multiply(term, ratio, out=term)
            np.add(total, term, out=total)
            # Terms are not negative: an element that has ended is not above its total again.
            np.greater(u, total, out=above)
            np.add(steps, above.view(np.int8), out=steps)
        steps -= above.view(np.int8)
        self.result[index] = steps + np.int64(terms)
        keep = indices(above)
        return (
            index.take(keep),
            term.take(keep),
            total.take(keep),
            u.take(keep),
            a.take(keep),
            b.take(keep),
        )


def blocks_of(parts: list[tuple[npt.NDArray, ...]]) -> list[tuple[npt.NDArray, ...]]:
    """Join tuples of arrays one after another, and cut them into blocks."""
    if len(parts) == 1 and parts[0][0].size <= BLOCK:
        return parts
    joined = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
    starts = range(0, joined[0].size, BLOCK)
    return [tuple(array[start : start + BLOCK] for array in joined) for start in starts]
