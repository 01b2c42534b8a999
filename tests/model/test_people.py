"""Documents lapse and are renewed, campaigns differ in shape, departure under threat is distinct from deportation."""

import numpy as np
import pytest

from regionsim.model.initial_state import initial_state
from regionsim.model.named import SOFT_PLACE
from regionsim.model.processes import statuses
from regionsim.model.processes.people import coming_back, odds_of_leaving, patients
from regionsim.model.region import RegionModel
from regionsim.schema.categories import (
    ACC,
    ARRIVAL,
    DEPORTATION,
    POR,
    REMIGRATION,
    RETURN,
    STATUSES,
    UNDOCUMENTED,
    VISA,
)
from tests.model.worlds import NO_RUPTURES, small

NO_CAMPAIGNS = (
    "parameters.people.campaigns_per_year=0", "parameters.people.lapse_brings_order=0",
    "parameters.decisions.eases_per_year=0", NO_RUPTURES,
)  # fmt: skip
DECIDED = "parameters.people.decision_late_weeks=0"  # cards that ran out in June are decided on in the first week
LAPSED = "shocks=[{kind: status_change, on: 2025-09-15, status: visa, to: lapsed}]"
WEEK = 4  # the first that begins on or after 15 September 2025


def model(*sets: str, worlds: int = 30, weeks: int = 20, name: str = "status_quo") -> RegionModel:
    made = RegionModel(small(name, *sets), worlds=worlds)
    for _ in range(weeks):
        made.step()
    return made


def test_lapsed_documents_expose_and_valid_ones_protect() -> None:
    w = RegionModel(small("status_quo", *NO_CAMPAIGNS, LAPSED), worlds=30)
    for week in range(20):
        w.step()
        visa = w.people.moved[:, VISA, DEPORTATION]
        assert w.statuses.valid[:, VISA].all() == (week < WEEK)
        if week < WEEK:
            assert (visa == 0).all()
            assert (w.people.tail[:, VISA] == 0.0).all()
        else:
            assert np.array_equal(w.people.tail[:, VISA], w.people.tail[:, UNDOCUMENTED])
    log = w.log.sorted()
    assert ((log.kind == "documents_lapsed") & (log.cause == "visa")).sum() == 30


def test_nothing_else_changes_when_one_status_lapses() -> None:
    with_it, without = (model(*NO_CAMPAIGNS, *sets) for sets in ((LAPSED,), ()))

    assert (with_it.statuses.valid == without.statuses.valid)[:, :VISA].all()
    assert (with_it.people.tail == without.people.tail)[:, :VISA].all()


def test_renewed_documents_end_the_campaign_for_their_holders() -> None:
    order = "{kind: expulsion_order, on: 2025-08-25, statuses: [acc, undocumented], for: 8 weeks, multiplier: 60}"
    again = "{kind: status_change, on: 2025-09-15, status: acc, to: valid}"
    w = model(*NO_CAMPAIGNS, f"shocks=[{order}, {again}]", weeks=WEEK)
    assert (w.people.tail[:, ACC] > 0.0).all()
    for _ in range(10):
        w.step()
        assert w.statuses.valid[:, ACC].all()
        assert (w.people.pulse[:, ACC] + w.people.tail[:, ACC] == 0.0).all()
        assert (w.people.moved[:, ACC, DEPORTATION] == 0).all()
    assert (w.people.tail[:, UNDOCUMENTED] > 0.0).all()


@pytest.mark.parametrize(("chance", "valid"), [(0, False), (1, True)])
def test_cards_are_renewed_by_chance_and_a_scenario_can_settle_it(chance: int, valid: bool) -> None:
    sets = (*NO_CAMPAIGNS, DECIDED, f"parameters.people.por_renewal={chance}", "parameters.people.acc_renewal=0")
    settled = f"shocks=[{{kind: status_change, on: 2025-09-15, status: por, to: {'lapsed' if valid else 'valid'}}}]"

    assert (model(*sets, weeks=1).statuses.valid[:, POR] == valid).all()
    assert (model(*sets, settled, "parameters.people.renewal_weeks=4").statuses.valid[:, POR] != valid).all()


def test_wide_chance_leaves_both_answers_open() -> None:
    share = model(DECIDED, worlds=400, weeks=1).statuses.valid.mean(axis=0)

    assert 0.45 < share[POR] < 0.75
    assert share[ACC] < 0.25
    assert share[UNDOCUMENTED] == 0.0
    assert share[VISA] == 1.0


def test_the_record_says_which_cards_were_valid_on_a_day() -> None:
    from datetime import date

    cards = {
        date(2023, 5, 1): (1, 1),
        date(2023, 9, 1): (0, 1),
        date(2024, 2, 1): (1, 1),
        date(2024, 7, 5): (0, 1),
        date(2025, 5, 1): (1, 0),
    }
    for day, (por, acc) in cards.items():
        state = initial_state(day)
        assert (state["people.por_valid_initial"], state["people.acc_valid_initial"]) == (por, acc)


