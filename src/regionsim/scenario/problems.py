"""The schema's errors in the user's words, each at the place in the file it is about.

Core object: `scenario_faults`, which validates plain data against `ScenarioFile`.
"""

from functools import partial
from typing import Any

from pydantic import BaseModel

from regionsim.scenario.schema import FILE_KEYS, ScenarioFile, Timeline
from regionsim.schema.categories import CROSSINGS
from regionsim.schema.quantities import DISTRIBUTIONS
from regionsim.schema.shocks import SHOCKS
from regionsim.yamlfile.faults import Fault, Path, allowed, dotted, quoted
from regionsim.yamlfile.locate import REFUSED, Map, find, place_of
from regionsim.yamlfile.shape import validated

_TAGGED: dict[str, type[BaseModel]] = {**SHOCKS, **DISTRIBUTIONS, "timeline": Timeline}


def scenario_faults(root: Map, *, complete: bool = True) -> list[Fault]:
    """Faults of a merged scenario that the schema alone can find. `complete` False: missing keys are not faults."""
    untagged = partial(_union_fault, root)
    _, faults = validated(root, ScenarioFile, tagged=_TAGGED, untagged=untagged, keys=FILE_KEYS, complete=complete)
    return faults


def _union_fault(root: Map, path: Path, given: Any) -> Fault | None:
    """Fault of a shock without a known kind, or of a value that is not a number, quantity or distribution."""
    if path[0] == "timeline" and "add" not in path:
        return Fault(place_of(root, path), dotted(path), f"{quoted(given)} is not understood (allowed: none, observed)")
    if path[-1] == "crossing":
        message = f"{quoted(given)} must be a crossing or a list of them {allowed(given, [*CROSSINGS, 'all'])}"
        return Fault(place_of(root, path), dotted(path), message)
    is_shock = path[0] != "parameters"
    key, choices = ("kind", list(SHOCKS)) if is_shock else ("distribution", list(DISTRIBUTIONS))
    if not isinstance(given, dict):
        what = "a map with its kind" if is_shock else "a number, a text such as '10 USD bn/yr', or a distribution"
        return Fault(place_of(root, path), dotted(path), f"{quoted(given)} must be {what}")
    if key not in given:
        message = f"the key {key} is missing {allowed('', choices)}"
        return Fault(place_of(root, path), dotted(path), message)
    if given[key] is REFUSED:
        return None
    here = (*path, key)
    place = place_of(root, here) if find(root, here) else place_of(root, path)
    return Fault(place, dotted(here), f"unknown {key} {quoted(given[key])} {allowed(given[key], choices)}")
