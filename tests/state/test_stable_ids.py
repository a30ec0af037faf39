"""Ids follow names: the same everywhere, and different for different names."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.state import stable_ids as module
from sim.state.stable_ids import IdCollisionError, stable_id, stable_ids

names = st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=20)


def test_ids_are_the_same_on_every_machine_and_in_every_version():
    assert stable_id("unit", "north/01") == 14638778209888369611
    assert stable_id("place", "Ghuwayran East") == 17835838079533058861


@given(names)
def test_ids_follow_the_name_and_not_the_order(words):
    ids = stable_ids("place", words)
    assert ids.dtype == np.uint64
    assert ids.tolist() == [stable_id("place", word) for word in words]
    assert stable_ids("place", words[::-1]).tolist() == ids.tolist()[::-1]
    assert len(set(ids.tolist())) == len(words)


def test_a_place_and_a_unit_of_one_name_do_not_share_an_id():
    assert stable_id("unit", "North") != stable_id("place", "North")


def test_the_same_name_twice_has_one_id():
    assert len(set(stable_ids("unit", ["a", "a"]).tolist())) == 1


def test_two_names_that_share_an_id_are_refused(monkeypatch):
    monkeypatch.setattr(module, "stable_id", lambda prefix, name: 5)
    with pytest.raises(IdCollisionError, match=r"unit names 'a' and 'b' share an id"):
        stable_ids("unit", ["a", "b"])


def test_no_names_have_no_ids():
    assert stable_ids("unit", []).shape == (0,)
