"""Shocks: events that a scenario imposes on its actors, one class per kind.

Core objects: the classes, `SHOCKS` (kind -> class) and `Shock`, their union, discriminated by `kind`. Every shock has a
date `on` and may have an `id` for later reference. Durations are days in code (`days`), with a unit after `for` in
files. One entry may stand for several shocks (`every`, a list of crossings): `regionsim.scenario.patterns` expands it.
"""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from regionsim.schema.categories import CROSSINGS, Crossing, GateFlow, Goods, Status
from regionsim.schema.quantities import Day, Days, Model, Number, Whole
from regionsim.yamlfile.shape import TAG

MOST_SHOCKS = 2_000
"""The most shocks that the entries of a scenario may stand for."""


def _distinct[T](items: tuple[T, ...]) -> tuple[T, ...]:
    if len(set(items)) < len(items):
        raise ValueError("names one item twice")
    return items


class _Shock(Model):
    id: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    """Name for later reference, such as `shocks.autumn.for` after --set."""
    on: Day
    """Date of the shock, inside the horizon; it acts from the first week that begins on or after it."""
    every: Days | None = None
    """Repeats the shock at this interval, with its unit: 1 year, 6 months, 8 weeks."""
    until: Day | None = None
    """With `every`: date from which it is not repeated; without `until` and `times` it repeats to the end."""
    times: Whole | None = Field(default=None, ge=2, le=MOST_SHOCKS)
    """With `every`: how often it happens in all, the first included."""


PATTERN_KEYS = ("every", "until", "times")
"""Keys of every kind that make one entry stand for several shocks."""


def _kind_of_gates(value: Any) -> str | None:
    return TAG + "list" if isinstance(value, list | tuple) else TAG + "word" if isinstance(value, str) else None


Gates = Annotated[
    Annotated[Literal[Crossing, "all"], Tag(TAG + "word")]
    | Annotated[tuple[Crossing, ...], Field(min_length=1), AfterValidator(_distinct), Tag(TAG + "list")],
    Discriminator(_kind_of_gates),
]


class _AtGates(_Shock):
    @property
    def gates(self) -> tuple[str, ...]:
        """The crossings meant."""
        named: str | tuple[str, ...] = self.crossing  # type: ignore[attr-defined]  # declared by each kind, in its order
        return CROSSINGS if named == "all" else (named,) if isinstance(named, str) else named


class BorderClosure(_AtGates):
    """A crossing, several or all of them, closed for a time."""

    kind: Literal["border_closure"]
    crossing: Gates
    """The crossing closed, a list of crossings, or all."""
    days: Days = Field(alias="for")
    """How long, with its unit: 10 days, 4 weeks, 6 months."""
    by: Literal["pakistan", "afghanistan", "both", "protesters"]
    """Who closes it."""
    flows: Annotated[tuple[GateFlow, ...], Field(min_length=1), AfterValidator(_distinct)] = ("cargo", "pedestrians")
    """Flows that are stopped."""
    until_agreed: Literal[True] | None = None
    """true: after `for` all gates stay shut until both sides agree to open them, as in a long rupture."""

    @model_validator(mode="after")
    def _of_all_gates(self) -> Self:
        """Only governments agree, and only on all gates."""
        ordinary = self.crossing != "all" or self.by == "protesters" or not {"cargo", "pedestrians"} <= set(self.flows)
        if self.until_agreed and ordinary:
            raise ValueError("until_agreed needs crossing all, a government in by, and flows cargo and pedestrians")
        return self


class BorderOpening(_AtGates):
    """A crossing, several or all, opens: closures by a government and a rupture end there for the flows named."""

    kind: Literal["border_opening"]
    crossing: Gates
    """The crossing opened, a list of crossings, or all. Opened to goods and travellers, all crossings end a rupture."""
    flows: Annotated[tuple[GateFlow, ...], Field(min_length=1), AfterValidator(_distinct)] = get_args(GateFlow)
    """Flows that pass again: cargo, pedestrians, returnees, aid."""


class Ceasefire(_Shock):
    """A truce with the TTP for a time."""

    kind: Literal["ceasefire"]
    group: Literal["ttp"]
    """The group that agrees to it."""
    days: Days = Field(alias="for")
    """How long the truce is agreed for."""


class CeasefireEnd(_Shock):
    """The end of a truce with the TTP."""

    kind: Literal["ceasefire_end"]
    group: Literal["ttp"]
    """The group whose truce ends."""


class AttackCampaign(_Shock):
    """A group attacks more often for a time."""

    kind: Literal["attack_campaign"]
    group: Literal["ttp", "iskp", "baloch"]
    """The group that attacks."""
    days: Days = Field(alias="for")
    """How long the campaign lasts."""
    multiplier: Number = Field(ge=1, le=5, examples=[2])
    """Attack rate during the campaign, as a multiple of the rate without it."""


class ExpulsionOrder(_Shock):
    """Pakistan orders holders of the named statuses to leave."""

    kind: Literal["expulsion_order"]
    days: Days = Field(alias="for")
    """How long the order is enforced."""
    statuses: Annotated[tuple[Status, ...], Field(min_length=1), AfterValidator(_distinct)]
    """Whom it covers: por (registration cards), acc (citizen cards), undocumented, visa."""
    multiplier: Number = Field(ge=1, le=250, examples=[20])
    """Departures of those covered, as a multiple of departures without the order."""


