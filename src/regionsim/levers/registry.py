"""The levers: who can pull each, what it aims at, which knobs it turns by how much, and what comes with it.

An effect names a knob, how it is turned, and the parameter that holds its size at full intensity (in
`seeds/parameters/levers.yaml`, with source and range). `cut` multiplies the knob by 1 - size * intensity, `lift` by
1 + size * intensity, `add` adds size * intensity. Nothing else of the model is touched: effects elsewhere travel
through its mechanisms. No effect size of these levers has been measured for this border; the grade says what stands
behind each: `documented` (a brief claims the effect, size assumed) or `assumption` (implied only).
"""

from dataclasses import dataclass, replace
from typing import Literal

from regionsim.levers.briefs import INSTRUMENTS, MORE, PACKAGES

How = Literal["cut", "lift", "add"]
Grade = Literal["measured", "documented", "assumption"]


@dataclass(frozen=True)
class Effect:
    """One knob turned: `parameter` is the dotted name of the size at full intensity."""

    knob: str
    how: How
    parameter: str


@dataclass(frozen=True)
class Lever:
    """One lever. `targets` are keys of the briefs' variables it aims at directly; `evidence` are claim ids."""

    id: str
    title: str
    who: str
    evidence: tuple[str, ...]
    grade: Grade
    targets: tuple[str, ...]
    effects: tuple[Effect, ...]
    needs: str
    side_effects: str
    pushes: tuple[tuple[str, int], ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def push_parameter(self) -> str:
        """Name of the parameter that holds how far the pushes go at full intensity, in logits."""
        return f"levers.{self.id}_push"


def _lever(
    id: str,
    title: str,
    who: str,
    evidence: str,
    grade: Grade,
    targets: str,
    effects: str,
    needs: str = "nothing beyond the decision",
    side_effects: str = "none claimed",
    pushes: str = "",
) -> Lever:
    """A lever from words: effects like "clearance_time cut, trade_fees cut", pushes like "dialogue+ trust-"."""
    turned = []
    for effect in filter(None, effects.split(", ")):
        knob, how = effect.split()
        turned.append(Effect(knob, how, f"levers.{id}_{knob}"))  # type: ignore[arg-type]  # checked by the registry test
    return Lever(
        id,
        title,
        who,
        tuple(evidence.split()),
        grade,
        tuple(targets.split()),
        tuple(turned),
        needs,
        side_effects,
        _signed(pushes),
    )


def _signed(words: str) -> tuple[tuple[str, int], ...]:
    """Words such as p2p+ and trust- as pairs of name and direction."""
    return tuple((word[:-1], 1 if word[-1] == "+" else -1) for word in words.split())


def _instrumented(lever: Lever) -> Lever:
    """The lever with the soft variables that are its instruments."""
    return replace(lever, pushes=_signed(INSTRUMENTS.get(lever.id, "")))


_ALL = (
    _lever(
        "trade_facilitation",
        "Economic integration: simpler clearance, lower duties, joint infrastructure",
        "both governments, investors",
        "LS04 MA84 MA86 MA07",
        "documented",
        "trade transit interdependence projects",
        "clearance_time cut, trade_fees cut, project_pace lift",
        "gates that stay open; staff and systems at the crossings",
        "customs revenue falls before volumes rise",
    ),
    _lever(
        "transit_agreement",
        "Renewed transit agreement: lighter fees, guarantees and negative lists",
        "both governments",
        "LI52 MB42 MB43",
        "documented",
        "transit transit_agreement",
        "transit_rules cut",
        "agreement on smuggling controls",
        "some transit goods return untaxed into Pakistan",
    ),
    _lever(
        "route_security",
        "Secured trade and transit routes",
        "Afghan Taliban government",
        "LF08 MB83 MB84",
        "documented",
        "route_security trade projects",
        "route_risk cut, project_security add",
        "forces that hold the roads",
    ),
    _lever(
        "contributor_policy",
        "Afghan residents and investors as contributors to Pakistan's economy",
        "Pakistan's civil government",
        "LI24 MA30 MA34 MA35 MA36",
        "documented",
        "refugee_contribution trade pk_economy",
        "contributor_trade add, integration add",
        "secure status and bank accounts",
        "political cost with hosts who fear competition",
    ),
    _lever(
        "trade_decoupling",
        "Trade kept apart from political and security disputes",
        "both governments",
        "LI51 ME03",
        "documented",
        "decoupling trade crossing_closure",
        "closure_from_clash cut, closure_other cut, closure_length cut",
        "restraint after incidents, on both sides",
        "a closed gate is lost as a means of pressure",
    ),
    _lever(
        "joint_border_management",
        "Border security cooperation: shared intelligence, joint posts",
        "both security establishments",
        "LS03 MA09 MA81 MA82 MA83",
        "documented",
        "ct_cooperation af_sanctuary ttp_violence trust",
        "clash_rate cut, infiltration cut, sanctuary_pressure add, confidence add",
        "army backing on one side, will in Kabul and Kandahar on the other",
        "pressure can push fighters towards IS-KP",
    ),
    _lever(
        "border_governance",
        "Modern border governance: technology, documents, integrated monitoring",
        "Pakistan with Afghan counterparts",
        "LS09 MA93 MA94 MA27",
        "documented",
        "border_governance trade infiltration",
        "clearance_time cut, infiltration cut, closure_other cut",
        "equipment and trained staff on both sides",
    ),
    _lever(
        "documentation_regime",
        "Visa and document regime with technology",
        "Pakistan",
        "LI05 MA27",
        "documented",
        "border_governance infiltration",
        "infiltration cut, civilian_burden add",
        "issuing capacity for many small crossings",
        "divided families and daily crossers lose access; sit-ins of 2023-24 at Chaman",
    ),
    _lever(
        "border_tightening",
        "Tighter border control",
        "Pakistan's military",
        "LI03 ME07 ME08",
        "documented",
        "border_control border_incidents",
        "clash_rate lift, infiltration cut, clearance_time lift, civilian_burden add",
        side_effects="more incidents, slower clearance, harm to civilians",
    ),
    _lever(
        "border_fence",
        "Fence built and maintained",
        "Pakistan's military",
        "LI04 MA22 MA23",
        "documented",
        "border_control infiltration civilian_harm",
        "infiltration cut, clash_rate lift, civilian_burden add",
        "monitoring of rough terrain; without it the effect vanishes",
        "divided communities; disputes over posts",
    ),
    _lever(
        "institutional_dialogue",
        "Institutionalised bilateral engagement",
        "both governments",
        "LS01 MA76 MA77 MA78",
        "documented",
        "dialogue trust grievance_redress",
        "talks_rate add",
        "delivery on what is agreed: past tracks changed little",
    ),
    _lever(
        "grievance_redress",
        "Grievances acknowledged and redressed",
        "both governments",
        "LI31 MA69",
        "documented",
        "grievance_redress trust",
        "confidence add",
    ),
    _lever(
        "people_to_people",
        "People-to-people exchange",
        "both governments and societies",
        "LS07 MA26 MA90 MA91",
        "documented",
        "p2p trust relations",
        "confidence add",
        "visas",
    ),
    _lever(
        "public_accusations",
        "Public accusations and disparaging statements (adverse)",
        "both governments",
        "LI47 MD37 ME13",
        "documented",
        "public_blame dialogue",
        "accusation_rate add",
        side_effects="talks break off",
    ),
    _lever(
        "humane_return",
        "Phased, coordinated, humane return",
        "Pakistan's civil government with Kabul",
        "LS02 MA08 MA79 MA80",
        "documented",
        "repatriation_forced humanitarian_fallout",
        "coercion cut, return_support lift",
        "reception capacity in Afghanistan; consent of those who return",
        "slower than a campaign",
    ),
    _lever(
        "forced_repatriation",
        "Forced or unphased repatriation (adverse)",
        "Pakistan's civil government",
        "LI23 MA37 MA67 MA79",
        "documented",
        "repatriation_forced humanitarian_fallout social_fabric",
        "expulsion_pace add",
        "police and holding capacity",
        "risk of return to harm (non-refoulement); loss of homes, schooling and work; hostility in Afghanistan",
    ),
    _lever(
        "health_cooperation",
        "Health cooperation for Afghan patients",
        "Pakistan",
        "LI29 MA29",
        "documented",
        "health_coop",
        "confidence add",
        "gates open to patients",
    ),
    _lever(
        "alumni_engagement",
        "Afghan graduates of Pakistani institutions engaged",
        "Pakistan",
        "LS10 MA28 MA95 MA96",
        "documented",
        "graduates relations",
        "confidence add, contributor_trade add",
    ),
    _lever(
        "ttp_mediation",
        "Afghan Taliban and Haqqani mediation between the TTP and Pakistan",
        "Afghan Taliban government, Haqqani network",
        "LF07 MB79 MB80 ME11",
        "documented",
        "mediation ceasefire border_incidents",
        "truce_odds lift, clash_rate cut",
        "will of Taliban leaders, doubted in the briefs",
        "truces have let groups recover",
    ),
    _lever(
        "cut_ttp_ties",
        "Afghan Taliban cut ties with the TTP",
        "Afghan Taliban government",
        "LI14 MC38 MC40 MC41",
        "documented",
        "tta_ttp_link transnational_groups af_sanctuary",
        "sanctuary_pressure add",
        "control over camps; a choice Kandahar has not made",
        "part of the fighters may move to IS-KP",
    ),
    _lever(
        "counter_iskp",
        "Serious fight against militants, IS-KP first",
        "Afghan Taliban government",
        "LF10 MB90 MB91 MB92",
        "documented",
        "taliban_ct_effort iskp_strength",
        "iskp_growth cut",
    ),
    _lever(
        "ct_support",
        "Pakistani counter-terror support to Kabul",
        "Pakistan",
        "LF11a MB93 MB94",
        "documented",
        "ct_cooperation taliban_ct_capacity",
        "iskp_growth cut, sanctuary_pressure add",
        "trust enough to accept it; past offers were refused",
        "past training is blamed for later insecurity",
    ),
    _lever(
        "border_uplift",
        "Socio-economic uplift of border regions",
        "Pakistan and development partners",
        "LS11 MA31 MA97 MA98",
        "documented",
        "border_welfare radicalization pk_stability",
        "border_welfare add, local_recruitment cut",
        "prior control: aid in contested places can feed conflict",
        "capture of funds",
    ),
    _lever(
        "humanitarian_aid",
        "Unconditional aid and economic assistance to Afghanistan",
        "international community",
        "LI16 LI17 LI18 MB33 MX04",
        "documented",
        "humanitarian_aid af_economy",
        "aid add",
        "channels that keep aid from diversion",
    ),
    _lever(
        "security_guarantees",
        "Security guarantees for integration projects",
        "both states",
        "LI30 MA57",
        "documented",
        "route_security regional_stability",
        "project_security add",
    ),
    _lever(
        "geoeconomic_turn",
        "Pakistan's Afghan policy turned from geopolitics to geo-economics",
        "Pakistan's civil and military establishments",
        "LF01 MB61 MB62 MB63 MB64",
        "documented",
        "pk_geoecon trade projects",
        "army_support add, trade_fees cut, project_pace lift",
        "army backing",
    ),
    _lever(
        "smuggling_control",
        "Smuggling curbed by agreed procedures",
        "both governments",
        "LI62 MD10 MD11",
        "assumption",
        "smuggling border_governance",
        "informal_appeal add",
        "incomes other than smuggling in border towns",
        "porters and small traders lose income",
    ),
    _lever(
        "attack_campaign",
        "TTP attack campaign (adverse)",
        "TTP",
        "LI55 MC05 MC33",
        "documented",
        "ttp_violence",
        "ttp_tempo lift",
        side_effects="deaths of soldiers, police and civilians",
    ),
    _lever(
        "militant_training",
        "Al-Qaeda training of TTP bombers (adverse)",
        "Al-Qaeda",
        "LI56 MC14",
        "documented",
        "transnational_groups ttp_violence",
        "ttp_severity lift",
        side_effects="deaths of soldiers, police and civilians",
    ),
    _lever(
        "cross_border_strikes",
        "Airstrikes across the border",
        "Pakistan's military",
        "LI06 MC12 MX10",
        "documented",
        "border_incidents public_blame",
        "strike_rate add",
        side_effects="civilian deaths; hostility; effect on the TTP of unknown sign",
    ),
)


def _more() -> list[Lever]:
    """The levers on soft variables, and the packages."""
    found = []
    for row in MORE:
        grade: Grade = "documented" if row["effects"] else "assumption"
        words = (row["effects"], row["needs"], row["side_effects"], row["pushes"])
        found.append(_lever(row["id"], row["title"], row["who"], row["claim"], grade, "", *words))
    for id, (title, claim, parts) in PACKAGES.items():
        found.append(
            Lever(
                id=id,
                title=title,
                who="those who pull its parts",
                evidence=(claim,),
                grade="documented",
                targets=(),
                effects=(),
                needs="what its parts need",
                side_effects="those of its parts",
                parts=parts,
            )
        )
    return found


LEVERS: dict[str, Lever] = {lever.id: lever for lever in (*(_instrumented(lever) for lever in _ALL), *_more())}
