"""The streams of a calibration are registered once, however often they are imported."""

import importlib

import numpy as np
import pytest

from calibration import streams
from sim.state.stable_ids import stable_ids
from sim.state.streams import PURPOSES, StreamError, Streams


def test_importing_again_is_no_fault():
    importlib.reload(streams)
    assert PURPOSES.items() >= streams.CALIBRATION_PURPOSES.items()


def test_each_stream_has_luck_of_its_own():
    ids = stable_ids("target", ["a"])
    luck = Streams(1, np.arange(5))
    drawn = [tuple(luck.uniform(name, 0, ids)[:, 0]) for name in streams.CALIBRATION_PURPOSES]
    assert len(set(drawn)) == len(drawn)


def test_a_name_in_use_for_another_purpose_is_refused(monkeypatch):
    monkeypatch.setitem(PURPOSES, streams.NOISE_STREAM, "something else")
    with pytest.raises(StreamError, match="something else"):
        streams.register_streams()
