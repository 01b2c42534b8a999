"""Which claims act: none of a past epoch, no norm, nothing that leads to nothing measured; all of them are drawn."""

import importlib.util
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.model.causal_map import READ, TODAY, acting, arrows, became, leading, reaching
from regionsim.model.epochs import EPOCHS, overlaps, spans
from regionsim.model.named import MAPPED, SOFT
from regionsim.model.processes import climate
from regionsim.model.region import RegionModel
from regionsim.schema.dates import week_date
from tests.model.worlds import outcome, small

MECHANISMS = load_evidence().kind("mechanism")
DRAWN = arrows(MECHANISMS)
ACTING = acting(DRAWN, TODAY, date.max)


def script(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("drawn_map", root / "experiments" / "causal_map.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["drawn_map"] = module
    spec.loader.exec_module(module)
    return module


def test_every_epoch_of_the_table_is_known_and_in_order() -> None:
    for claim in MECHANISMS.values():
        assert all(begin < end for begin, end in spans(claim.fields["epoch"])), claim.id
    assert {word for claim in MECHANISMS.values() for word in claim.fields["epoch"].split("; ")} == set(EPOCHS)


@pytest.mark.parametrize(
    ("epoch", "day", "covered"),
    [
        ("pre-2021", date(2021, 8, 14), True),
        ("pre-2021", date(2021, 8, 15), False),
        ("2021 onward", date(2021, 8, 14), False),
        ("2021-2024", date(2025, 8, 18), True),  # the text is of 2024, the government it speaks of still rules
        ("post-2001", date(2014, 1, 1), True),
        ("1979-80", date(2014, 1, 1), False),
        ("2025 / general; historic", date(2025, 8, 18), True),
        ("2021 onward; post-2001", date(2014, 1, 1), True),
    ],
)
def test_an_epoch_covers_its_days_and_no_others(epoch: str, day: date, covered: bool) -> None:
    assert overlaps(epoch, day, day) == covered


def test_no_norm_and_no_past_epoch_links_variables_today() -> None:
    links = [one for one in ACTING if one.kind == "link"]
    assert links
    for one in links:
        fields = MECHANISMS[one.id].fields
        assert fields["claim_kind"] != "normative"
        assert overlaps(fields["epoch"], TODAY, TODAY)
    assert not [one.id for one in ACTING if not overlaps(one.epoch, TODAY, TODAY)]


def test_the_variables_with_a_state_are_those_that_lead_to_something_measured_on_some_day_of_the_record() -> None:
    live = acting(DRAWN, date(2014, 1, 1), date.max)

    assert reaching(live) == SOFT.keys()
    assert not any({one.cause, one.effect} & MAPPED.keys() for one in live)


def test_what_leads_nowhere_changes_no_bit_of_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule itself: all other links let in again move no indicator while gates are read as causes."""
    scenario = small("sat_recommendations", "parameters.structure.gates=0", end="2027-06-01")
    usual = outcome(scenario, range(6))
    live = [one for one in DRAWN if overlaps(one.epoch, TODAY, date.max) and not (one.norm and one.kind == "link")]
    every = tuple(one for one in live if not {one.cause, one.effect} & MAPPED.keys())
    assert len(every) > len(ACTING)
    monkeypatch.setattr(climate, "acting", lambda *_: every)
    other = outcome(scenario, range(6))

    assert all(usual.columns[name].tobytes() == other.columns[name].tobytes() for name in usual.columns)


def test_every_soft_variable_that_a_process_reads_is_declared(root: Path) -> None:
    """`READ` decides what stays in the weekly step: a reader it does not know would find a variable at rest."""
    read = set()
    for path in (root / "src" / "regionsim" / "model").rglob("*.py"):
        read |= set(re.findall(r"climate\.(?:felt|soft)\(\s*\"(\w+)\"", path.read_text("utf-8")))

    assert read - READ.keys() <= {"india_presence"}  # of which India offsets the links, while these act
    assert READ.keys() <= read


def test_claims_act_on_the_days_of_their_epoch_in_a_start_before_the_takeover() -> None:
    w = RegionModel(small("history_2014", end="2022-06-01"), 3)
    before = {link.id for link, live in zip(w.climate.links, w.climate.live, strict=True) if live}
    assert {"MB05", "MD22"} <= before
    assert "MC41" not in before
    while week_date(w.start, w.week + 1) < date(2021, 8, 15):
        w.week += 1
    weights = w.climate.weight
    climate.drift(w)
    assert w.climate.weight is weights
    w.week += 1
    climate.drift(w)
    after = {link.id for link, live in zip(w.climate.links, w.climate.live, strict=True) if live}

    assert not after & {"MB05", "MD22"}
    resting = [k for k, live in enumerate(w.climate.live) if not live]
    assert (w.climate.weight[:, resting] == 0.0).all()
    total = np.zeros((3, len(SOFT)))
    for k, effect in enumerate(w.climate.effect):
        total[:, effect] += np.abs(w.climate.weight[:, k])
    assert (total <= 1.0 + 1e-9).all()


def test_every_mechanism_has_become_something_and_says_why_if_it_does_not_act() -> None:
    found = became(MECHANISMS)
    count = Counter(treatment.kind for treatment in found.values())

    assert len(found) == 333
    assert count == {"link": 76, "channel": 51, "structure": 36, "map": 136, "none": 34}
    assert all(one.why for one in found.values() if one.kind in ("map", "none"))
    assert {one.id for one in ACTING} == {id for id, one in found.items() if one.kind in ("link", "channel")}


def test_a_variable_of_the_past_leads_somewhere_then_and_nowhere_now() -> None:
    assert "pk_proxy_support" in leading(MECHANISMS, date(2014, 1, 1))
    assert "pk_proxy_support" not in leading(MECHANISMS)


def test_the_drawn_map_is_what_the_claims_make_of_it(root: Path) -> None:
    for name, text in script(root).pages().items():
        written = (root / "docs" / name).read_text("utf-8")
        assert written == text, f"run ./dev python experiments/causal_map.py ({name})"


@pytest.mark.parametrize(("name", "many"), [("causal_map.svg", DRAWN), ("causal_map_acting.svg", ACTING)])
def test_every_arrow_of_the_drawing_names_its_claim_and_every_label_lies_within(
    root: Path, name: str, many: tuple[climate.Link, ...]
) -> None:
    svg = ElementTree.parse(root / "docs" / "img" / name).getroot()
    space = "{http://www.w3.org/2000/svg}"
    titles = [path.findtext(f"{space}title") for path in svg.iter(f"{space}path") if path.get("marker-end")]
    assert sorted(title.partition(":")[0] for title in titles if title) == sorted(one.id for one in many)
    wide, high = (float(number) for number in svg.get("viewBox", "").split()[2:])
    for text in svg.iter(f"{space}text"):
        turned = re.match(r"rotate\((-?[\d.]+)", text.get("transform", ""))
        if turned is None:
            continue
        # letters of this size are 6.8 wide in the mean, bold ones 7.3
        away = 7.4 * len(text.text or "") * (1.0 if text.get("text-anchor") == "start" else -1.0)
        angle = np.deg2rad(float(turned[1]))
        x, y = float(text.get("x", 0)) + away * np.cos(angle), float(text.get("y", 0)) + away * np.sin(angle)
        assert 0.0 < x < wide, text.text
        assert 0.0 < y < high, text.text
