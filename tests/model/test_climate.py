"""The climate: links follow the claims, nothing moves by itself, nothing runs away, nothing is counted twice."""

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.indicators.variables import RECORDED_AS
from regionsim.levers import LEVERS
from regionsim.model.mechanisms import REFUSED, STRUCTURE, channel, treatment
from regionsim.model.named import MAPPED
from regionsim.model.processes import climate
from regionsim.model.processes.climate import VARIABLES, read_links
from regionsim.model.region import RegionModel, _resolve
from regionsim.model.variables import MEASURED, SOFT
from tests.model.worlds import small


def mechanisms() -> dict[str, tuple[str, str, str]]:
    keys = ("cause_variable", "effect_variable", "sign")
    return {
        id: (claim.fields.get(keys[0], ""), claim.fields.get(keys[1], ""), claim.fields.get(keys[2], ""))
        for id, claim in load_evidence().kind("mechanism").items()
    }


def test_every_variable_of_the_briefs_is_soft_or_measured() -> None:
    assert set(SOFT) | set(MAPPED) | set(MEASURED) == set(load_evidence().variables) == set(RECORDED_AS)
    assert len(SOFT) + len(MAPPED) + len(MEASURED) == len(RECORDED_AS)
    assert {name for name, columns in RECORDED_AS.items() if not columns} == set(MAPPED)


def test_every_mechanism_is_a_link_a_channel_a_rule_or_refused_with_a_reason() -> None:
    rows = mechanisms()
    for id, row in rows.items():
        treated = treatment(id, *row)
        assert treated.why if treated.kind == "none" else treated.where, id
    assert set(STRUCTURE) | set(REFUSED) <= set(rows)
    documented = [id for id in rows if load_evidence().claims[id].fields["in_documents"] == "yes"]
    built = [id for id in documented if treatment(id, *rows[id]).kind != "none"]
    assert len(built) >= 0.85 * len(documented)


@pytest.mark.parametrize("where", sorted(set(STRUCTURE.values())))
def test_the_functions_named_as_structure_exist(where: str) -> None:
    module, _, name = where.partition(":")
    first, _, rest = name.partition(".")
    function = _resolve(f"{module}:{first}")

    assert callable(getattr(function, rest) if rest else function)


def test_no_claim_of_no_effect_is_built_in() -> None:
    for id, (cause, effect, sign) in mechanisms().items():
        if sign.startswith("0"):
            assert treatment(id, cause, effect, sign).kind == "none"


def test_links_carry_the_sign_of_their_claim() -> None:
    rows = mechanisms()
    for link in read_links("link"):
        cause, effect, sign = rows[link.id]
        assert (VARIABLES[link.cause], VARIABLES[link.effect]) == (cause, effect)
        assert link.sign == (1.0 if sign == "+" else -1.0)


def test_no_trade_variable_reaches_violence_by_a_link_or_a_channel_of_its_own() -> None:
    for kind in ("link", "channel"):
        for link in read_links(kind):
            if VARIABLES[link.effect] in ("ttp_violence", "other_attacks"):
                assert VARIABLES[link.cause] not in ("trade", "transit", "repatriation_forced", "border_incidents")


def test_nothing_soft_moves_while_causes_and_levers_rest() -> None:
    model = RegionModel(small(), worlds=3)

    for name in MEASURED:
        assert np.allclose(MEASURED[name](model), 0.0), name
    for _ in range(50):
        climate.drift(model)
    assert (model.climate.induced == 0).all()
    assert np.allclose(model.climate.level, model.climate.start)
    assert all((model.policy[knob] == model.policy._neutral[knob]).all() for knob in ("ttp_tempo", "confidence"))


def test_no_variable_outruns_its_causes() -> None:
    model = RegionModel(small(end="2026-02-01"), worlds=20)
    total = np.zeros((20, len(SOFT)))
    for k, effect in enumerate(model.climate.effect):
        total[:, effect] += np.abs(model.climate.weight[:, k])

    assert (total <= 1.0 + 1e-9).all()
    assert (model.p["climate.gain"] < 1).all()


def test_a_lever_sized_directly_does_not_act_again_through_a_channel() -> None:
    direct = [lever for lever in LEVERS.values() if lever.effects and lever.pushes]
    assert direct
    model = RegionModel(small("status_quo", "levers.route_security={from: 2025-08-18}", end="2026-02-01"), worlds=3)
    model.step()
    place = list(SOFT).index("route_security")

    assert (model.climate.pushed[:, place] > 0).all()
    assert (model.climate.through[:, place] == 0).all()


def test_channels_lead_from_soft_causes_into_measured_effects() -> None:
    for link in read_links("channel"):
        assert VARIABLES[link.cause] in SOFT
        assert VARIABLES[link.effect] in MEASURED
        assert channel(VARIABLES[link.cause], VARIABLES[link.effect]) is not None


def _deviation(reading: float, security: float) -> float:
    """Gain of economic interdependence after ten years of a push, at a given level of regional security."""
    model = RegionModel(
        small(
            "status_quo",
            f"parameters.structure.gates={reading}",
            f"parameters.climate.regional_stability_initial={security}",
            "parameters.climate.route_security_initial=0.9",
            "parameters.climate.gain=0.0",
        ),
        worlds=1,
    )
    place = list(SOFT).index("interdependence")
    push = np.zeros((1, len(SOFT)))
    push[:, place] = 1.0
    model.policy.pushes = (push, push)
    for _ in range(520):
        climate.drift(model)
    return float(model.climate.of("interdependence")[0] - model.climate.start[0, place])


@pytest.mark.parametrize("reading", [0.0, 1.0])
def test_a_gain_waits_at_its_gate_where_gates_are_read_as_such(reading: float) -> None:
    shut, wide = (_deviation(reading, security) for security in (0.05, 0.95))

    assert wide > 0.05
    if reading:
        assert shut < 0.2 * wide
    else:
        assert shut == pytest.approx(wide)


def test_losses_pass_every_gate() -> None:
    model = RegionModel(small("status_quo", "parameters.structure.gates=1.0"), worlds=5)
    down = -np.ones((5, len(SOFT)))
    model.climate.open = np.zeros(down.shape)

    assert (model.climate.gated(down) == down).all()
    assert (model.climate.gated(-down) == 0.0).all()
