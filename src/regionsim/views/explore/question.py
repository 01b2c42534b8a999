"""What the page asks: a starting scenario with other levers, shocks or parameters, checked like a file.

Core objects: `Start` (the scenario that is explored), `Question` and `question_of`. A question becomes a scenario to
simulate, and a small file that extends the starting scenario and gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from regionsim.errors import InputError
from regionsim.scenario import Scenario, load
from regionsim.scenario.load import Source
from regionsim.yamlfile.emit import emit

KEYS = ("levers", "deals", "shocks", "parameters", "targets")
"""What a question may change; all else is that of the starting scenario."""
MOST_SHOCKS = 50
MOST_DEALS = 20
MOST_TARGETS = 20
_TITLE = 200


@dataclass(frozen=True)
class Start:
    """The scenario that is explored, and the name by which a file can extend it."""

    scenario: Scenario
    extends: str
    shipped: bool
    """Whether the name is that of a shipped scenario, so that a file anywhere can extend it."""

    @classmethod
    def of(cls, source: Source, worlds: int | None = None) -> Start:
        """A scenario, with another number of worlds if given. Raises InputError."""
        from regionsim.scenario.vocabulary import shipped_scenarios

        scenario = load(source, worlds=worlds)
        word = str(source) if isinstance(source, str | Path) else scenario.name
        shipped = word in shipped_scenarios()
        return cls(scenario, word if shipped else scenario.name, shipped)

    @property
    def plain(self) -> dict[str, Any]:
        """The scenario as the content of a file, without expectations, which a page does not judge."""
        return {key: value for key, value in self.scenario.resolved().items() if key != "expect"}


@dataclass(frozen=True)
class Question:
    """Changes to the starting scenario, as a file writes them. A lever that is None is not pulled."""

    start: Start
    levers: Mapping[str, dict[str, Any] | None]
    shocks: tuple[dict[str, Any], ...] | None
    """All shocks, with those of the starting scenario; None where they are its own."""
    deals: tuple[dict[str, Any], ...]
    """Deals beside those of the starting scenario."""
    parameters: Mapping[str, Any]
    targets: tuple[dict[str, Any], ...]
    """Targets beside those of the starting scenario; they change no number."""
    scenario: Scenario
    """What is simulated."""

    @property
    def changed_from(self) -> date:
        """The first day on which anything differs; the start where parameters differ or nothing does."""
        before, after = self.start.scenario, self.scenario
        if before.parameters != after.parameters or before.draws != after.draws:
            return before.start
        names = {*before.levers, *after.levers}
        differing = [name for name in names if before.levers.get(name) != after.levers.get(name)]
        days = [side[name].from_ for name in differing for side in (before.levers, after.levers) if name in side]
        days += [shock.on for shock in before.shocks if shock not in after.shocks]
        days += [shock.on for shock in after.shocks if shock not in before.shocks]
        days += [deal.from_ for deal in after.deals if deal not in before.deals]
        return min(days, default=before.start)

    def file(self, title: str = "") -> str:
        """A file that extends the starting scenario and writes only what differs."""
        head: dict[str, Any] = {"format": 1, "title": titled(title)}
        head |= {"question": "", "extends": self.start.extends, "baseline": self.start.extends}
        head["worlds"] = self.scenario.worlds
        if self.parameters:
            head["parameters"] = dict(self.parameters)
        if self.levers:
            head["levers"] = {name: self._over(name, setting) for name, setting in self.levers.items()}
        if self.deals:
            head["deals"] = list(self.deals)
        if self.shocks is not None:
            head["shocks"] = self._listed()
        if self.targets:
            head["targets"] = list(self.targets)
        if self.start.scenario.expect:
            head["expect"] = [None]
        where = "" if self.start.shipped else f"# Save it beside the file of {self.start.extends}, which it extends.\n"
        return where + emit(head)

    def _over(self, name: str, setting: dict[str, Any] | None) -> dict[str, Any] | None:
        """A lever's entry in the file: what the starting scenario sets and this does not is removed by null."""
        before = self.start.plain.get("levers", {}).get(name, {})
        if setting is None:
            return None
        return setting | {key: None for key in before if key not in setting}

    def _listed(self) -> list[Any]:
        """The list in the file: appended to that of the starting scenario if this begins with it, else in its place."""
        before = self.start.plain.get("shocks", [])
        listed = list(self.shocks or ())
        if listed[: len(before)] == before:
            return listed[len(before) :]
        return [None, *listed]


def titled(title: str) -> str:
    """The title that a page gave a question, cut to what a scenario may have, or one where it gave none."""
    return title.strip()[:_TITLE] or "Tried in explore"


def question_of(start: Start, data: object) -> Question:
    """The question in what a page sent. Raises InputError with every fault."""
    if not isinstance(data, Mapping):
        raise InputError("question: must be a map")
    unknown = [str(key)[:40] for key in data if key not in KEYS]
    if unknown:
        raise InputError(f"question: unknown key {unknown[0]!r} (allowed: {', '.join(KEYS)})")
    levers, parameters = (_map(data, key) for key in ("levers", "parameters"))
    shocks, deals = _list(data, "shocks", MOST_SHOCKS), _list(data, "deals", MOST_DEALS) or []
    targets = _list(data, "targets", MOST_TARGETS) or []
    content = start.plain
    own = content.get("levers", {})
    missing = [name for name, setting in levers.items() if setting is None and name not in own]
    if missing:
        raise InputError(f"levers.{missing[0]}: is not pulled by {start.extends}, so it cannot be removed")
    content["levers"] = {name: each for name, each in (own | levers).items() if each is not None}
    content["parameters"] = content.get("parameters", {}) | parameters
    for key, more in (("deals", deals), ("targets", targets)):
        if more:
            content[key] = [*content.get(key, []), *more]
    if shocks is not None:
        content["shocks"] = shocks
    scenario = load(content).model_copy(update={"name": start.scenario.name})
    listed = None if shocks is None or shocks == start.plain.get("shocks", []) else tuple(shocks)
    return Question(start, levers, listed, tuple(deals), parameters, tuple(targets), scenario)


def _list(data: Mapping[str, Any], key: str, most: int) -> list[Any] | None:
    value = data.get(key)
    if value is not None and not (isinstance(value, list) and len(value) <= most):
        raise InputError(f"{key}: must be a list of at most {most}")
    return value


def _map(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key) or {}
    if not isinstance(value, dict):
        raise InputError(f"{key}: must be a map")
    return dict(value)
