"""The sentences of docs/knockouts.md say what was played."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

from regionsim.evidence import load_evidence


@pytest.fixture(scope="module")
def knockouts() -> ModuleType:
    folder = str(Path(__file__).resolve().parents[1] / "experiments")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module("knockouts")


def test_which_parameters_are_drawn_or_fixed_against_the_rule_is_read_from_them(knockouts):
    known = load_evidence().parameters
    drawn = next(id for id in knockouts.parameters() if known[id].draw is not None)
    fixed = [id for id in knockouts.parameters() if known[id].draw is None][:3]
    idle, clear = ("status_quo", "attacks", 0.01, 0.001), ("status_quo", "attacks", 0.2, 0.01)
    made = [knockouts.Knockout(drawn, (idle,)), knockouts.Knockout(fixed[0], (clear,))]
    made += [knockouts.Knockout(id, (idle,)) for id in fixed[1:]]

    text = knockouts.counted(made)

    assert text.startswith("Of the 3 that do not count, 2 are fixed")
    assert f"Drawn all the same: `{drawn}`. Fixed although they count: `{fixed[0]}`." in text
    assert fixed[1] not in text


def test_linkage_is_judged_by_curbs_alone_at_the_limit_fixed_beforehand(knockouts):
    parameter = next(iter(knockouts.FAVOURABLE))

    def links(alone: float) -> list[object]:
        link = knockouts.Link
        return [
            link(knockouts.OTHERS[0], "", (3.0, 2.0), (0.9, 0.95), (0.0, 0.0)),
            link(knockouts.LIMIT, "", (2.25, 2.0), (alone, 0.75), (0.01, 0.0)),
            link(knockouts.LIMIT, parameter, (2.6, 2.0), (0.8, 0.85), (0.0, 0.0)),
        ]

    missed, met = knockouts.linkage(links(0.6)), knockouts.linkage(links(0.7))

    assert "more in 60% of pairs and fewer in 1%: **the aim is missed**" in missed
    assert "adds 0.25 rounds a year to 2.00, so 39% of pairs have as many" in missed
    assert missed.endswith(f"these carry it over the aim: `{parameter}` at {knockouts.FAVOURABLE[parameter]:g}.")
    assert met.endswith("more in 70% of pairs and fewer in 1%: the aim is met.")
