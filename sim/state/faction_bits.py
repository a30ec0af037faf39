"""Which factions are in a place, as the bits of one number: bit f stands for faction f.

One byte for a place instead of an array with an axis of factions, so that what holds in the places
beside it is a few operations on small arrays. There is room for 64 factions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import indices
from sim.state.state import State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]
Bits = NDArray[np.unsignedinteger]


def as_bits(mask: Bool) -> Bits:
    """Return ``mask[R, F, N]`` as bits, the smallest unsigned type with F of them, ``[R, N]``."""
    factions = mask.shape[1]
    kind = np.min_scalar_type(2**factions - 1)
    bits = np.zeros((mask.shape[0], mask.shape[2]), dtype=kind)
    for faction in range(factions):
        bits |= mask[:, faction].astype(kind) << kind.type(faction)
    return bits


def hostile_bits(state: State) -> Bits:
    """Return the factions that are hostile to each faction, ``[R, F]``."""
    return as_bits(state.stance < 0)


def allied_bits(state: State) -> Bits:
    """Return each faction and its allies, ``[R, F]``."""
    return as_bits(state.stance > 0)


def meets(bits: Bits, others: Bits) -> Bool:
    """Return bool ``[R, F, P]``: is one of a faction's ``others[R, F]`` in ``bits[R, P]``."""
    return (bits[:, None, :] & others[:, :, None]) != 0


def of_controller(state: State, related: Bits) -> Bits:
    """Return the factions that are related to the one that holds each place, ``[R, P]``.

    ``related[R, F]`` are those hostile or allied to each faction; relations go both ways. A place
    that nobody holds has none.
    """
    factions = related.shape[1]
    padded = np.zeros((len(related), factions + 1), dtype=related.dtype)
    padded[:, :factions] = related
    first = np.arange(0, padded.size, factions + 1)[:, None]
    holder = np.where(state.controller < 0, factions, state.controller)
    return padded.reshape(-1).take(holder + first)


def any_beside_bits(bits: Bits, slots: Int64) -> Bits:
    """Return the bits of all neighbouring places together, ``[R, P]``.

    Parameters
    ----------
    bits : unsigned array, shape ``[R, P]``
    slots : int64 array, shape ``[P, N]``
        Neighbours of each place, ``P`` where there are no more.
    """
    replicates, places = bits.shape
    # Replicates last: a place's bits in all of them are copied at once.
    padded = np.zeros((places + 1, replicates), dtype=bits.dtype)
    padded[:-1] = bits.T
    beside = np.zeros((places, replicates), dtype=bits.dtype)
    for slot in indices((slots < places).any(axis=0)):
        beside |= padded.take(slots[:, slot], axis=0)
    return np.ascontiguousarray(beside.T)


def sum_of(values: Float64, related: Bool, row: Int64, faction: Int64, place: Int64) -> Float64:
    """Sum values of the factions related to chosen ones, in chosen places.

    Parameters
    ----------
    values : float64 array, shape ``[R, F, P]``
    related : bool array, shape ``[R, F, F]``
    row, faction, place : int64 arrays, shape ``[n]``

    Returns
    -------
    float64 array, shape ``[n]``; added up in the order of the factions.
    """
    factions, places = values.shape[1:]
    cell = row * (factions * places) + place
    relation = (row * factions + faction) * factions
    flat_values, flat_related = values.reshape(-1), related.reshape(-1)
    total: Float64 = np.zeros(len(row))
    for other in range(factions):
        total += flat_values.take(cell + other * places) * flat_related.take(relation + other)
    return total


def cells_of(mask: Bool) -> tuple[Int64, Int64, Int64, Int64]:
    """Return the flat index, row, faction and place of what is true in ``mask[R, F, P]``."""
    factions, places = mask.shape[1:]
    cell = indices(mask)
    line = cell // places
    row = line // factions
    return cell, row, line - row * factions, cell - line * places
