"""Counter-based random numbers: a draw is a pure function of (seed, replicate, day, stream, id).

There is no generator that advances. So a draw does not depend on how many draws came before,
on the other replicates of the batch, or on the order of anything; and two scenarios which differ
in one thing share all other luck (common random numbers).

The mixer is the finaliser of splitmix64 (Steele, Lea and Flood 2014, "Fast splittable
pseudorandom number generators", OOPSLA). Uniforms keep 52 of its bits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.state.stable_ids import stable_id

UInt64 = NDArray[np.uint64]
Float64 = NDArray[np.float64]

_MULTIPLIER_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLIER_2 = np.uint64(0x94D049BB133111EB)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MASK_64 = (1 << 64) - 1

# Every stream of the rules, forces and observers is named here by its purpose. A name that is
# not listed is refused, so that two rules cannot share luck by a slip of the pen.
PURPOSES: dict[str, str] = {
    "air.share": "which request a sortie serves",
    "air.sorties": "how many sorties an air wing flies on a day",
    "air.killed": "fighters killed and wounded by air strikes, by unit",
    "air.noise": "how well the strikes of a day went, by place or unit",
    "air.civilians": "civilians killed by the strikes of a day in a place",
    "air.claims": "whether a sortie is flown for a claim beyond the map",
    "air.found": "whether a headquarters or a workshop is found from the air",
    "air.hit_unit": "fighters killed and wounded by strikes on single units",
    "air.leader": "whether strikes on a headquarters kill its leader",
    "air.target": "which deep or dynamic target a sortie strikes",
    "air.task": "whether a sortie has a deep or dynamic target",
    "bombs.stopped": "bombers stopped before they reach their target",
    "bombs.killed": "people killed by the bombs of a day in a place",
    "bombs.unit": "which units the bombs of a day hit",
    "bombs.built": "car bombs that workshops finish",
    "bombs.children": "children among those who carry bombs",
    "combat.losses": "losses of a unit in an engagement",
    "combat.engagement": "noise that persists over an engagement",
    "combat.day": "noise of a day in an engagement",
    "combat.city": "noise of a day shared by a whole city",
    "casualties.killed": "the dead among a unit's losses",
    "casualties.children": "the children among a unit's dead",
    "casualties.leaders": "the leaders among a unit's dead",
    "casualties.recovered": "wounded whose treatment ends",
    "casualties.invalided": "wounded who do not return",
    "civilians.flight": "rounding of the numbers who flee a place and of where they go",
    "civilians.return": "rounding of the numbers who come home",
    "control.tie": "who takes a place when two captors are equally strong",
    "forces.attempt": "whether a commander looks for a new objective",
    "forces.bombs": "bombers given to an assault",
    "forces.break_out": "whether a surrounded unit tries to break out",
    "forces.draw": "draws that a kind of agent asks for by a name of its own",
    "forces.estimate": "error in what a side believes of the enemy's strength",
    "forces.infiltration": "whether a unit slips into the enemy's rear",
    "forces.target": "where an infiltrator goes",
    "forces.taste": "a commander's taste for an objective",
    "monitor.published": "deaths that the monitor publishes",
    "monitor.seen": "deaths that the monitor's sources see",
    "morale.break": "whether a unit breaks",
    "morale.captured": "fighters captured when a unit gives up",
    "morale.slip_out": "fighters who slip out of a surrounded place",
    "movement.detected": "whether a unit is seen as it slips through a place",
    "parameters.posterior": "which row of a posterior a replicate takes",
    "parameters.prior": "a replicate's draw from the priors",
    "reinforcement.arrivals": "recruits and reinforcements of a day",
    "reinforcement.children": "children among recruits",
    "reinforcement.replacements": "children among those who fill up units",
    "reinforcement.returned": "fighters who come back to the theatre",
    "state_media.claims": "enemy dead that state media claim and publish",
}


class StreamError(KeyError):
    """A stream that is not registered, or two names that share a constant."""


def _stream_constants(names: dict[str, str]) -> dict[str, int]:
    constants: dict[str, int] = {}
    for name in names:
        number = stable_id("stream", name)
        if number in constants.values():
            raise StreamError(f"stream {name!r} has the constant of another stream")
        constants[name] = number
    return constants


_CONSTANTS = _stream_constants(PURPOSES)


def _constant(stream: str) -> int:
    try:
        return _CONSTANTS[stream]
    except KeyError:
        raise StreamError(f"stream {stream!r} is not registered") from None


def register(name: str, purpose: str) -> None:
    """Register a stream of a user's own rule or kind, once, under a name of its own.

    Raises
    ------
    StreamError
        If the name is already in use.
    """
    if name in PURPOSES:
        raise StreamError(f"stream {name!r} is in use: {PURPOSES[name]}")
    PURPOSES[name] = purpose
    _CONSTANTS.update(_stream_constants({name: purpose}))


def mix(values: UInt64) -> UInt64:
    """Scramble 64-bit numbers (a bijection); in place where ``values`` is a fresh array."""
    values = values ^ (values >> np.uint64(30))
    values *= _MULTIPLIER_1
    values ^= values >> np.uint64(27)
    values *= _MULTIPLIER_2
    values ^= values >> np.uint64(31)
    return values


def _to_unit_interval(bits: UInt64) -> Float64:
    # Shift, view as signed and convert: several times as fast as converting uint64 to float64.
    uniform = (bits >> np.uint64(12)).view(np.int64).astype(np.float64)
    uniform += 0.5
    uniform *= 2.0**-52
    return uniform


def _mix_number(number: int) -> int:
    """Scramble one number as :func:`mix` does; plain Python is faster for one."""
    number &= _MASK_64
    number = ((number ^ (number >> 30)) * int(_MULTIPLIER_1)) & _MASK_64
    number = ((number ^ (number >> 27)) * int(_MULTIPLIER_2)) & _MASK_64
    return number ^ (number >> 31)


class Streams:
    """The random numbers of some replicates of one seed.

    Parameters
    ----------
    seed : int
        Any integer; taken modulo 2**64.
    replicates : array_like of int, shape ``[R]``
        Replicate numbers, in any order.
    """

    def __init__(self, seed: int, replicates: ArrayLike) -> None:
        numbers = np.atleast_1d(np.asarray(replicates, dtype=np.int64)).astype(np.uint64)
        seed_key = mix(np.array([seed & _MASK_64], dtype=np.uint64) + _GOLDEN)
        self._key: UInt64 = mix(seed_key ^ mix(numbers + _GOLDEN))
        # The last day of each stream: several rules draw from one stream on a day.
        self._day_keys: dict[str, tuple[int, UInt64]] = {}

    def _day_key(self, stream: str, day: int) -> UInt64:
        last, key = self._day_keys.get(stream, (None, None))
        if key is None or last != day:
            constant = _constant(stream)
            key = mix(self._key ^ np.uint64(_mix_number(constant + day * int(_GOLDEN))))
            self._day_keys[stream] = day, key
        return key

    def uniform(self, stream: str, day: int, ids: UInt64) -> Float64:
        """Draw one number in (0, 1) for each replicate and id.

        Parameters
        ----------
        stream : str
            A name in :data:`PURPOSES`.
        day : int
            Day index of the run.
        ids : uint64 array, shape ``[n]``
            Stable ids of units, places or whatever the draw belongs to.

        Returns
        -------
        float64 array, shape ``[R, n]``
        """
        return _to_unit_interval(mix(self._day_key(stream, day)[:, None] ^ ids[None, :]))

    def uniform_at(self, stream: str, day: int, rows: NDArray[np.int64], ids: UInt64) -> Float64:
        """Draw for chosen (replicate row, id) pairs only; the same numbers as :meth:`uniform`.

        Parameters
        ----------
        rows, ids : int64 and uint64 arrays, shape ``[n]``
            Row of the batch and id of each draw.

        Returns
        -------
        float64 array, shape ``[n]``
        """
        return _to_unit_interval(mix(self._day_key(stream, day).take(rows) ^ ids))

    def uniform_on_at(
        self, stream: str, days: NDArray[np.int64], rows: NDArray[np.int64], ids: UInt64
    ) -> Float64:
        """Draw as :meth:`uniform_at` does, with a day for each draw; all of shape ``[n]``.

        It serves noise that persists: drawn for the day on which an engagement began, it is the
        same on every day of that engagement and need not be stored.
        """
        constant = np.uint64(_constant(stream))
        mixed = mix(constant + days.astype(np.uint64) * _GOLDEN)
        return _to_unit_interval(mix(mix(self._key.take(rows) ^ mixed) ^ ids))
