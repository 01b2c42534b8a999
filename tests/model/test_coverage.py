"""The map from the briefs' actors and indicators to the model: complete, and what it names exists."""

from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.indicators.variables import RECORDED_AS
from regionsim.levers import LEVERS
from regionsim.model.coverage import STANDS, of_indicator
from regionsim.model.named import MEASURED_NAMES, SOFT
from regionsim.model.roster import ACTORS
from regionsim.model.variables import MEASURED
from regionsim.scenario import SHOCKS

NAMES = {"agent": ACTORS, "variable": RECORDED_AS, "lever": LEVERS, "shock": SHOCKS, "indicator": INDICATORS}


def test_every_core_and_secondary_actor_stands_for_something_or_says_why_not() -> None:
    actors = load_evidence().kind("actor").values()
    wanted = {one.id for one in actors if one.fields["importance"] in ("core", "secondary")}

    assert {id for id in STANDS if id.startswith("AC-")} == wanted
    assert [id for id, one in STANDS.items() if not one.names and not one.why] == []


def test_every_indicator_of_the_briefs_is_held_as_something() -> None:
    found = {id: of_indicator(id, one.fields["variable"]) for id, one in load_evidence().kind("indicator").items()}

    assert len(found) == 76
    assert [id for id, one in found.items() if not one.names] == []
    assert {id for id in STANDS if id.startswith("IN")} <= found.keys()


def test_what_the_map_names_exists() -> None:
    named = [(id, *name.split(":")) for id, one in STANDS.items() for name in one.names]

    assert [found for found in named if found[2] not in NAMES[found[1]]] == []


def test_every_lever_of_the_briefs_is_pulled_by_a_lever() -> None:
    pulled = {id for lever in LEVERS.values() for id in lever.evidence}

    assert load_evidence().kind("lever").keys() - pulled == set()


def test_names_and_readers_of_measured_variables_agree() -> None:
    assert tuple(MEASURED) == MEASURED_NAMES
    assert MEASURED.keys() | SOFT.keys() == load_evidence().variables.keys()
