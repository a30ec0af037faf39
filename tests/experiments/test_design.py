"""Designs are read from files, plain values and options, and every fault is one sentence."""

import json
import pickle
import tomllib
from datetime import date

import pytest
from pydantic import ValidationError

from sim.experiments.design import (
    Design,
    DesignError,
    Range,
    design_from_options,
    design_of,
    load_design,
)
from sim.experiments.design_rows import load_scenarios, rows_of
from sim.scenario import ScenarioError
from tests.docs.pages import ROOT, blocks_of

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.toml"))
PAGE = ROOT / "docs" / "sweeps.md"
KILLED = "combat.killed_share"


def prepared(content, file):
    design = design_of(content, file=file)
    return rows_of(design, load_scenarios(design))


def faults_of(content, **more):
    """Return the sentences said of a design of two-towns."""
    described = {"scenario": "two-towns", **content, **more}
    with pytest.raises(DesignError) as caught:
        prepared(described, "sweep.toml")
    sentences = [str(fault) for fault in caught.value.faults]
    for sentence in sentences:
        assert sentence.startswith("sweep.toml")
        assert sentence.endswith(".")
        assert "\n" not in sentence
    return sentences


def setting(value):
    return {"parameters": {KILLED: value}}


SOBOL = {"method": "sobol", "points": 8}

