"""Writes docs/patterns_posterior.md: patterns under the posterior.  ./dev python tests/patterns/posterior.py

It says what the fit changes, and is no test: some of these figures were fitted to.
"""

import pattern_plays
import table
from pattern_figures import Finding

PAGE = table.PAGE.with_name("patterns_posterior.md")
HEAD = """# Patterns before and after calibration

What calibration changes in the [patterns](patterns.md): the rows of that page, which uses priors, beside the same
simulations with `draws: posterior` ([calibration](calibration.md)). Written by `./dev python
tests/patterns/posterior.py`. A difference is not a test: the posterior was fitted to some of the same record, and
priors based on it were widened first. Rows that set a parameter (P8: `trade.rules_cost`) use the set value, not the
posterior.

"""


def before() -> dict[tuple[str, str], tuple[str, str, str]]:
    """Model, p and verdict of each row of the page as it stands, under priors."""
    found = {}
    for line in table.PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) == 7:
            found[cells[0], cells[1]] = cells[3], cells[5], cells[6]
    return found


def after() -> dict[str, Finding]:
    """Every finding, with draws from the posterior."""
    with pattern_plays.changed(("draws=posterior",)):
        return table.findings()


def main() -> None:
    """Write the page."""
    old, new = before(), table.in_order(after())
    lines = ["| pattern | statistic | observed | prior: model, p | posterior: model, p | verdict |", "| --- " * 6 + "|"]
    for one in new:
        pattern, statistic, observed, model, _, p, verdict = table.cells(one)
        was = old.get((pattern, statistic), ("-", "-", "-"))
        said = verdict if verdict == was[2] else f"{was[2]} before, now {verdict}"
        lines.append(f"| {pattern} | {statistic} | {observed} | {was[0]}, {was[1]} | {model}, {p} | {said} |")
    held = sum(verdict == "holds" for *_, verdict in old.values()), sum(table.verdict(one) == "holds" for one in new)
    text = HEAD + "\n".join(lines) + f"\n\n{held[0]} rows hold with priors, {held[1]} with the posterior.\n"
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
