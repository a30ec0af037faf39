"""Dated events that change how factions stand to each other."""

from __future__ import annotations

from sim.state.setting import Setting
from sim.state.state import State


def apply_events(state: State, setting: Setting) -> None:
    """Apply the changes of stance whose day has come."""
    for day, a, b, stance in setting.stance_events:
        if day == state.day:
            state.stance[:, a, b] = stance
            state.stance[:, b, a] = stance
