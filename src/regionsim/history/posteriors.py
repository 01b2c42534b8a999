"""What is written of a calibration: the joint rows as a table, and what made them and what they say as plain data.

Core objects: `table_of` (CSV text) and `described` (the manifest).
"""

from __future__ import annotations

import hashlib
from typing import Any

from regionsim import __version__
from regionsim.evidence import load_evidence
from regionsim.evidence.inputs import load_inputs
from regionsim.history.calibrate import Calibration, ParameterFit
from regionsim.history.submodels import FITS

METHOD = (
    "likelihoods or nearest simulations of each part's own series; then history matching in waves on figures of the "
    "whole model (implausibility of 3, linear and quadratic emulators) and a normal synthetic likelihood"
)


def table_of(found: Calibration) -> str:
    """The rows as CSV: a column for each narrowed parameter, six figures a value."""
    names = sorted(found.rows)
    lines = [",".join(names)]
    rows = zip(*(found.rows[name] for name in names), strict=True)
    lines += [",".join(f"{value:.6g}" for value in values) for values in rows]
    return "\n".join(lines) + "\n"


def described(found: Calibration, table: str) -> dict[str, Any]:
    """The manifest: what was asked, what made it, and a line on every parameter that was fitted."""
    task, evidence = found.task, load_evidence()
    uncertain = [name for name, known in evidence.parameters.items() if known.draw is not None]
    days = [f"{first}..{last}" for first, last in task.without]
    return {
        "until": task.until.isoformat(),
        **({"without": days} if days else {}),
        "method": METHOD,
        "version": __version__,
        "evidence": load_inputs().digest,
        "sha256": hashlib.sha256(table.encode()).hexdigest(),
        "seed": task.seed, "worlds": task.worlds, "rows": task.rows, "effort": task.effort,
        "worth": round(found.worth, 1),
        "sound": found.sound,
        "uncertain": len(uncertain),
        "waves": list(found.waves),
        "left_out": list(found.left_out),
        "notes": {one.title: one.note for one in FITS if one.note},
        "checks": {name: float(f"{p:.3g}") for name, p in sorted(found.checks.items())},
        "figures": [{k: round(v, 3) if isinstance(v, float) else v for k, v in one.items()} for one in found.figures],
        "parameters": [_plain(line) for line in found.lines],
    }  # fmt: skip


def _plain(line: ParameterFit) -> dict[str, Any]:
    def pair(values: tuple[float, float]) -> list[float]:
        return [float(f"{value:.4g}") for value in values]

    return {
        "name": line.name, "narrowed": line.narrowed, "contraction": round(line.contraction, 3),
        "error": round(line.error, 3), "declared": pair(line.declared), "prior": pair(line.used),
        "posterior": pair(line.posterior), "widened": line.widened, "fits": list(line.fits),
        "series": list(line.series), "n": line.n, "bound": line.bound,
    }  # fmt: skip
