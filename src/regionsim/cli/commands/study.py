"""Commands on scenario files: `show`, `validate`, `schema`, `new`."""

import shlex
from typing import Annotated

from cyclopts import Parameter

from regionsim.cli.options import Json, Observed, Scenario, Seed, Sets, Worlds, use_observed
from regionsim.cli.write import out, out_exact, out_json


def show(
    scenario: Scenario,
    /,
    *,
    sets: Sets = (),
    worlds: Worlds = None,
    seed: Seed = None,
    observed: Observed = None,
    json: Json = False,
) -> None:
    """Show the merged scenario, with the file and line each value came from.

    Example: regionsim show trade_push --set levers.trade_facilitation.intensity=0.5
    """
    use_observed(observed)
    if json:
        from regionsim.scenario import load

        out_json(load(scenario, sets=sets, worlds=worlds, seed=seed).resolved())
        return
    from regionsim.scenario.show import show as shown

    out_exact(shown(scenario, sets=sets, worlds=worlds, seed=seed))


def validate(
    files: Annotated[tuple[str, ...], Parameter(help="Scenario files, or names of shipped scenarios.")],
    /,
    *,
    observed: Observed = None,
    json: Json = False,
) -> int:
    """Check scenario files, and list every fault at once. Exit code 2 if there is one.

    Example: regionsim validate my_study.yaml
    """
    use_observed(observed)
    from regionsim.errors import InputError
    from regionsim.scenario import load

    faults: list[str] = []
    fine: list[str] = []
    for file in files:
        try:
            load(file)
            fine.append(file)
        except InputError as error:
            faults += error.faults
    if json:
        out_json({"valid": fine, "faults": faults})
        return InputError.exit_code if faults else 0
    for file in fine:
        out(f"{file}: valid")
    if faults:
        raise InputError(list(dict.fromkeys(faults)))
    return 0


def schema() -> None:
    """Print the JSON Schema of a scenario file, for editors.

    Example: regionsim schema > schema.json
    """
    from regionsim.scenario.jsonschema import json_schema

    out_json(json_schema())


def new(
    name: Annotated[str, Parameter(help="Name of the new scenario: NAME.yaml is written in this folder.")],
    /,
    *,
    from_: Annotated[str, Parameter(name="--from", help="The scenario it starts from.")] = "status_quo",
) -> None:
    """Start a scenario of your own, in a small file that extends another.

    Example: regionsim new my_study --from trade_push
    """
    from regionsim.scenario.new import new as started

    path = started(name, from_)
    out(f"{path.name} written; it extends {from_}. Play it: regionsim run {shlex.quote(path.name)}")