FAULTS = {
    "an unknown key": ({"seeds": 3}, 'unknown key (did you mean "seed"?): found "seeds"'),
    "a field called as a kind of setting": ({"values": 1}, 'unknown key: found "values"'),
    "scenario twice": ({"scenarios": ["x"]}, "scenario: stands beside scenarios"),
    "a list as scenario": ({"scenario": ["two-towns"]}, "scenario: not text"),
    "an unknown scenario": (
        {"scenario": "two-twons"},
        'scenarios: no such scenario or folder (did you mean "two-towns"?): found "two-twons"',
    ),
    "a negative seed": ({"seed": -1}, "seed: out of range: found -1"),
    "a truth value as seed": ({"seed": True}, "seed: not a whole number: found true"),
    "no replicate": ({"replicates": 0}, "replicates: out of range: found 0; allowed: a whole"),
    "a last replicate beyond what can be replayed": (
        {"first_replicate": 2**31 - 1, "replicates": 2},
        "replicates: the last replicate's number is too large: found 2147483648",
    ),
    "points without a method": ({"points": 8}, "points: there is no method: found 8"),
    "points of a grid": (
        {"method": "grid", "points": 8, **setting([0.25, 0.3])},
        "points: a grid draws no points: found 8",
    ),
    "a grid of nothing": ({"method": "grid"}, "parameters: a grid has no parameter"),
    "an unknown method": ({"method": "gird"}, 'method: not a known word (did you mean "grid"?)'),
    "no points": ({"method": "sobol", **setting("prior")}, "points: is missing"),
    "nothing to draw": (SOBOL, "parameters: sobol has no parameter to draw"),
    "no table of parameters": ({"parameters": 3}, "parameters: not a table: found 3"),
    "a name without a dot": (
        {"parameters": {"killed": 0.3}},
        'parameters.killed: not a parameter id: found "killed"',
    ),
    "an empty group": (
        {"parameters": {"combat": {}, "a.b": {"high": 1}}},
        "parameters.a.b.low: is missing",
    ),
    "a field below the parameters": (
        {"parameters": {"seed": 3}},
        "seed: a field of the design stands below [parameters]",
    ),
    "a parameter of the map": (
        {"parameters": {"combat.reference_strength": [100, 200]}},
        "parameters.combat.reference_strength: the parameter is the same in all runs",
    ),
    "a misspelt parameter": (
        {"parameters": {"combat.kiled_share": [0.25]}},
        "parameters.combat.kiled_share: unknown parameter of two-towns "
        '(did you mean "combat.killed_share"?)',
    ),
    "a value beyond its prior": (
        setting([0.25, 0.9]),
        f"parameters.{KILLED}: two-towns does not allow it: outside the range of its prior: "
        "found 0.9; allowed: 0.22 to 0.33",
    ),
    "ends in the wrong order": (
        setting({"low": 0.3, "high": 0.25, "steps": 3}),
        f"parameters.{KILLED}.low: not below high: found 0.3; allowed: below 0.25",
    ),
    "a range without an end": (setting({"low": 0.25}), f"parameters.{KILLED}.high: is missing"),
    "a misspelt end": (
        setting({"low": 0.25, "high": 0.3, "step": 3}),
        f'parameters.{KILLED}: unknown key (did you mean "steps"?): found "step"',
    ),
    "an end that is no number": (
        setting({"low": "a", "high": 0.3}),
        f'parameters.{KILLED}.low: not a number: found "a"',
    ),
    "an unknown scale": (
        setting({"low": 0.25, "high": 0.3, "scale": "lg"}),
        f'parameters.{KILLED}.scale: not a known word (did you mean "log"?)',
    ),
    "a log scale from zero": (
        {"parameters": {"air.sigma": {"low": 0, "high": 1, "scale": "log"}}, **SOBOL},
        "parameters.air.sigma.low: not positive, but the scale is log: found 0.0",
    ),
    "a grid's range without steps": (
        setting({"low": 0.25, "high": 0.3}),
        f"parameters.{KILLED}.steps: is missing",
    ),
    "a single step": (
        setting({"low": 0.25, "high": 0.3, "steps": 1}),
        f"parameters.{KILLED}.steps: out of range: found 1",
    ),
    "steps of what is drawn": (
        {**setting({"low": 0.25, "high": 0.3, "steps": 3}), **SOBOL},
        f"parameters.{KILLED}.steps: sobol takes no steps: found 3",
    ),
    "a prior in a grid": (setting("prior"), f"parameters.{KILLED}: a grid has no prior"),
    "a parameter without a prior": (
        {"parameters": {"any_kind.reach_km": "prior"}, **SOBOL},
        "parameters.any_kind.reach_km: the parameter has no prior in two-towns",
    ),
    "another word than prior": (setting("priors"), f"parameters.{KILLED}: not a known word"),
    "an empty list": (setting([]), f"parameters.{KILLED}: the list is empty"),
    "a value twice": (setting([0.25, 0.3, 0.25]), f"parameters.{KILLED}: stands twice: found 0.25"),
    "a text in a list": (setting([0.25, "x"]), f"parameters.{KILLED}, value 2: not a number"),
    "not a number": (setting([float("nan")]), f"parameters.{KILLED}, value 1: not a finite number"),
    "more points than there are": (
        {**setting([0.25, 0.3]), **SOBOL},
        "points: only 2 of the points are different: found 8",
    ),
    "an unknown outcome": (
        {"outcomes": ["north_takn"]},
        'outcomes: unknown outcome of two-towns (did you mean "north_taken"?)',
    ),
    "an outcome twice": ({"outcomes": ["north_taken"] * 2}, "outcomes: stands twice"),
    "no outcome": ({"outcomes": []}, "outcomes: is empty"),
    "a day beyond the end": (
        {"until": "2015-07-01"},
        "until: not a date of two-towns: found 2015-07-01; allowed: a date from 2015-06-01",
    ),
    "a word for yes": ({"prior": "perhaps"}, "prior: neither true nor false"),
    "too many rows": (
        {
            "parameters": {
                KILLED: {"low": 0.25, "high": 0.3, "steps": 1001},
                "air.sigma": {"low": 0.5, "high": 1, "steps": 1000},
            }
        },
        "too many rows (points times scenarios), 1,001,000; allowed: at most 1,000,000",
    ),
    "too many runs": (
        {**setting([0.25, 0.3]), "replicates": 60_000_000},
        "replicates: too many runs (rows times replicates), 120,000,000",
    ),
}


