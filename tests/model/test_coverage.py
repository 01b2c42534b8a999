"""The map from the briefs' actors and indicators to the model is complete, and everything it names exists."""

from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.indicators.variables import RECORDED_AS
from regionsim.levers import LEVERS
from regionsim.model.coverage import STANDS, of_indicator
from regionsim.model.named import MAPPED, MEASURED_NAMES, SOFT
from regionsim.model.roster import ACTORS
from regionsim.model.variables import MEASURED
from regionsim.scenario import SHOCKS

NAMES = {"agent": ACTORS, "variable": RECORDED_AS, "lever": LEVERS, "shock": SHOCKS, "indicator": INDICATORS}


def test_every_core_and_secondary_actor_stands_for_something_or_says_why_not() -> None:
    actors = load_evidence().kind("actor").values()
    named = {actor.id for actor in actors if actor.fields["importance"] in ("core", "secondary")}

    assert {id for id in STANDS if id.startswith("AC-")} == named
    assert [id for id, standing in STANDS.items() if not standing.names and not standing.why] == []


def test_every_indicator_of_the_briefs_is_held_as_something() -> None:
    claims = load_evidence().kind("indicator")
    standings = {id: of_indicator(id, claim.fields["variable"]) for id, claim in claims.items()}

    assert len(standings) == 76
    assert [id for id, standing in standings.items() if not standing.names] == []
    assert {id for id in STANDS if id.startswith("IN")} <= standings.keys()


def test_what_the_map_names_exists() -> None:
    named = [(id, *name.split(":")) for id, standing in STANDS.items() for name in standing.names]

    assert [row for row in named if row[2] not in NAMES[row[1]]] == []


def test_every_lever_of_the_briefs_is_pulled_by_a_lever() -> None:
    pulled = {id for lever in LEVERS.values() for id in lever.evidence}

    assert load_evidence().kind("lever").keys() - pulled == set()


def test_names_and_readers_of_measured_variables_agree() -> None:
    assert tuple(MEASURED) == MEASURED_NAMES
    assert MEASURED.keys() | SOFT.keys() | MAPPED.keys() == load_evidence().variables.keys()
