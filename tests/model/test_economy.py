"""Incomes: what trade adds to them, and that what they lose without it is bounded."""

import numpy as np

from regionsim.model.processes.economy import trade_effect


def test_a_full_stop_of_trade_costs_the_share_it_earned_and_gains_are_log_points():
    assert trade_effect(np.array([0.0]))[0] == -1.0
    assert np.allclose(trade_effect(np.array([1.0, 2.0, 3.0])), np.log([1.0, 2.0, 3.0]))
    ordinary = np.linspace(0.85, 1.2, 8)  # near the start the law is the logarithm it was
    assert np.abs(trade_effect(ordinary) - np.log(ordinary)).max() < 0.02
    slope = (trade_effect(np.array([1.0 + 1e-6])) - trade_effect(np.array([1.0 - 1e-6]))) / 2e-6
    assert np.allclose(slope, 1.0, atol=1e-4)