@pytest.mark.parametrize("mounts", [False, True])
def test_a_campaign_begins_at_once_or_mounts(mounts: bool) -> None:
    order = "{kind: expulsion_order, on: 2025-08-25, statuses: [visa], for: 30 weeks, multiplier: 101}"
    sets = (
        *NO_CAMPAIGNS, f"shocks=[{order}]", f"parameters.people.mounting_share={int(mounts)}", "draws=fixed",
        "parameters.people.mounting_weeks=10", "parameters.people.tail_share=0.05",
    )  # fmt: skip
    w = RegionModel(small("status_quo", *sets), worlds=3)
    pulse = []
    for _ in range(25):
        w.step()
        pulse.append(w.people.pulse[:, VISA].copy())
    path = np.stack(pulse)

    top = path.argmax(axis=0)
    assert np.allclose(path.max(axis=0), 95.0)
    assert (top == (10 if mounts else 1)).all()
    assert (np.diff(path[10:], axis=0) < 0.0).all()
    if mounts:
        assert np.allclose(np.diff(path[1:11], axis=0), 9.5)


def test_departure_under_threat_is_part_of_returns() -> None:
    scenario = small("status_quo", "shocks=[{kind: expulsion_order, on: 2025-09-15, statuses: [acc, undocumented], "
                     "for: 8 weeks, multiplier: 100}]", *NO_CAMPAIGNS)  # fmt: skip
    w = RegionModel(scenario, worlds=20, record_all=True)
    shares = []
    for _ in range(12):
        w.step()
        assert ((w.people.pressed >= 0.0) & (w.people.pressed < 1.0)).all()
        assert (w.people.pressed[:, VISA] < w.people.pressed[:, UNDOCUMENTED]).all()
        shares.append(w.people.pressed[:, UNDOCUMENTED].copy())
        moved = w.people.moved.sum(axis=1)
        assert (w.flows["returns"] == moved[:, RETURN] + moved[:, DEPORTATION]).all()
    assert (shares[WEEK] > shares[WEEK - 1]).all()
    now = {name: w.world(3)[name] for name in ("returns", "deportations", "returns_pressed", "returns_voluntary")}
    parts = now["deportations"] + now["returns_pressed"] + now["returns_voluntary"]
    assert parts == pytest.approx(now["returns"], rel=1e-9)
    assert len(STATUSES) == 4


def test_patients_cross_while_gates_are_open_and_visas_hold() -> None:
    shut = "{kind: border_closure, crossing: all, on: 2025-09-15, for: 4 weeks, by: both}"
    gone = "{kind: status_change, on: 2025-11-10, status: visa, to: lapsed}"
    quiet = [f"parameters.border.{name}=0" for name in (
        "clashes_per_year", "other_closures_per_year", "close_after_major_attack", "blockades_per_year",
    )]  # fmt: skip
    quiet += [NO_RUPTURES, "parameters.decisions.close_after_strike=0.0001"]
    w = RegionModel(small("status_quo", *quiet, f"shocks=[{shut}, {gone}]"), worlds=8)
    access = []
    for _ in range(16):
        w.step()
        access.append(patients(w))
    assert (np.stack(access[:WEEK] + access[WEEK + 4 : 12]) == 1.0).all()
    assert (np.stack(access[WEEK : WEEK + 4] + access[12:]) == 0.0).all()
    before = w.trailing_initial["patients"] / 52
    assert ((before > 0.5) & (before <= 1.0)).all()
    assert 0.0 <= w.world(0)["patient_access"] <= 1.0


def paired(*sets: str, end: str = "2026-08-18", worlds: int = 60) -> tuple[RegionModel, RegionModel]:
    """The same worlds with and without a change, to the end."""
    both = [RegionModel(small("status_quo", *NO_CAMPAIGNS, *more, end=end), worlds=worlds) for more in (sets, ())]
    for each in both:
        each.run()
    return both[0], both[1]


def test_a_wave_of_arrivals_uses_up_the_capacity_to_host_and_later_arrivals_fall() -> None:
    with_it, without = paired("shocks=[{kind: refugee_wave, on: 2025-09-01, for: 26 weeks, persons: 2000000}]")
    capacity = with_it.climate.of("host_capacity") - without.climate.of("host_capacity")
    knob = with_it.policy["arrivals"] / without.policy["arrivals"]

    assert (with_it.people.in_pakistan > without.people.in_pakistan + 5e5).mean() > 0.95
    assert (capacity < 0.0).mean() > 0.9
    assert (knob < 1.0).mean() > 0.9


