"""The worlds of a sweep as tables of other libraries.

Core objects: `means_by_point` (what SALib analyses), `sweep_experiments` (what the EMA Workbench analyses).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from regionsim.runs.frames import varied_in

if TYPE_CHECKING:
    import pandas as pd

    from regionsim.runs.table import Array
    from regionsim.studies.sweep import Sweep


def means_by_point(results: pd.DataFrame, points: int) -> pd.DataFrame:
    """The results of a sweep as one row per point and a column per outcome: means; NaN where no world is finished."""
    import pandas as pd

    index = pd.RangeIndex(points, name="point")
    if not len(results):
        return pd.DataFrame(index=index)
    wide = results.pivot_table(index="point", columns="outcome", values="mean", aggfunc="first")
    wide = wide.reindex(index=index, columns=list(dict.fromkeys(results["outcome"])))
    return wide.rename_axis(columns=None)


def sweep_experiments(sweep: Sweep) -> tuple[pd.DataFrame, dict[str, Array]]:
    """Every finished world as an experiment, by point and replicate, and each outcome in it."""
    import pandas as pd

    from regionsim.studies.sweep import column_of, outcome_text

    frames, outcomes = [], []
    for arm, run in sweep.runs():
        if run.numbers.size:
            frames.append(run.worlds.set_index("world", drop=False).loc[run.numbers])
            outcomes.append({outcome_text(ref): column_of(arm, run, ref) for ref in sweep.refs
                             if ref.indicator in run.indicators or ref.indicator in run.variables})  # fmt: skip
    if not frames:
        return pd.DataFrame(), {}
    worlds = pd.concat(frames, join="inner", ignore_index=True)
    order = np.lexsort((worlds["replicate"].to_numpy(), worlds["arm"].to_numpy()))
    worlds = worlds.iloc[order].reset_index(drop=True)
    points = [sweep.points[number] for number in worlds["arm"]]
    axes = [axis.path for axis in sweep.study.over]
    swept = pd.DataFrame({name: [point[i] for point in points] for i, name in enumerate(axes)})
    drawn = worlds[[name for name in varied_in(worlds) if name not in axes]]
    joined = {name: np.concatenate([part[name] for part in outcomes])[order] for name in outcomes[0]}
    experiments = pd.concat([swept, drawn], axis=1)
    policy = worlds["arm"].astype(str)
    return experiments.assign(scenario=worlds["replicate"], policy=policy, model="regionsim"), joined
