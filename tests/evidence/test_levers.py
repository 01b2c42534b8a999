"""Files of levers: what is read of an entry, and every kind of fault told with its place."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from regionsim.evidence import load_evidence
from regionsim.evidence.levers import Known, read_levers
from regionsim.evidence.records import Cost, Effect
from regionsim.evidence.tables import Faults
from regionsim.schema.knobs import KNOBS, Knob

FILE = "levers/border.yaml"
OTHER = "levers/packages.yaml"

CLIMATE = """\
border_control_initial:
  title: Tightness of the border at the start
  value: 0.5
  unit: share
  range: [0, 1]
  role: brief
  sources: [MA22]
"""

LEVER = """\
# gates
night_shift:
  title: Crossings clear goods around the clock
  who: both customs services
  briefs: [LS04]
  evidence: [MA84]
  grade: documented
  coercive: false
  targets: [trade]
  effects:
    clearance_time:
      how: cut
      size:
        value: 0.25
        unit: share
        range: [-0.5, 0.99]
        distribution: {distribution: uniform, low: 0.1, high: 0.4}
        role: assumption
        sources: [LS04]
        note: Not measured for this border
    civilian_burden:
      how: add
      size:
        value: 0.5
        unit: index
        range: [0, 5]
        role: assumption
        sources: [LS04]
        note: Not measured for this border
  pushes:
    border_control: "-"
  push_size:
    value: 1.5
    unit: logit
    range: [0, 6]
    role: assumption
    sources: [LS04]
    note: Not documented
  needs: staff and light at night
  side_effects: overtime
  cost:
    value: 10
    unit: USD bn
    sources: [Q50]
    note: Of a pipeline
"""

PACKAGE = """\
at_night:
  title: What is done at night
  who: both governments
  evidence: [SC18]
  grade: documented
  coercive: false
  parts:
    night_shift: LS04
  needs: what its parts need
  side_effects: those of its parts
  cost: {level: unknown}