def test_contribution_goes_with_those_who_leave() -> None:
    order = (
        "{kind: expulsion_order, on: 2025-09-01, statuses: [por, acc, undocumented], for: 20 weeks, multiplier: 200}"
    )
    with_it, without = paired(f"shocks=[{order}]")
    lost = with_it.climate.of("refugee_contribution") - without.climate.of("refugee_contribution")
    still = model(*NO_CAMPAIGNS, f"shocks=[{order}]", "parameters.people.contribution_by_number=0")

    assert (with_it.people.in_pakistan < without.people.in_pakistan).all()
    assert (lost < 0.0).mean() > 0.9
    assert (still.climate.acts[:, SOFT_PLACE["refugee_contribution"]] == 0.0).all()


def test_what_iran_sends_back_presses_on_conditions_and_so_on_returns_and_arrivals() -> None:
    sets = (*NO_CAMPAIGNS, "parameters.drivers.iran_campaigns_per_year=0", "parameters.size.households=4000")
    many, few = (RegionModel(small("status_quo", *sets), worlds=60) for _ in range(2))
    many.drivers.iran_returns = many.drivers.iran_returns + 1_500_000.0
    odds = []
    for each in (many, few):
        for _ in range(26):
            each.step()
        leaving, returning = odds_of_leaving(each)
        by_choice = leaving[:, VISA].max(axis=-1) * returning[:, VISA] * (1.0 - each.people.pressed[:, VISA])
        odds.append(by_choice)

    assert (many.economy.af_income < few.economy.af_income).all()
    assert (odds[0] < odds[1]).mean() > 0.9  # fails where a gate is shut in only one of the two worlds
    assert (many.policy["arrivals"] > 0.0).all()
    came = [each.trailing.total["arrivals"].sum() for each in (many, few)]
    assert came[0] > came[1]


def test_a_start_knows_the_order_given_before_it_as_faded_by_then() -> None:
    w = RegionModel(small("status_quo", "start=2025-05-01", "draws=fixed", end="2025-09-01"), worlds=3)
    p = {name: values[0] for name, values in w.p.items()}
    top = 46.0 * (1.0 - p["people.tail_share"])

    # given in the fourth week before the start, it faded in three
    assert np.allclose(w.people.pulse[:, [ACC, UNDOCUMENTED]], top * 0.5 ** (3.0 / p["people.campaign_half_life_high"]))
    assert (w.people.pulse[:, [POR, VISA]] == 0.0).all()
    assert (w.people.until == 91.0 - 28.0).all()
    assert (w.people.gone[:, UNDOCUMENTED] > w.people.gone[:, VISA]).all()
    assert w.week == w.streams.week == -1

    without = small("status_quo", "start=2025-05-01", "parameters.people.earlier_orders=0", end="2025-09-01")
    assert (RegionModel(without, worlds=3).people.pulse == 0.0).all()
    assert (RegionModel(small("status_quo", "start=2023-10-02", end="2023-12-01"), worlds=3).people.pulse == 0.0).all()


def test_a_push_that_was_mounting_at_the_start_mounts_on() -> None:
    w = RegionModel(small("status_quo", "start=2016-08-01", "timeline=observed", end="2016-12-01"), worlds=20)
    before = w.people.pulse[:, POR].copy()
    w.step()

    assert (before > 0.0).all()
    assert (w.people.pulse[:, POR] > before).all()
    assert (w.people.pulse[:, VISA] == 0.0).all()


def test_a_start_before_its_shape_was_seen_draws_it() -> None:
    w = RegionModel(small("status_quo", "start=2025-04-20", end="2025-09-01"), worlds=200)
    mounting, slow = w.people.rising[:, ACC] > 0.0, w.people.half_life[:, ACC] > 4.0

    assert 0.1 < mounting.mean() < 0.6
    assert 0.3 < slow.mean() < 0.7


@pytest.mark.parametrize("brings", [0.0, 0.5, 1.0])
def test_cards_that_end_and_an_order_are_one_event(brings: float) -> None:
    sets = (DECIDED, "parameters.people.campaigns_per_year=0", f"parameters.people.lapse_brings_order={brings}")
    w = model(*sets, worlds=300, weeks=1)
    lapsed = w.statuses.lapsed[:, POR]
    log = w.log.sorted()
    ordered = np.isin(w.worlds.number, log.world[log.kind == "expulsion_order"])

    assert 0.2 < lapsed.mean() < 0.6
    assert not (ordered & ~lapsed).any()
    assert ordered[lapsed].mean() == pytest.approx(brings, abs=0.13)
    assert (w.people.pulse[ordered][:, POR] > 1.0).all()  # even where the order mounts


