"""The random streams of a calibration, registered with those of the simulation.

Importing this module registers them. A stream is drawn from with :class:`sim.state.streams.Streams`
and the ids of targets or parameters, so that the luck of a target does not change when another
target is added or left out.
"""

from __future__ import annotations

from sim.state import streams

COMPLETENESS_STREAM = "calibration.completeness"
DETECTION_STREAM = "calibration.detection"
NOISE_STREAM = "calibration.noise"
CONTAMINATION_STREAM = "calibration.contamination"
CONTAMINATED_STREAM = "calibration.contaminated"
ERROR_STREAM = "calibration.error"
RESAMPLE_STREAM = "calibration.resample"
DATA_SETS_STREAM = "calibration.data_sets"
BOOTSTRAP_STREAM = "calibration.bootstrap"

CALIBRATION_PURPOSES: dict[str, str] = {
    COMPLETENESS_STREAM: "the share of what happened that an article's counts hold",
    DETECTION_STREAM: "the share of what happened that a count of its own detection holds",
    NOISE_STREAM: "noise of a reported count, date or length",
    CONTAMINATION_STREAM: "whether a report is about something else",
    CONTAMINATED_STREAM: "what a report says that is about something else",
    ERROR_STREAM: "whether a category, truth value or order is reported wrongly, and as what",
    RESAMPLE_STREAM: "which vectors stand for the posterior",
    DATA_SETS_STREAM: "which vectors make the synthetic data sets",
    BOOTSTRAP_STREAM: "which rows a bootstrap takes anew",
}


def register_streams() -> None:
    """Register every stream of :data:`CALIBRATION_PURPOSES`; again is allowed.

    Raises
    ------
    StreamError
        If one of the names is already in use for another purpose.
    """
    for name, purpose in CALIBRATION_PURPOSES.items():
        if streams.PURPOSES.get(name) != purpose:
            streams.register(name, purpose)


register_streams()