"""


EVIDENCE = load_evidence()
KNOWN = Known(
    EVIDENCE.claims,
    frozenset(EVIDENCE.variables),
    frozenset([*EVIDENCE.claims, *EVIDENCE.documents, *EVIDENCE.series]),
    EVIDENCE.parameters,
)


@dataclass
class Files:
    """Files of levers in a folder laid out like seeds/."""

    folder: Path

    def write(self, file: str, text: str) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        self.write(file, text.replace(old, new, 1))

    def read(self):
        faults = Faults(self.folder)
        levers, _ = read_levers(self.folder / "levers", KNOWN, faults)
        return levers, faults.lines()

    def told(self, place: str, message: str) -> bool:
        _, faults = self.read()
        assert any(fault.startswith(f"seeds/{place}:") and message in fault for fault in faults), faults
        return True


@pytest.fixture
def files(tmp_path):
    made = Files(tmp_path / "seeds")
    made.write(FILE, LEVER)
    made.write(OTHER, PACKAGE)
    assert made.read()[1] == []
    return made


@pytest.fixture
def levers(base):
    base.write("parameters/climate.yaml", CLIMATE)
    base.write(FILE, LEVER)
    base.write(OTHER, PACKAGE)
    return base


def test_an_entry_gives_the_lever_and_its_sizes(levers):
    evidence = levers.load()
    found, package = evidence.levers["night_shift"], evidence.levers["at_night"]
    assert (found.evidence, found.briefs, found.targets) == (("LS04", "MA84"), ("LS04",), ("trade",))
    assert found.effects == (
        Effect("clearance_time", "cut", "levers.night_shift_clearance_time"),
        Effect("civilian_burden", "add", "levers.night_shift_civilian_burden"),
    )
    assert found.pushes == (("border_control", -1),)
    assert found.cost == Cost("", 10.0, "USD bn", ("Q50",), "Of a pipeline")
    assert str(found.cost) == "10 USD bn (Q50; Of a pipeline)"
    assert (found.file, found.place, found.number) == (FILE, f"seeds/{FILE}:3", None)
    assert (package.parts, str(package.cost)) == (("night_shift",), "unknown")
    assert [name for name in evidence.parameters if name.startswith("levers.")] == list(found.sizes)
    cut = evidence.parameters["levers.night_shift_clearance_time"]
    assert (cut.value, cut.low, cut.high, cut.sources) == (0.25, -0.5, 0.99, ("LS04",))
    assert cut.title == "Fall of time a truck takes to clear a crossing at full intensity of night shift"
    assert cut.place == f"seeds/{FILE}:14"
    assert evidence.parameters["levers.night_shift_push"].title == (
        "Push on border_control at full intensity of night shift"
    )


def test_numbers_order_levers_whatever_file_they_stand_in_and_sizes_stand_where_their_group_does(levers):
    levers.write("parameters/measurement.yaml", CLIMATE)
    levers.write("levers/a.yaml", LEVER.replace("night_shift:", "later:\n  number: 7"))
    levers.change(OTHER, "at_night:", "at_night:\n  number: 2")
    evidence = levers.load()
    assert list(evidence.levers) == ["at_night", "later", "night_shift"]
    groups = [name.partition(".")[0] for name in evidence.parameters]
    assert list(dict.fromkeys(groups)) == ["border", "climate", "levers", "measurement"]
    assert list(evidence.parameters)[2:8] == [
        *("levers.later_clearance_time", "levers.later_civilian_burden"),
        *("levers.night_shift_clearance_time", "levers.night_shift_civilian_burden"),
        *("levers.later_push", "levers.night_shift_push"),
    ]


# what is written, what instead, the line, what is said
EFFECT = "night_shift.effects.clearance_time"
FAULTS = {
    "no who": ("  who: both customs services\n", "", 3, "night_shift.who: the key is missing"),
    "empty who": ("who: both customs services", "who: ''", 4, "night_shift.who: '': must not be empty"),
    "unknown key": ("  who:", "  whom: x\n  who:", 4, "night_shift.whom: unknown key (allowed: number, title"),
    "unknown brief": ("briefs: [LS04]", "briefs: [LS40]", 5, "unknown lever of the briefs 'LS40' (did you mean LS"),
    "a brief that is no lever": ("briefs: [LS04]", "briefs: [MA84]", 5, "unknown lever of the briefs 'MA84'"),
    "unknown claim": ("[MA84]", "[MA840]", 6, "night_shift.evidence: unknown claim 'MA840' (did you mean MA84?)"),
    "rests on nothing": ("  briefs: [LS04]\n  evidence: [MA84]\n", "", 3, "night_shift: rests on no claim"),
    "unknown grade": ("grade: documented", "grade: documnted", 7, "grade: 'documnted' is not understood (allowed:"),
    "coercive in words": ("coercive: false", "coercive: partly", 8, "coercive: 'partly' must be true or false"),
    "unknown target": ("[trade]", "[trdae]", 9, "targets: unknown variable 'trdae' (did you mean trade?)"),
    "a target like no variable": ("[trade]", "[qqq]", 9, "unknown variable 'qqq' (see `regionsim list variables`)"),
    "unknown knob": (
        *("clearance_time:", "clearance_tme:", 11),
        "night_shift.effects.clearance_tme: unknown knob 'clearance_tme' (did you mean clearance_time?)",
    ),
    "unknown way": ("how: cut", "how: cat", 12, "how: 'cat' is not understood (allowed: cut, lift, add"),
    "no way": ("      how: cut\n", "", 12, f"{EFFECT}.how: the key is missing"),
    "an effect that is no map": ("    civilian", "    aid: 3\n    civilian", 21, "aid: 3 must be a map of how, size"),
    "size without source": ("        sources: [LS04]\n", "", 14, f"{EFFECT}.size.sources: the key is missing"),
    "unknown source": ("    sources: [LS04]", "    sources: [LSO4]", 19, "unknown claim, document or series 'LSO4'"),
    "size with a title": ("        value: 0.25", "        title: x\n        value: 0.25", 14, "title: unknown key"),
    "size outside its range": ("value: 0.25", "value: 2", 14, f"{EFFECT}.size.value: 2 is outside the range"),
    "size without why": ("        note: Not measured for this border\n", "", 14, "needs a note that says why"),
    "a cut of the whole": ("range: [-0.5, 0.99]", "range: [-0.5, 1]", 14, "its range ends at 1, which cuts below"),
    "a cut in another unit": ("unit: share", "unit: h", 14, f"{EFFECT}.size: its unit is 'h' (allowed: share)"),
    "an addition in another unit": ("unit: index", "unit: share", 24, "its unit is 'share' (allowed: index)"),
    "unknown variable pushed": ("border_control:", "border_contrl:", 31, "unknown variable 'border_contrl' (did you"),
    "a measured variable pushed": ("border_control:", "trade:", 31, "night_shift.pushes.trade: a series measures it"),
    "unknown direction": ('"-"', "down", 31, "'down' is not understood (allowed: +, -)"),
    "pushes without a size": ("  push_size:", "  push:", 32, "night_shift.push: unknown key (allowed: number"),
    "a size without pushes": ('  pushes:\n    border_control: "-"\n', "", 3, "pushes: the key is missing (pushes and"),
    "a push in another unit": ("unit: logit", "unit: share", 33, "its unit is 'share' (allowed: logit)"),
    "a cost without source": ("    sources: [Q50]\n", "", 42, "night_shift.cost.sources: the key is missing"),
    "a cost of unknown source": ("[Q50]", "[Q500]", 44, "unknown claim, document or series 'Q500' (did you mean"),
    "an odd number": ("  title:", "  number: 0\n  title:", 3, "number: 0 is out of range (allowed: 1 or more)"),
    "a name in capitals": ("night_shift:", "Night:", 3, "Night: a lever is named in lower case"),
    "not a map": ("# gates", "other: 1", 1, "other: 1 must be a map of number, title"),
    "not YAML": ('"-"', "-", 31, "not valid YAML"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_faulty_lever_is_told_with_its_line(files, kind):
    old, new, line, message = FAULTS[kind]
    files.change(FILE, old, new)
    assert files.told(f"{FILE}:{line}", message)


COSTS = {
    "{level: cheap}": "level: 'cheap' is not understood (allowed: unknown, low, medium, high)",
    "{level: high}": "at_night.cost.sources: the key is missing",
    "{level: high, sources: [S1]}": "at_night.cost.sources: unknown claim 'S1'",
    "{level: unknown, sources: [LS04]}": "at_night.cost.sources: unknown key (allowed: level, note)",
    "{value: 3, level: high, unit: USD bn, sources: [Q50]}": "at_night.cost.level: unknown key (allowed: value",
    "10": "at_night.cost: 10 must be a map of level, sources",
    "{value: 3, unit: USD mn a year, range: [1, 9], role: assumption}": "at_night.cost.note: the key is missing",
    "{value: 3, unit: h, range: [4, 9], role: assumption, note: so}": "cost.value: 3 is outside the range 4 to 9",
    "{value: 3, unit: h, range: [9, 1], role: assumption, note: so}": "the lower end is above the upper end",
    "{value: 3, unit: h, range: [0, 9], role: assumption, note: so}": "at_night.cost.range",
    "{value: 3, unit: h, range: [1, 9], role: assumption, sources: [Q500], note: so}": "unknown claim, document or",
}


@pytest.mark.parametrize("cost", COSTS)
def test_a_cost_is_a_figure_with_its_source_or_a_level_that_a_claim_gives(files, cost):
    files.change(OTHER, "{level: unknown}", cost)
    assert files.told(f"{OTHER}:11", COSTS[cost])
    files.change(OTHER, cost, "{level: high, sources: [LS04]}")
    found, faults = files.read()
    assert (str(found["at_night"].cost), faults) == ("high (LS04)", [])


def test_an_assumed_cost_has_a_range_and_says_why(files):
    assumed = "{value: 3, unit: USD mn a year, range: [1, 9], role: assumption, note: Taken from a like one}"
    files.change(OTHER, "{level: unknown}", assumed)
    found, faults = files.read()
    assert faults == []
    assert found["at_night"].cost == Cost("", 3.0, "USD mn a year", (), "Taken from a like one", (1.0, 9.0))
    assert str(found["at_night"].cost) == "3 USD mn a year assumed, 1 to 9 (Taken from a like one)"


PUSHED = '  pushes:\n    border_control: "-"\n  needs:'
PARTS = {
    "unknown lever": ("night_shift:", "night_shft:", 8, "unknown lever 'night_shft' (did you mean night_shift?)"),
    "package": ("night_shift: LS04", "at_night: SC18", 8, "at_night.parts.at_night: is itself a package"),
    "another claim": ("night_shift: LS04", "night_shift: LS05", 8, "unknown claim of night_shift 'LS05' (did you"),
    "no parts": ("  parts:\n    night_shift: LS04\n", "", 2, "must have effects or pushes, or only parts"),
    "more than parts": ("  needs:", PUSHED, 2, "must have effects or pushes, or only parts (a package)"),
    "a list": (
        "  parts:\n    night_shift: LS04",
        "  parts: [night_shift]",
        7,
        "parts: a list must be a map of keys",
    ),
}


@pytest.mark.parametrize("kind", PARTS)
def test_a_faulty_package_is_told_with_its_line(files, kind):
    old, new, line, message = PARTS[kind]
    files.change(OTHER, old, new)
    assert files.told(f"{OTHER}:{line}", message)


SECOND = """\
by_day:
  title: Crossings clear goods by day
  who: both customs services
  briefs: [LS04]
  grade: documented
  coercive: true
  same_as: night_shift
  needs: nothing
  side_effects: none
  cost: {level: unknown}
