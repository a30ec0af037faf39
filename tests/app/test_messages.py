"""What pages say: one sentence for each thing that is wrong."""

import ipyvuetify as vuetify
import pytest
import solara

from sim.app.links import LinkFault
from sim.app.messages import MOST_CHARACTERS, LinkMessage, Sentences, sentence_of
from sim.app.view import first_scenario
from sim.app.worker_process import WorkerDiedError
from sim.scenario import Fault, ScenarioError
from tests.app.sessions import within, words


def drawn(element):
    box, context = solara.render(element, handle_error=False)
    found = [(each.type, words(each)) for each in within(box) if isinstance(each, vuetify.Alert)]
    text = words(box)
    context.close()
    return found, text


def test_a_bad_link_is_told_sentence_by_sentence():
    alerts, text = drawn(LinkMessage(LinkFault(("One.", "Two."))))
    assert [kind for kind, _ in alerts] == ["error", "error"]
    assert "This link cannot be shown. One." in alerts[0][1]
    assert "This link cannot be shown. Two." in alerts[1][1]
    assert f"Below is {first_scenario()} as it ships." in text


def test_a_good_link_needs_no_word():
    assert drawn(LinkMessage(None)) == ([], "")


def test_faults_and_notes_are_told_apart_and_once():
    alerts, _ = drawn(Sentences(("Wrong.", "", "Wrong."), ("Mind this.", "Mind this.")))
    assert [kind for kind, _ in alerts] == ["error", "warning"]
    assert "Wrong." in alerts[0][1]
    assert "Mind this." in alerts[1][1]


FAULT = Fault("places.csv", 3, "name", "nothing", "a name", "missing")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (ScenarioError([FAULT, FAULT]), str(FAULT)),
        (ValueError("combat.x is no parameter"), "combat.x is no parameter."),
        (ValueError("Two\nlines."), "Two lines."),
        (ValueError(""), "This could not be simulated (ValueError)."),
        (KeyError("x"), "This could not be simulated (KeyError: 'x')."),
        (MemoryError(), "This could not be simulated (MemoryError)."),
        (
            WorkerDiedError("The process that ran the job went away."),
            "This could not be simulated: the process that was at it died twice.",
        ),
    ],
)
def test_every_exception_is_one_sentence(fault, sentence):
    assert sentence_of(fault) == sentence


def test_a_sentence_fits_in_the_page():
    said = sentence_of(RuntimeError("\x1b[31m" + "x" * 10_000))
    assert len(said) < MOST_CHARACTERS + 100
    assert said.isprintable()
