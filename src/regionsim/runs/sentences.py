"""Events in words: one sentence for each kind.

Core object: `sentence`. A kind without a sentence of its own, as of another model, is described from its columns; every
kind that this model records has one.
"""

from regionsim.runs.numerals import rounded

_NAMES = {
    "ttp": "the TTP",
    "iskp": "IS-KP",
    "baloch": "Baloch groups",
    "other": "other groups",
    "pakistan": "Pakistan",
    "afghanistan": "Afghanistan",
    "both": "both sides",
    "pakistan_army": "Pakistan's military",
    "pakistan_government": "Pakistan's government",
    "taliban_government": "the Afghan Taliban government",
    "border_forces": "border forces",
    "ghulam_khan": "Ghulam Khan",
    "angoor_adda": "Angoor Adda",
    "casa": "the CASA-1000 power line",
    "tapi": "the TAPI gas pipeline",
    "tap": "the TAP-500 power line",
    "railway": "the trans-Afghan railway",
    "cpec": "the extension of CPEC",
    "wakhan": "the Wakhan corridor",
    "minerals": "Afghan mines",
    "border": "the border",
    "khyber_pakhtunkhwa": "Khyber Pakhtunkhwa and the former FATA",
    "balochistan": "Balochistan",
    "gulf_mediators": "Gulf mediators",
    "china": "China",
    "india": "India",
    "iran": "Iran",
    "por": "Proof of Registration cards",
    "acc": "Afghan Citizen Cards",
    "visa": "visas of Afghans in Pakistan",
    "tension": "open tension",
    "clash": "armed clashes",
}
_OF_DEALS = {"deal", "deal_end", "deal_over"}
"""Kinds whose actor is the id of a deal, shown as the scenario writes it."""
_CAPITALS = {"torkham", "chaman", "kharlachi"}
_OTHER = {
    "pakistan": "Afghanistan",
    "afghanistan": "Pakistan",
    "pakistan_government": "Kabul",
    "pakistan_army": "Kabul",
    "taliban_government": "Islamabad",
}
"""Who stands opposite an actor."""
_BECAUSE = {
    "scenario": " (set by the scenario)",
    "record": " (so it was at the start)",
    "clash": " after a border clash",
    "strike": " after a Pakistani strike",
    "attack": " after a militant attack",
    "administration": " for administrative reasons",
    "threat": " over militant attacks",
    "policy": " as declared policy",
    "government": "",  # the sentence names who decides
    "chance": "",
}
"""Why something happens, as the end of a sentence."""

