"""What is said in the page where something cannot be shown."""

from __future__ import annotations

import solara

from sim.app.links import LinkFault
from sim.app.view import first_scenario


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
def Sentences(sentences: tuple[str, ...]) -> None:
    """Say some sentences, each as a fault."""
    for sentence in sentences:
        solara.Error(sentence, dense=True)
