"""A posterior from anywhere: read as it was written, or refused with a sentence for each fault."""

from __future__ import annotations

import hashlib
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import ScenarioError, load
from sim.scenario.posterior import NoPosteriorError, check_columns, read_posterior
from tests.scenario.small import faults_of, write_two_towns

TABLE = "siege.raiders,combat.killed_share\n150,0.23\n250.5,0.25\n300,0.3\n"
ABOUT = """\
command = "khabur calibrate two-towns --out there --ship"
scenario = "two-towns"
scenario_hash = "0"
made_with = "khabur 0.1.0"
verdict = "Made up."
calibrated = false
draws = 3
"""


@pytest.fixture
def towns(tmp_path):
    folder = write_two_towns(tmp_path / "two-towns")
    (folder / "posterior.csv").write_text(TABLE)
    (folder / "posterior.toml").write_text(ABOUT)
    return folder


def read(folder):
    """Read and check as a run does."""
    found = read_posterior(folder / "posterior.csv", "two-towns/posterior.csv")
    check_columns(found, load(folder))
    return found


def sentences(folder):
    with pytest.raises(ScenarioError) as caught:
        read(folder)
    return str(caught.value).splitlines()


def test_a_table_is_read_with_what_is_said_about_it(towns):
    found = read(towns)
    assert found.ids == ("siege.raiders", "combat.killed_share")
    assert found.values.tolist() == [[150, 0.23], [250.5, 0.25], [300, 0.3]]
    assert (found.draws, found.lines.tolist()) == (3, [2, 3, 4])
    assert found.about["calibrated"] is False
    assert found.sha256 == hashlib.sha256(TABLE.encode()).hexdigest()


def test_the_files_belong_to_the_folder_but_not_to_the_scenario(towns, tmp_path):
    plain = load(write_two_towns(tmp_path / "plain"))
    assert load(towns).hash == plain.hash
    (towns / "posterior.cvs.csv").write_text("")
    assert "posterior.csv" in faults_of(towns)[0].message


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "two-towns/posterior.csv: is empty; allowed: a header"),
        ("siege.raiders\n", "two-towns/posterior.csv: has no row; allowed: a header"),
        (
            TABLE.replace("siege.raiders", "siege.raider"),
            'row 1: unknown parameter (did you mean "siege.raiders"?): found "siege.raider"; '
            "allowed: a parameter of two-towns that has a prior.",
        ),
        (
            TABLE.replace("siege.raiders", "combat.contact_reach_km"),
            'row 1: the parameter has no prior: found "combat.contact_reach_km"',
        ),
        (TABLE.replace("150,", "many,"), 'row 2, siege.raiders: not a number: found "many"'),
        (TABLE.replace("150,", "1_50,"), 'row 2, siege.raiders: not a number: found "1_50"'),
        (TABLE.replace("150,", "nan,"), "row 2, siege.raiders: not a finite number"),
        (TABLE.replace("150,", "1e999,"), "row 2, siege.raiders: not a finite number"),
        (TABLE.replace("150,", "-,"), 'row 2, siege.raiders: not a number: found "-"'),
        (TABLE.replace("150,", ","), "row 2, siege.raiders: is blank; allowed: a finite number."),
        (
            TABLE.replace("250.5", "99.9"),
            "row 3, siege.raiders: outside the range of its prior: found 99.9; allowed: 100 to 300",
        ),
        (
            TABLE.replace("250.5,0.25", "250.5"),
            "row 3: number of cells is not that of the header: found 1; allowed: 2.",
        ),
        (
            TABLE.replace("combat.killed_share", "siege.raiders"),
            'row 1: column stands twice: found "siege.raiders"; allowed: once.',
        ),
        (TABLE + '"150,0.23\n', "row 5: is not valid CSV"),
        (
            TABLE + "150,0.23\n",
            "the number of rows is not that which the TOML file beside it names as draws: "
            "found 4; allowed: 3.",
        ),
    ],
)
def test_a_table_that_does_not_fit_is_one_sentence(towns, table, said):
    (towns / "posterior.csv").write_text(table)
    told = sentences(towns)
    assert len(told) == 1
    assert told[0].startswith("two-towns/posterior.csv")
    assert said in told[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('verdict = "Made up."\n', "", "posterior.toml, verdict: is missing; allowed: text"),
        ("draws = 3", "draws = true", "posterior.toml, draws: not a whole number: found true"),
        ("draws = 3", 'draws = "3"', 'posterior.toml, draws: not a whole number: found "3"'),
        ("calibrated = false", "calibrated = 0", "calibrated: not true or false: found 0"),
        ("draws = 3", "draws = 3\noutside_prior = 1", "outside_prior: not a table of texts"),
        ("draws = 3", "draws = ", "posterior.toml: is not valid TOML"),
    ],
)
def test_what_is_said_about_a_table_is_checked(towns, old, new, said):
    (towns / "posterior.toml").write_text(ABOUT.replace(old, new))
    told = sentences(towns)
    assert len(told) == 1
    assert said in told[0]


def test_a_parameter_may_leave_its_prior_where_the_table_says_why(towns):
    (towns / "posterior.csv").write_text(TABLE.replace("250.5", "99.9"))
    reason = '[outside_prior]\n"siege.raiders" = "fewer were counted"\n'
    (towns / "posterior.toml").write_text(ABOUT + reason)
    assert read(towns).values[1, 0] == 99.9


def test_rounding_to_six_digits_is_no_fault(towns):
    text = (towns / "parameters.csv").read_text().replace("100,300", "100.00001,299.99991")
    (towns / "parameters.csv").write_text(text)
    (towns / "posterior.csv").write_text(TABLE.replace("150,", "100,"))
    assert read(towns).draws == 3


def test_faults_without_end_are_told_in_few_lines(towns):
    rows = "x,y\n" * 5_000
    (towns / "posterior.csv").write_text(TABLE.splitlines()[0] + "\n" + rows)
    (towns / "posterior.toml").unlink()
    assert len(sentences(towns)) <= 20


def test_a_table_is_not_read_through_a_link_out_of_its_folder(towns, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text(TABLE)
    (towns / "posterior.csv").unlink()
    (towns / "posterior.csv").symlink_to(secret)
    assert "links to a file outside the folder" in sentences(towns)[0]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "posterior.csv"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        found = read_posterior(path, "posterior.csv")
    except ScenarioError:
        return
    assert np.isfinite(found.values).all()
    assert found.values.shape == (found.draws, len(found.ids))


def test_the_error_of_a_missing_posterior_survives_a_trip_between_processes():
    error = pickle.loads(pickle.dumps(NoPosteriorError("there is none")))
    assert (type(error), str(error), error.faults) == (NoPosteriorError, "there is none", [])