_SENTENCES = {
    "closure": "{place} is closed by {actor}{for_days}{because}",
    "sit-in": "protesters block {place} with a sit-in{for_days}",
    "reopening": "{place} reopens",
    "clash": "border forces clash at {place}",
    "rupture": "a long rupture begins: all crossings are shut by {actor}{because}",
    "rupture_goes_on": "the long rupture goes on: crossings have been shut{for_days}",
    "rupture_ready": "{actor} is ready to reopen the crossings, {opposite} is not",
    "rupture_end": "both sides agree to end the long rupture{after_weeks}: crossings may reopen, one by one",
    "rupture_opened": "the long rupture ends{after_weeks}: crossings reopen{because}",
    "people_pass": "returnees and aid pass again at {place}, goods do not{because}",
    "returnees_pass": "returnees pass again at {place}, goods and aid do not{because}",
    "goods_pass": "goods pass again at {place} after the rupture{because}",
    "strike": "Pakistan strikes across the border{because}{deaths}",
    "major_attack": "a major attack by {actor}{kills}",
    "campaign": "{actor} steps up attacks{for_days}{because}",
    "campaign_end": "the campaign of {actor} ends",
    "truce": "a truce with {actor} begins{brokered}{for_days}",
    "truce_end": "the truce with {actor} ends{after_weeks}",
    "refusal": "{actor} refuses the truce that Kabul brokers",
    "surge": "a surge of attacks by {actor} begins",
    "lull": "a lull in attacks by {actor} begins",
    "opening": "Pakistan reopens crossings early, as a signal",
    "concession": "Pakistan's government eases documents or trade rules",
    "expulsion_eased": "Pakistan's government ends the expulsion order early",
    "turn_away": "the Afghan Taliban government turns trade away from Pakistan",
    "curb": "the Afghan Taliban government curbs militants",
    "operation": "Pakistan's military begins an operation{because}",
    "talks": "{actor} holds talks with {opposite}{because}",
    "visit": "a high-level visit between the governments{because}",
    "accusation": "{actor} publicly accuses {opposite}{because}",
    "expulsion_order": "Pakistan orders Afghans without valid papers to leave{enforced}{because}",
    "escalation": "relations between Pakistan and Afghanistan worsen to {cause}",
    "de-escalation": "relations between Pakistan and Afghanistan ease to {cause}",
    "deal": "the deal {actor} begins: its condition holds",
    "deal_end": "the deal {actor} lapses: its condition no longer holds",
    "deal_over": "the deal {actor} ends on its last day",
    "regime": "the usual level of violence in {place} changes to {times} that of the start",
    "works_begin": "works on {actor} begin",
    "works_stop": "works on {actor} stop",
    "works_restart": "works on {actor} start again",
    "running": "{actor} is complete and runs",
    "expulsion_end": "the expulsion order ends{after_weeks}",
    "mediation": "{actor} offer to mediate between the states",
    "mediation_end": "{actor} stop mediating",
    "trilateral": "{actor} hosts trilateral talks",
    "commitment": "{actor} commits money to Afghan minerals",
    "withdrawal": "{actor} withdraws its money from Afghan minerals",
    "engagement": "{actor} deepens ties with Kabul: a visit, mission or agreement",
    "india_crisis": "an India-Pakistan crisis begins{because}",
    "iran_expulsions": "Iran begins to expel {persons} Afghans{because}",
    "documents_lapsed": "{cause} lapse",
    "documents_renewed": "{cause} are renewed",
}


def name_of(word: str) -> str:
    """An actor or place as a sentence names it."""
    if word in _CAPITALS:
        return word.capitalize()
    return _NAMES.get(word, word.replace("_", " "))


def sentence(kind: str, place: str, actor: str, cause: str, *, magnitude: float = 0.0) -> str:
    """The event in one sentence that begins with a capital, without its date."""
    template = _SENTENCES.get(_variant(kind, cause))
    if template is None:
        where = f" at {name_of(place)}" if place else ""
        who = f" by {name_of(actor)}" if actor else ""
        size = f" ({rounded(magnitude)})" if magnitude else ""
        return _capital(kind.replace("_", " ") + where + who + _because(cause) + size)
    days, people = _days(magnitude), "1 person" if round(magnitude) == 1 else f"{magnitude:,.0f} people"
    values = {
        "place": name_of(place),
        "actor": (actor if kind in _OF_DEALS else name_of(actor)) if actor else "one side",
        "opposite": _OTHER.get(actor, "the other side" if actor else "the other"),
        "cause": name_of(cause),
        "because": _because(cause),
        "brokered": ", brokered by Kabul" if cause == "brokered" else "",
        "for_days": f" for {days}" if magnitude else "",
        "enforced": f" (enforced for {days})" if magnitude else "",
        "after_weeks": f" after {_weeks(magnitude)}" if magnitude else "",
        "times": f"{magnitude:.1f} times",
        "persons": f"{magnitude:,.0f}",
        "deaths": f", {people} killed" if magnitude else "",
        "kills": f" kills {people}" if magnitude else "",
    }
    return _capital(template.format(**values))


def _variant(kind: str, cause: str) -> str:
    """The kind of sentence, which the cause may decide."""
    if kind == "deal_end" and not cause:
        return "deal_over"  # its condition may still hold
    if kind == "rupture_end" and cause:
        return "rupture_opened"  # nobody needed to agree
    return "sit-in" if kind == "closure" and cause == "sit-in" else kind


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _because(cause: str) -> str:
    return _BECAUSE.get(cause, f" (cause: {name_of(cause)})" if cause else "")


def _weeks(weeks: float) -> str:
    return "1 week" if round(weeks) == 1 else f"{weeks:,.0f} weeks"


def _days(days: float) -> str:
    return "1 day" if round(days) == 1 else f"{days:,.0f} days"
