"""Why an actor chose as it did, in one sentence.

Core object: `reason`.
"""

from typing import TYPE_CHECKING

from regionsim.runs.sentences import name_of

if TYPE_CHECKING:
    from regionsim.model.actors.decisions import Decision

WITHOUT_EVENT = frozenset({"operate", "stand_down"})
"""Actions that go on for weeks and are no event: a story gives no reasons for them."""
_TERMS = 3  # largest terms that are named
_SMALLEST = 0.005  # that is not shown as 0.00


def reason(decision: "Decision") -> str:
    """The utilities of all actions that were possible, over the default, and the largest terms of the one chosen."""
    options = {option.action: option for option in decision.options}
    chosen = options[decision.chosen]
    others = ", ".join(f"{name.replace('_', ' ')} {o.utility:+.2f}" for name, o in options.items() if o is not chosen)
    terms = [term for term in chosen.terms.items() if abs(term[1]) >= _SMALLEST]
    terms = sorted(terms, key=lambda term: -abs(term[1]))[:_TERMS]
    largest = ", ".join(f"{'usual rate' if name == 'usual' else name} {size:+.2f}" for name, size in terms)
    who = name_of(decision.actor)
    action = decision.chosen.replace("_", " ")
    return f"  why: {who} chose to {action} (utility {chosen.utility:+.2f}; {others}): {largest}"
