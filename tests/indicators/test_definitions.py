"""Indicators, places and parameters: what is defined is measured, what is measured is defined, all is sourced."""

import re
from pathlib import Path

from regionsim.evidence import load_evidence
from regionsim.indicators import DIMENSIONS, INDICATORS
from regionsim.indicators.definitions import OBSERVED
from regionsim.indicators.variables import RECORDED_AS
from regionsim.indicators.variables import STATES as RECORDED_STATES
from regionsim.model.measures import MEASURES, PLACES, STATES
from regionsim.model.roster import ACTORS
from regionsim.model.schedule import WEEK
from regionsim.schema.categories import CROSSINGS

# the names that scripts and users rely on
CONTRACT = """
trade_volume trade_bilateral trade_transit trade_informal trade_diverted attacks attacks_ttp fatalities strike_deaths
ttp_strength closure_days trucks_stranded perishable_loss refugees_in_pakistan returns deportations arrivals
trust_pakistan trust_afghanistan escalation poverty_rate_border livelihood_afghanistan investment_minerals
energy_transit transit_fees
security_index connectivity_index humanitarian_index diplomacy_index cooperation_index
"""


def test_the_indicators_are_those_of_the_contract_and_each_is_measured() -> None:
    assert list(INDICATORS) == CONTRACT.split()
    assert set(MEASURES) == set(INDICATORS)


def test_indicators_have_a_unit_a_definition_and_sources_that_exist() -> None:
    evidence = load_evidence()
    for indicator in INDICATORS.values():
        assert indicator.unit
        assert indicator.definition.endswith(".")
        assert indicator.source
        for source in indicator.source:
            assert evidence.find(source) is not None, (indicator.id, source)


def test_places_of_an_indicator_are_those_of_its_dimension() -> None:
    assert {name for name, indicator in INDICATORS.items() if indicator.dimension} == set(PLACES)
    for name, (labels, _) in PLACES.items():
        assert labels == DIMENSIONS[str(INDICATORS[name].dimension)]
    assert DIMENSIONS["crossing"] == CROSSINGS


def test_every_variable_of_the_briefs_is_recorded_by_a_column_or_said_to_be_absent() -> None:
    assert set(RECORDED_AS) == set(load_evidence().variables)
    for columns in RECORDED_AS.values():
        for column in columns:
            assert column in MEASURES | STATES, column
    assert not set(MEASURES) & set(STATES)


def test_the_columns_a_scenario_may_name_beyond_the_indicators_are_those_the_model_reads() -> None:
    assert sorted(RECORDED_STATES) == sorted(STATES)


def used_parameters(root: Path) -> set[str]:
    """Dotted names the model reads, or what reports on it (`measures.csv` names those of a series).

    A name with a part filled in at run time counts as all names of that shape.
    """
    rooms = ("model", "history")  # history sets the model beside series
    readers = [path for room in rooms for path in (root / "src/regionsim" / room).rglob("*.py")]
    readers.append(root / "src/regionsim/evidence/known_levels.py")  # what a start knows
    source = "".join(path.read_text() for path in readers)
    known = load_evidence().parameters
    found = set(re.findall(r'"([a-z]+\.[a-z0-9_]+)"', source)) & set(known)
    for shape in re.findall(r'f"([a-z]+\.[a-z_{}.]+)"', source):
        pattern = re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[a-z0-9_]+", re.escape(shape)))
        found |= {name for name in known if pattern.fullmatch(name)}
    return found | set(re.findall(r"measurement\.[a-z0-9_]+", (root / "seeds/measures.csv").read_text()))


def test_every_parameter_is_used_and_every_one_used_is_in_the_evidence(root: Path) -> None:
    known = set(load_evidence().parameters)
    unused = {name for name in known - used_parameters(root) if not name.startswith("levers.")}

    assert not unused


def test_the_schedule_names_functions_and_claims_that_exist() -> None:
    evidence = load_evidence()
    assert len({phase.id for phase in WEEK}) == len(WEEK)
    for phase in WEEK:
        for claim in phase.claims:
            assert claim in evidence.claims, claim


def test_actors_stand_for_claims_that_exist() -> None:
    evidence = load_evidence()
    for actor in ACTORS.values():
        assert actor.evidence
        for claim in actor.evidence:
            assert claim in evidence.claims, (actor.id, claim)


def test_what_was_ever_observed_is_what_the_series_say() -> None:
    series = load_evidence().series
    assert set(OBSERVED) == {name for name, indicator in INDICATORS.items() if indicator.seen}
    for name, (ids, column, unit) in OBSERVED.items():
        values = [float(row[column]) * unit for id in ids for row in series[id].records if row.get(column) is not None]
        low, high = INDICATORS[name].seen or (0.0, 0.0)
        assert (round(min(values), 3), round(max(values), 3)) == (low, high), name