@pytest.mark.parametrize(("content", "said"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_one_sentence(content, said):
    [sentence] = faults_of(content)
    assert said in sentence


def test_every_fault_is_told_at_once():
    content = {"seed": -1, "until": "soon", "parameters": {KILLED: {"low": "a", "high": "b"}}}
    assert len(faults_of(content)) == 4


def test_a_design_without_a_scenario_says_so():
    with pytest.raises(DesignError, match=r"sweep\.toml, scenarios: is missing"):
        design_of({}, file="sweep.toml")


def test_a_scenario_cannot_stand_twice_under_one_name_or_two():
    folder = ROOT / "scenarios" / "two-towns"
    faults = faults_of({"scenarios": ["two-towns", str(folder)], "scenario": "two-towns"})
    assert "stands beside scenarios" in faults[0]
    design = design_of({"scenarios": ["two-towns", str(folder)]})
    with pytest.raises(DesignError, match="two scenarios have the same name"):
        rows_of(design, load_scenarios(design))


def test_a_scenario_that_says_the_same_under_another_name_is_refused(tmp_path):
    twin = tmp_path / "twin"
    twin.symlink_to(ROOT / "scenarios" / "two-towns")
    copied = tmp_path / "copy"
    copied.mkdir()
    for file in twin.iterdir():
        (copied / file.name).write_bytes(file.read_bytes())
    design = design_of({"scenarios": ["two-towns", str(copied)]})
    with pytest.raises(DesignError, match="the scenario says the same as two-towns"):
        rows_of(design, load_scenarios(design))


def test_a_fault_of_a_scenario_names_its_folder_and_file(tmp_path):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "scenario.toml").write_text('base = "two-towns"\ntitel = "x"\n')
    (tmp_path / "sweep.toml").write_text('scenario = "broken"\n')
    with pytest.raises(DesignError) as caught:
        load_scenarios(load_design(tmp_path / "sweep.toml"))
    assert str(caught.value.faults[0]).startswith("broken/scenario.toml")


def test_a_scenario_is_looked_for_beside_the_design(tmp_path):
    (tmp_path / "sweep.toml").write_text('scenario = "mine"\n')
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "scenario.toml").write_text('base = "two-towns"\ntitle = "Mine"\nquestion = "Q?"\n')
    [scenario] = load_scenarios(load_design(tmp_path / "sweep.toml"))
    assert (scenario.name, scenario.title) == ("mine", "Mine")


def test_a_scenario_a_seed_and_replicates_are_a_design(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text('scenario = "two-towns"\nseed = 7\nreplicates = 100\n')
    design = load_design(path)
    assert (design.scenarios, design.seed, design.replicates) == (("two-towns",), 7, 100)
    rows = rows_of(design, load_scenarios(design))
    assert len(rows) == 1
    assert rows.names == ()
    assert rows.values.shape == (1, 0)


def test_dotted_names_may_be_written_as_toml_tables(tmp_path):
    quoted = '["parameters"]\n"combat.killed_share" = [0.25, 0.3]\n"air.sigma" = 0.7\n'
    bare = "[parameters]\ncombat.killed_share = [0.25, 0.3]\nair.sigma = 0.7\n"
    tables = "[parameters.combat]\nkilled_share = [0.25, 0.3]\n[parameters.air]\nsigma = 0.7\n"
    designs = []
    for number, text in enumerate((quoted, bare, tables)):
        path = tmp_path / f"{number}.toml"
        path.write_text(f'scenario = "two-towns"\n{text}')
        designs.append(load_design(path))
    assert designs[0] == designs[1] == designs[2]
    assert designs[0].parameters == {"air.sigma": (0.7,), KILLED: (0.25, 0.3)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"scenario = ", "is not valid TOML"),
        (b"scenario = '\xff'", "is not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_design_is_told(tmp_path, content, said):
    path = tmp_path / "sweep.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DesignError, match=said):
        load_design(path)


def test_a_name_of_a_thousand_dots_is_told(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text(f'scenario = "two-towns"\n[parameters]\n{".".join("a" * 1900)} = 1\n')
    with pytest.raises(DesignError, match="parameters: not the id of a parameter"):
        load_design(path)


@pytest.mark.parametrize("name", ["a\0b", "/", ""])
def test_a_name_that_is_no_file_is_told(name):
    with pytest.raises(DesignError, match="allowed: "):
        load_design(name)


def test_options_say_the_same_as_a_file():
    by_options = design_from_options(
        ["two-towns"],
        [f"{KILLED}=log:0.22..0.3:5", "air.sigma=0.9, 0.5", "air.killed_per_strike=1"],
        seed=3,
        replicates=4,
        outcomes=["north_taken"],
        until="2015-06-10",
    )
    assert by_options == Design(
        scenarios=("two-towns",),
        seed=3,
        replicates=4,
        outcomes=("north_taken",),
        until=date(2015, 6, 10),
        parameters={
            KILLED: Range(low=0.22, high=0.3, scale="log", steps=5),
            "air.sigma": (0.5, 0.9),
            "air.killed_per_strike": (1.0,),
        },
    )
    drawn = design_from_options(
        ["two-towns"], [f"{KILLED}=0.22..0.3", "air.sigma=prior"], method="sobol", points=4
    )
    assert drawn.parameters == {"air.sigma": "prior", KILLED: Range(low=0.22, high=0.3)}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["combat.killed_share"], "parameters: not a setting"),
        (["=3"], "parameters: not a setting"),
        (["a.b=1", "a.b=2"], "parameters.a.b: is set twice"),
        (["a.b=1,x"], 'parameters.a.b, value 2: not a number: found "x"'),
        (["a.b=1.."], 'parameters.a.b, value 1: not a number: found "1.."'),
        (["a.b=1..2:x"], "parameters.a.b.steps: not a whole number"),
        (["a.b=2..1:3"], "parameters.a.b.low: not below high"),
    ],
)
def test_options_that_make_no_sense_are_told(settings, said):
    with pytest.raises(DesignError) as caught:
        design_from_options(["two-towns"], settings)
    [fault] = caught.value.faults
    assert str(fault).startswith(f"command line, {said}")