def test_cards_that_the_scenario_renews_bring_no_order() -> None:
    sets = (DECIDED, "parameters.people.campaigns_per_year=0", "parameters.people.lapse_brings_order=1")
    renewed = ", ".join(
        f"{{kind: status_change, on: 2025-08-18, status: {card}, to: valid}}" for card in ("por", "acc")
    )
    w = model(*sets, f"shocks=[{renewed}]", worlds=100, weeks=1)

    assert w.statuses.valid[:, [POR, ACC]].all()
    assert not (w.log.sorted().kind == "expulsion_order").any()


def test_an_order_that_the_scenario_gives_with_the_end_of_cards_is_the_only_one() -> None:
    ends = "{kind: status_change, on: 2025-09-15, status: por, to: lapsed}"
    order = "{kind: expulsion_order, on: 2025-09-15, statuses: [por], for: 8 weeks, multiplier: 60}"
    sets = ("parameters.people.campaigns_per_year=0", "parameters.people.decision_late_weeks=104")
    told, alone = (model(*sets, f"shocks=[{shocks}]", worlds=100, weeks=8) for shocks in (f"{ends}, {order}", ends))

    assert (told.log.sorted().cause != "government").all()
    own = alone.log.sorted()
    assert 0.45 < (own.kind == "expulsion_order").sum() / 100 < 0.9
    assert (own.week[own.kind == "expulsion_order"] == WEEK).all()


def test_threat_keeps_cards_from_being_renewed() -> None:
    calm, tense = (RegionModel(small("status_quo", DECIDED), worlds=300) for _ in range(2))
    tense.army.threat = tense.army.threat + 2.0
    for each in (calm, tense):
        each.week = each.streams.week = 0
        statuses.renew(each)

    assert not (tense.statuses.valid & ~calm.statuses.valid).any()
    assert tense.statuses.valid[:, POR].sum() < calm.statuses.valid[:, POR].sum() - 5


def test_others_follow_neighbours_who_left() -> None:
    w = model(*NO_CAMPAIGNS, weeks=2)
    w.people.gone[:, VISA, 0] = 0.0
    before, _ = odds_of_leaving(w)
    w.people.gone[:, VISA, 0] = 0.25 * w.people.households.stock[:, VISA, 0]
    after, _ = odds_of_leaving(w)
    rise = after / before

    assert np.allclose(rise[:, VISA, 0], np.exp(w.p["people.ties"] * 0.2), rtol=0.02)
    rise[:, VISA, 0] = 1.0
    assert np.allclose(rise, 1.0)


def test_a_push_on_people_without_papers_frightens_others_and_those_who_would_come_back() -> None:
    order = "{kind: expulsion_order, on: 2025-08-25, statuses: [undocumented], for: 8 weeks, multiplier: 100}"
    pushed, quiet = (model(*NO_CAMPAIGNS, *sets, weeks=4) for sets in ((f"shocks=[{order}]",), ()))
    odds = [odds_of_leaving(each)[0].max(axis=-1) for each in (pushed, quiet)]

    assert (odds[0][:, VISA] > odds[1][:, VISA]).all()
    assert (odds[0][:, VISA] < odds[0][:, UNDOCUMENTED]).all()
    assert (pushed.people.moved[:, VISA, DEPORTATION] == 0).all()
    assert (coming_back(pushed) / pushed.people.fresh < coming_back(quiet) / quiet.people.fresh).all()


def test_arrivals_and_stock_stay_near_a_start_at_rest() -> None:
    # no orders, cards kept, conditions that do not matter, and as many returned as quiet years give
    names = ("campaigns_per_year", "lapse_brings_order", "earlier_orders", "arrival_by_conditions", "home_conditions")
    sets = [f"parameters.people.{name}=0" for name in names]
    sets += ["parameters.people.por_renewal=1", "draws=fixed", NO_RUPTURES]
    start = RegionModel(small("status_quo", *sets), worlds=1)
    odds = odds_of_leaving(start)[0] * start.people.households.stock
    returned = 2.0 * 52.0 * odds.sum()
    w = RegionModel(
        small("status_quo", *sets, f"parameters.people.returned_initial={returned:.0f}", end="2028-08-18"), worlds=60
    )
    stock = w.people.in_pakistan
    before = w.trailing_initial["arrivals"].mean()
    came = np.zeros(60)
    while w.week + 1 < w.weeks:
        w.step()
        came += w.people.moved[:, :, [ARRIVAL, REMIGRATION]].sum(axis=(1, 2))

    assert came.mean() / 3.0 == pytest.approx(before, rel=0.1)
    # the readiest leave first, so returns, and with them those who come back, ebb: by 10.4% in the third year
    assert w.trailing.total["arrivals"].mean() == pytest.approx(before, rel=0.12)
    assert w.people.in_pakistan.mean() == pytest.approx(stock.mean(), rel=0.1)