class StatusChange(_Shock):
    """Documents of a status lapse or become valid again; lapsed documents give no protection.

    A change dated after the last extension on record (30 June 2025) holds until the next one; before it, or without
    one, chance decides.
    """

    kind: Literal["status_change"]
    status: Literal["por", "acc", "visa"]
    """Whose: por (registration cards), acc (citizen cards), visa."""
    to: Literal["valid", "lapsed"]
    """Their state from then on."""


class Airstrike(_Shock):
    """A strike across the border."""

    kind: Literal["airstrike"]
    deaths: Whole = Field(ge=0, le=500, examples=[20])
    """People reported killed."""


class AidCut(_Shock):
    """Donors withdraw a share of aid to Afghanistan for some time."""

    kind: Literal["aid_cut"]
    days: Days = Field(alias="for")
    """How long the cut lasts."""
    share: Number = Field(ge=0, le=1, examples=[0.5])
    """Share of aid withdrawn."""


class RefugeeWave(_Shock):
    """People cross from Afghanistan to Pakistan over some time."""

    kind: Literal["refugee_wave"]
    days: Days = Field(alias="for")
    """How long arrivals last."""
    persons: Whole = Field(ge=0, le=3_000_000, examples=[100_000])
    """How many people arrive in total."""


class Visit(_Shock):
    """A high-level visit between the governments."""

    kind: Literal["visit"]


class Accusation(_Shock):
    """A public accusation by one government against the other."""

    kind: Literal["accusation"]


class TransitRules(_Shock):
    """New rules on transit through Pakistan, in force from then on: fees, guarantees, bans."""

    kind: Literal["transit_rules"]
    burden: Number = Field(ge=0, le=3, examples=[1])
    """Cost that the rules add per container, as a multiple of that of October 2023 (trade.rules_cost)."""


class DutyChange(_Shock):
    """Duties on goods between the two countries change until the next change."""

    kind: Literal["duty_change"]
    multiple: Number = Field(ge=0, le=10, examples=[0.5])
    """Duties from then on, as a multiple of those at the start."""
    direction: Literal["exports", "imports", "both"] = "both"
    """Direction of the goods: exports of Pakistan, imports into it, or both."""
    goods: Annotated[tuple[Goods, ...], Field(min_length=1), AfterValidator(_distinct)] = get_args(Goods)
    """Classes of goods: perishable, bulk, manufactured, fuel."""


class Takeover(_Shock):
    """Power changes hands in Kabul, as in August 2021: prisoners and weapons are released, foreign forces leave."""

    kind: Literal["takeover"]


class MajorOperation(_Shock):
    """Pakistan clears a TTP stronghold at large scale, as in North Waziristan from June 2014: attacks step down."""

    kind: Literal["major_operation"]


class AfghanDisorder(_Shock):
    """Order in Afghanistan breaks down for some time."""

    kind: Literal["afghan_disorder"]
    days: Days = Field(alias="for")
    """How long."""
    depth: Number = Field(ge=0, le=1, examples=[0.5])
    """Size of the fall in Afghan stability, as a multiple of climate.disorder_push."""


SHOCKS: dict[str, type[_Shock]] = {
    "border_closure": BorderClosure,
    "border_opening": BorderOpening,
    "ceasefire": Ceasefire,
    "ceasefire_end": CeasefireEnd,
    "attack_campaign": AttackCampaign,
    "expulsion_order": ExpulsionOrder,
    "status_change": StatusChange,
    "airstrike": Airstrike,
    "aid_cut": AidCut,
    "refugee_wave": RefugeeWave,
    "visit": Visit,
    "accusation": Accusation,
    "transit_rules": TransitRules,
    "duty_change": DutyChange,
    "takeover": Takeover,
    "major_operation": MajorOperation,
    "afghan_disorder": AfghanDisorder,
}


def _kind_of_shock(value: Any) -> str | None:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return TAG + kind if isinstance(kind, str) else None


def left_open(shock: _Shock) -> bool:
    """Whether it is a closure that lasts until both sides agree to open."""
    return isinstance(shock, BorderClosure) and bool(shock.until_agreed)


Shock = Annotated[
    Annotated[BorderClosure, Tag(TAG + "border_closure")]
    | Annotated[BorderOpening, Tag(TAG + "border_opening")]
    | Annotated[Ceasefire, Tag(TAG + "ceasefire")]
    | Annotated[CeasefireEnd, Tag(TAG + "ceasefire_end")]
    | Annotated[AttackCampaign, Tag(TAG + "attack_campaign")]
    | Annotated[ExpulsionOrder, Tag(TAG + "expulsion_order")]
    | Annotated[StatusChange, Tag(TAG + "status_change")]
    | Annotated[Airstrike, Tag(TAG + "airstrike")]
    | Annotated[AidCut, Tag(TAG + "aid_cut")]
    | Annotated[RefugeeWave, Tag(TAG + "refugee_wave")]
    | Annotated[Visit, Tag(TAG + "visit")]
    | Annotated[Accusation, Tag(TAG + "accusation")]
    | Annotated[TransitRules, Tag(TAG + "transit_rules")]
    | Annotated[DutyChange, Tag(TAG + "duty_change")]
    | Annotated[Takeover, Tag(TAG + "takeover")]
    | Annotated[MajorOperation, Tag(TAG + "major_operation")]
    | Annotated[AfghanDisorder, Tag(TAG + "afghan_disorder")],
    Discriminator(_kind_of_shock),
]