def test_plain_values_give_the_design_again():
    design = design_of(
        {
            "scenarios": ["two-towns"],
            "method": "sobol",
            "points": 8,
            "until": date(2015, 6, 9),
            "parameters": {KILLED: "prior", "air.sigma": {"low": 0.5, "high": 1}},
        }
    )
    again = design_of(json.loads(json.dumps(design.to_json())))
    assert again == design
    assert again.hash == design.hash
    assert pickle.loads(pickle.dumps(design)) == design


def test_the_hash_follows_all_but_the_title_and_the_order():
    content = {"scenario": "two-towns", "parameters": {KILLED: [0.3, 0.25], "air.sigma": 0.7}}
    base = design_of(content)
    reordered = {"air.sigma": [0.7], KILLED: [0.25, 0.3]}
    same = design_of({**content, "title": "Another", "parameters": reordered})
    assert same.hash == base.hash
    for change in ({"seed": 1}, {"replicates": 2}, {"prior": True}, {"until": "2015-06-09"}):
        assert design_of({**content, **change}).hash != base.hash


def test_a_design_cannot_be_changed():
    design = Design(scenarios=("two-towns",))
    with pytest.raises(ValidationError, match="frozen"):
        design.seed = 3


def test_a_design_error_is_an_error_of_a_scenario_so_that_commands_know_it():
    assert issubclass(DesignError, ScenarioError)
    error = pickle.loads(pickle.dumps(DesignError(DesignError([]).faults)))
    assert type(error) is DesignError


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_can_be_run(path):
    design = load_design(path)
    rows = rows_of(design, load_scenarios(design))
    assert len(rows) == design.points_per_scenario * len(design.scenarios) > 1


def test_there_are_examples():
    assert len(EXAMPLES) >= 2


@pytest.mark.parametrize(
    "block", [b for b in blocks_of(PAGE) if b.language == "toml"], ids=lambda block: block.where
)
def test_every_design_on_the_page_can_be_run(block):
    design = design_of(tomllib.loads(block.text), file=block.where)
    assert len(rows_of(design, load_scenarios(design)))


def test_the_page_names_every_field():
    page = PAGE.read_text(encoding="utf-8")
    for name in (*Design.model_fields, *Range.model_fields):
        assert f"`{name}`" in page
