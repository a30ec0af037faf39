"""How large a scenario may be: generous for a theatre, small enough to refuse nonsense at once."""

from __future__ import annotations

from typing import Final

TABLE_BYTES: Final = 10_000_000
TOML_BYTES: Final = 256_000
TOML_LINE_CHARACTERS: Final = 4_000
TABLE_ROWS: Final = 20_000
TABLE_COLUMNS: Final = 100
POSTERIOR_COLUMNS: Final = 1_000
CELL_CHARACTERS: Final = 2_000
NAME_CHARACTERS: Final = 80
KEY_CHARACTERS: Final = 60
PLACES: Final = 2_000
UNITS: Final = 5_000
FACTIONS: Final = 32
KINDS: Final = 64
DAYS: Final = 3_660
BASES: Final = 8
"""Most overlays that may lie on each other."""

SUGGESTIONS: Final = 100
"""Most names for which the nearest allowed one is looked up: the search is slow."""
