"""The table of arenas: everything it names exists, and every goal, reply and action has what it needs."""

import numpy as np
import pytest

from regionsim.evidence import load_evidence
from regionsim.indicators import INDICATORS
from regionsim.model.actors.arenas import ARENAS, BLOCS, GOALS, REPLIES
from regionsim.model.actors.linkage import SERVES
from regionsim.model.actors.signals import columns
from regionsim.model.region import RegionModel
from regionsim.model.roster import ACTORS
from tests.model.worlds import small


@pytest.mark.parametrize("key", ARENAS)
def test_an_arena_names_parameters_claims_and_indicators_that_exist(key: str) -> None:
    info, known = ARENAS[key], load_evidence()
    default, *actions = info.actions
    named = [f"decisions.{info.wants}_{goal}" for goal in info.goals]
    for action in actions:
        named += [action.rate, *action.brings.values(), *action.answered.values(), *filter(None, [action.believed])]
        assert action.evidence
        assert all(known.find(id) for id in action.evidence), action.evidence
        assert set(action.moves) <= set(INDICATORS)
        assert bool(action.moves) == bool(action.believed)
        assert set(action.brings) <= set(info.goals)
        assert set(action.answered) <= set(info.replies)

    assert set(named) <= set(known.parameters)
    assert not default.rate
    assert set(info.goals) <= set(GOALS)
    assert set(info.replies) <= set(REPLIES)
    assert info.actor in ACTORS
    assert len(set(columns(info))) == len(info.goals) + len(info.replies)


def test_replies_blocs_and_deals_name_what_exists() -> None:
    known = load_evidence()
    for reply in REPLIES.values():
        assert set(reply.brings) <= set(GOALS)
        assert set(reply.brings.values()) <= set(known.parameters)
    for bloc in BLOCS:
        for arena, action in bloc.prefers:
            assert action in [each.id for each in ARENAS[f"taliban_government.{arena}"].actions]
    assert set().union(*SERVES.values()) <= set(known.variables)


def test_what_actors_see_lies_between_minus_1_and_1_and_replies_are_0_or_1() -> None:
    w = RegionModel(small("strikes_and_blame", end="2026-08-18"), 30)
    replied = np.zeros(len(REPLIES))
    while w.week + 1 < w.weeks:
        w.step()
        assert (np.abs(w.signals.week) <= 1.0).all()
        given = w.signals.week[:, -len(REPLIES) :]
        assert np.isin(given, (0.0, 1.0)).all()
        replied += given.sum(axis=0)

    assert (replied > 0).all(), dict(zip(REPLIES, replied, strict=True))
