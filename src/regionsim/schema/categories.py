"""Places, statuses, groups and kinds of flow: each named once, in the order of the axes of arrays.

Core objects: a type of the allowed words for each category (`Crossing`, `Province`, `Status` ...), the same words as a
tuple (`CROSSINGS`, `PROVINCES`, `STATUSES` ...), and their positions on an axis (`POR`, `TTP`, `IRAN` ...).
"""

from typing import Literal, get_args

Side = Literal["pakistan", "afghanistan"]
Crossing = Literal["torkham", "chaman", "ghulam_khan", "kharlachi", "angoor_adda"]
Province = Literal["khyber_pakhtunkhwa", "former_fata", "balochistan", "punjab", "sindh", "islamabad"]
GateFlow = Literal["cargo", "pedestrians", "returnees", "aid"]
"""What a gate lets through."""
TradeKind = Literal["export", "import", "transit"]
"""What trucks carry, seen from Pakistan."""
Goods = Literal["perishable", "bulk", "manufactured", "fuel"]
Route = Literal[Crossing, "informal", "iran", "north"]
Status = Literal["por", "acc", "undocumented", "visa"]
"""Of Afghans in Pakistan: holder of a Proof of Registration card, of an Afghan Citizen Card, neither, or of a visa."""
Move = Literal["return", "deportation", "onward", "arrival", "remigration", "birth"]
"""What happens to a household in a week: the first three take it out of Pakistan, the next two bring it in."""
Group = Literal["ttp", "iskp", "baloch", "other"]
Rung = Literal["normal", "tension", "clash", "war"]

SIDES: tuple[str, ...] = get_args(Side)
CROSSINGS: tuple[str, ...] = get_args(Crossing)
PROVINCES: tuple[str, ...] = get_args(Province)
GATE_FLOWS: tuple[str, ...] = get_args(GateFlow)
TRADE_KINDS: tuple[str, ...] = get_args(TradeKind)
GOODS: tuple[str, ...] = get_args(Goods)
ROUTES: tuple[str, ...] = get_args(Route)
STATUSES: tuple[str, ...] = get_args(Status)
MOVES: tuple[str, ...] = get_args(Move)
GROUPS: tuple[str, ...] = get_args(Group)
RUNGS: tuple[str, ...] = get_args(Rung)

PAKISTAN, AFGHANISTAN = range(len(SIDES))
CARGO, PEDESTRIANS, RETURNEES, AID = range(len(GATE_FLOWS))
EXPORT, IMPORT, TRANSIT = range(len(TRADE_KINDS))
TORKHAM, CHAMAN, GHULAM_KHAN, KHARLACHI, ANGOOR_ADDA = range(len(CROSSINGS))
INFORMAL, IRAN, NORTH = range(len(CROSSINGS), len(ROUTES))
POR, ACC, UNDOCUMENTED, VISA = range(len(STATUSES))
RETURN, DEPORTATION, ONWARD, ARRIVAL, REMIGRATION, BIRTH = range(len(MOVES))
TTP, ISKP, BALOCH, OTHER = range(len(GROUPS))
NORMAL, TENSION, CLASH, WAR = range(len(RUNGS))
