"""The closed lists of words that scenario tables may use, apart from those of the map."""

from __future__ import annotations

from typing import Final

KIND_CLASSES: Final = ("army", "militia", "ypg", "islamic_state")
"""Values of `decides`: which commander of `sim.forces` decides for a kind of unit."""

STANCES: Final = ("hostile", "neutral", "allied")
"""How two factions stand to each other; pairs that no row names are neutral."""

PRIORS: Final = ("fixed", "uniform", "log_uniform")
"""What is believed of a parameter before a fit."""

EVENT_FIELDS: Final = {
    "stance": ("a", "b", "stance"),
    "withdraw": ("a", "places"),
    "close_route": ("places",),
    "open_route": ("places",),
    "air_factor": ("a", "value"),
    "policy": ("a", "value"),
}
"""Fields that each kind of event must have; it has no other but those of EVENT_OPTIONS."""

EVENT_OPTIONS: Final = {"policy": ("factions",)}
"""Fields that a kind of event may have besides."""

EVENT_KINDS: Final = tuple(EVENT_FIELDS)
"""Dated events that a scenario may prescribe."""

POLICIES: Final = ("access_agreement", "truce")
"""What an event of the kind `policy` may start or end."""

SUPPLY_KINDS: Final = ("depot", "crossing", "oil")
"""What a row of supply.csv is: a place that issues goods, or one that brings income."""

WHEN: Final = ("always", "joined")
"""When a reinforcement stream runs: always, or once its kind has joined the fight."""

WITHOUT_PRIOR: Final = (
    "air.target_reach_km",
    "combat.contact_reach_km",
    "combat.reference_strength",
)
"""Parameters with one value for all replicates, since they shape the map or set a unit."""

ANY_KIND: Final = "any_kind"
"""Group of the parameters that each kind of unit may override: `any_kind.x`, then `army.x`."""

RESERVED_NAMES: Final = frozenset({ANY_KIND, "scenario", "none"})
"""Names that no faction or kind may take, because they mean something else."""
