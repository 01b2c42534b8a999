"""Groups of changes as single causes."""

import pytest

from regionsim.errors import InputError
from regionsim.studies.grouping import count_causes, grouped, read_groups
from regionsim.studies.overrides import Override
from regionsim.studies.why import Why
from tests.studies.test_why import BASE, BOTH, answered, middle_rate, parts
from tests.toys.lever_toy import ALONE, CLOSURE, JOINT

SOME = (
    Override("levers.fence", "a fence"),
    Override("levers.trade", "trade"),
    Override("shocks.autumn", "a closure"),
    Override("deals.autumn", "a deal"),
    Override("timeline.add.raid", "a raid"),
    Override("draws", "drawn"),
)


def test_a_group_is_one_cause_with_its_shapley_value(tmp_path):
    found = answered(tmp_path, groups={"openness": ["route_security", "levers.trade_facilitation"]})
    trade, rate = parts(found), middle_rate(found)

    assert found.cost()["arms"] == 2**3, "the group, the closure and a lever; another is at 0"
    assert trade["openness"].mean == pytest.approx((sum(ALONE.values()) + JOINT) * rate, rel=1e-5)
    assert trade["shocks.border_closure_torkham_2025-09-01"].mean == pytest.approx(CLOSURE * rate, rel=1e-5)
    assert trade["openness"].words == "route security, trade facilitation"
    said = found.about()
    assert said["causes"][0]["path"] == "openness"
    assert said["causes"][0]["members"] == ["levers.route_security", "levers.trade_facilitation"]
    assert len(said["overrides"]) == 5


def test_groups_lie_in_a_folder_of_their_own_and_share_the_runs(tmp_path):
    alone = answered(tmp_path)
    together = Why(BOTH, BASE, groups={"all": ["route_security", "trade_facilitation"]}, settings=alone.settings)

    assert together.folder != alone.folder
    assert [plan.to_play for plan in together.plans()][:2] == [0, 0], "the ends are played already"


def test_causes_keep_the_order_of_the_scenario():
    found = grouped(SOME, {"harm": ["raid", "fence"], "talks": ["deals.autumn"]})

    assert [cause.path for cause in found.causes] == ["harm", "levers.trade", "shocks.autumn", "talks", "draws"]
    assert found.paths(["harm", "draws"]) == {"levers.fence", "timeline.add.raid", "draws"}
    assert grouped(SOME, {}).causes == SOME
    assert count_causes(5, 6) == "6 overrides in 5 causes"
    assert count_causes(1, 1) == "1 override"


@pytest.mark.parametrize(
    ("groups", "fault"),
    [
        ({"harm": ["fense"]}, r"harm: 'fense' is no change of the scenario .*did you mean fence"),
        ({"harm": ["autumn"]}, r"'autumn' is the name of 2 changes \(say which: shocks.autumn, deals.autumn\)"),
        ({"harm": ["fence", "levers.fence"]}, "'levers.fence' is also in harm"),
        ({"a": ["fence"], "b": ["fence"]}, "b: 'fence' is also in a"),
        ({"draws": ["fence"]}, "'draws' cannot name a group"),
        ({"total": ["fence"]}, "'total' cannot name a group"),
        ({"\x1b[31m": ["fence"]}, "cannot name a group"),
        ({"harm": []}, "must be a list of changes"),
        ({"harm": "fence"}, "must be a list of changes"),
    ],
)
def test_a_faulty_group_is_refused(groups, fault):
    with pytest.raises(InputError, match=fault):
        grouped(SOME, groups)


def test_every_fault_is_listed_at_once():
    with pytest.raises(InputError) as raised:
        grouped(SOME, {"a": ["fense", "trad"], "b": []})
    assert len(raised.value.faults) == 3


def test_a_scenario_of_many_changes_names_the_nearest_only():
    many = [Override(f"levers.lever_{k}", "") for k in range(20)]
    with pytest.raises(InputError, match=r"none of the 20 changes of the scenario \(did you mean lever_1\d?\?\)"):
        grouped(many, {"a": ["leverr_1"]})


def test_groups_are_read_from_the_command_line():
    assert read_groups(["a = x, y", "b=z"]) == {"a": ["x", "y"], "b": ["z"]}
    with pytest.raises(InputError) as raised:
        read_groups(["a", "b=", "c=x", "c=y"])
    assert [fault.partition(" must")[0] for fault in raised.value.faults][:2] == ["groups: 'a'", "groups: 'b='"]
    assert "'c' is given twice" in raised.value.faults[2]
