"""What is said in the page where something cannot be shown, or should be read with it."""

from __future__ import annotations

import solara

from sim.app.links import LinkFault
from sim.app.view import first_scenario
from sim.app.worker_process import WorkerDiedError
from sim.scenario import ScenarioError
from sim.scenario.faults import printable

MOST_CHARACTERS = 400
"""Of what an exception says; a page has no room for more."""


def sentence_of(fault: Exception) -> str:
    """Return why something could not be simulated, in one sentence."""
    if isinstance(fault, ScenarioError) and fault.faults:
        return str(fault.faults[0])
    if isinstance(fault, WorkerDiedError):
        return "This could not be simulated: the process that was at it died twice."
    said = printable(" ".join(str(fault).split()), MOST_CHARACTERS)
    if isinstance(fault, ValueError) and said:
        return said if said.endswith(".") else f"{said}."
    about = f"{type(fault).__name__}: {said}" if said else type(fault).__name__
    return f"This could not be simulated ({about})."


@solara.component
def LinkMessage(fault: LinkFault | None) -> None:
    """Say what is wrong with the address, a sentence each."""
    if fault is None:
        return
    with solara.Div(classes=["khabur-messages"]):
        for sentence in fault.sentences:
            solara.Error(f"This link cannot be shown. {sentence}", dense=True)
        solara.Text(f"Below is {first_scenario()} as it ships.", classes=["khabur-soft-text"])


@solara.component
def Sentences(faults: tuple[str, ...], notes: tuple[str, ...] = ()) -> None:
    """Say why something is not shown, and what should be read about what is; each once."""
    for sentence in dict.fromkeys(filter(None, faults)):
        solara.Error(sentence, dense=True)
    for sentence in dict.fromkeys(filter(None, notes)):
        solara.Warning(sentence, dense=True)
