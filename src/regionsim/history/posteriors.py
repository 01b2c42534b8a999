"""The files of a calibration: the joint rows as a table, and their origin and summary as plain data.

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


def table_of(result: Calibration) -> str:
    """The rows as CSV: a column for each narrowed parameter, six figures a value."""
    names = sorted(result.rows)
    lines = [",".join(names)]
    rows = zip(*(result.rows[name] for name in names), strict=True)
    lines += [",".join(f"{value:.6g}" for value in values) for values in rows]
    return "\n".join(lines) + "\n"


def described(result: Calibration, table: str) -> dict[str, Any]:
    """The manifest: settings, origin, and a row for every fitted parameter."""
    spec, evidence = result.spec, load_evidence()
    uncertain = [name for name, parameter in evidence.parameters.items() if parameter.draw is not None]
    days = [f"{first}..{last}" for first, last in spec.without]
    return {
        "until": spec.until.isoformat(),
        **({"without": days} if days else {}),
        "method": METHOD,
        "version": __version__,
        "evidence": load_inputs().digest,
        "sha256": hashlib.sha256(table.encode()).hexdigest(),
        "seed": spec.seed, "worlds": spec.worlds, "rows": spec.rows, "effort": spec.effort,
        "worth": round(result.n_eff, 1),
        "sound": result.sound,
        "uncertain": len(uncertain),
        "waves": list(result.waves),
        "left_out": list(result.left_out),
        "notes": {fit.title: fit.note for fit in FITS if fit.note},
        "checks": {name: float(f"{p:.3g}") for name, p in sorted(result.checks.items())},
        "figures": [{k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()} for row in result.figures],
        "parameters": [_plain(line) for line in result.lines],
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