"""


def test_a_second_name_has_the_effects_pushes_and_sizes_of_the_lever_and_its_own_words(files):
    files.write("levers/zz.yaml", SECOND)
    found, faults = files.read()
    assert faults == []
    first, second = found["night_shift"], found["by_day"]
    assert (second.effects, second.pushes, second.sizes) == (first.effects, first.pushes, first.sizes)
    assert (second.same_as, second.coercive, second.title) == ("night_shift", True, "Crossings clear goods by day")


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("same_as: night_shift", "same_as: night_shft", 7, "unknown lever 'night_shft' (did you mean night_shift?)"),
        ("same_as: night_shift", "same_as: at_night", 7, "at_night is itself a package or a second name"),
        ("same_as: night_shift", "same_as: by_day", 7, "by_day is itself a package or a second name"),
        ("  same_as: night_shift\n", "", 2, "must have effects or pushes, or only parts (a package), or only same_as"),
        ("  same_as", "  parts: {night_shift: LS04}\n  same_as", 2, "must have effects or pushes, or only parts"),
    ],
)
def test_a_faulty_second_name_is_told_with_its_line(files, old, new, line, message):
    files.write("levers/zz.yaml", SECOND.replace(old, new))
    assert files.told(f"levers/zz.yaml:{line}", message)


def test_a_lever_a_number_and_a_size_are_each_of_one(files):
    files.change(FILE, "  title:", "  number: 3\n  title:")
    files.write("levers/zz.yaml", LEVER.replace("  title:", "  number: 3\n  title:").replace("night_shift", "other"))
    assert files.read()[1] == [
        "seeds/levers/zz.yaml:3:11: other.number: 3 is the number of night_shift (omit it, or choose another)"
    ]
    files.write("levers/zz.yaml", LEVER)
    assert files.told("levers/zz.yaml:3", f"night_shift: the lever is given twice, first at seeds/{FILE}:3")


def test_two_sizes_of_one_name_are_a_fault(files, monkeypatch):
    monkeypatch.setitem(KNOBS, "time", Knob("time", "time", 1.0, "multiple"))
    other = LEVER.replace("night_shift", "night_shift_clearance").replace("clearance_time", "time")
    files.write("levers/zz.yaml", other)
    assert files.told("levers/zz.yaml:14", "levers.night_shift_clearance_time is also the name of the size at seeds/")


def test_a_size_in_the_parameters_is_sent_to_its_lever(levers):
    levers.write("parameters/levers.yaml", CLIMATE)
    assert levers.faults() == ["seeds/parameters/levers.yaml: a size of a lever is written with the lever (in levers/)"]
