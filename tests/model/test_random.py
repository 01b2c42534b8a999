"""The generator against known answers, streams by name, and statistical tests of interleaved streams.

False alarms: every statistical test has a fixed seed, so it either always passes or always fails. Over random seeds,
each test function (the whole battery of one order; one matrix of correlations) would fail once in a thousand.
"""

import numpy as np
import pytest
from scipy import stats

from regionsim.model import _jit, philox
from regionsim.model.random import Streams, draw_uniform, purpose_key, uniform32x4, uniform64

ALPHA = 1e-3  # rate of false alarms of one test
DISTRIBUTIONS = {
    "uniform": lambda s, x: s.uniform("a.b"),
    "uniforms": lambda s, x: s.uniforms("a.b", 5),
    "uniforms32": lambda s, x: s.uniforms32("a.b", 7),
    "bernoulli": lambda s, x: s.bernoulli("a.b", x / 1001),
    "normal": lambda s, x: s.normal("a.b", x, 1 + x),
    "exponential": lambda s, x: s.exponential("a.b", x),
    "lognormal": lambda s, x: s.lognormal("a.b", x / 100, 0.5),
    "gamma": lambda s, x: s.gamma("a.b", x / 10, 2.0),
    "beta": lambda s, x: s.beta("a.b", 1 + x, 3.0),
    "poisson": lambda s, x: s.poisson("a.b", x),
    "negative_binomial": lambda s, x: s.negative_binomial("a.b", x, 2.0),
    "binomial": lambda s, x: s.binomial("a.b", x, 0.3),
    "categorical": lambda s, x: s.categorical("a.b", np.stack([x, 1 + 0 * x, 500 - x], axis=1)),
}  # fmt: skip


# The vectors for philox4x32-10 in the kat_vectors file of Random123 (D. E. Shaw Research).
@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_philox_gives_the_published_answers(counter: str, key: str, answer: str) -> None:
    words = [np.uint32(int(word, 16)) for word in f"{counter} {key}".split()]
    assert [int(word) for word in philox.philox(*words)] == [int(word, 16) for word in answer.split()]


def test_keys_and_draws_of_this_version_are_pinned() -> None:
    """If this fails, every number of every run has changed: say so in the changelog."""
    assert int(purpose_key(0, "army.action")) == 11772199283928020365
    streams = Streams(7, [0, 1, 2**40])
    streams.week = -1
    assert streams.uniform("army.action", slot=3).tolist() == [
        0.9117899547005214,
        0.690267467775716,
        0.5158694322518195,
    ]


def test_a_purpose_under_a_seed_has_its_own_key() -> None:
    keys = {int(purpose_key(seed, f"purpose.{i}")) for seed in range(30) for i in range(1000)}
    assert len(keys) == 30_000
    assert purpose_key(1, "0.x") != purpose_key(10, ".x")


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_world_alone_equals_itself_among_a_thousand(name: str) -> None:
    x = np.linspace(0.0, 400.0, 1000)
    together = DISTRIBUTIONS[name](Streams(3, np.arange(1000)), x)
    assert together.shape[0] == 1000
    for k in (0, 1, 499, 998, 999):
        alone = DISTRIBUTIONS[name](Streams(3, [k]), x[k : k + 1])
        assert np.array_equal(alone[0], together[k])
    backwards = DISTRIBUTIONS[name](Streams(3, np.arange(1000)[::-1]), x[::-1])
    assert np.array_equal(backwards[::-1], together)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_world_of_nonsense_changes_no_neighbour(name: str) -> None:
    x = np.linspace(0.0, 400.0, 100)
    clean = DISTRIBUTIONS[name](Streams(3, np.arange(100)), x)
    for poison in (np.nan, np.inf, -np.inf, -1.0, 1e300):
        y = x.copy()
        y[50] = poison
        with np.errstate(all="ignore"):
            dirty = DISTRIBUTIONS[name](Streams(3, np.arange(100)), y)
        assert np.array_equal(np.delete(dirty, 50, axis=0), np.delete(clean, 50, axis=0))


def test_two_instances_agree_whatever_was_drawn_before() -> None:
    streams, fresh = Streams(0, np.arange(50)), Streams(0, np.arange(50))
    streams.poisson("something.else", 3.0)
    streams.week = fresh.week = 9
    assert np.array_equal(streams.normal("a"), fresh.normal("a"))
    assert np.array_equal(streams.normal("a"), fresh.normal("a"))


def test_seed_purpose_week_slot_and_replicate_each_change_the_draw() -> None:
    def draw(seed: int = 0, purpose: str = "a", week: int = 0, slot: int = 0, replicate: int = 0) -> float:
        streams = Streams(seed, [replicate])
        streams.week = week
        return float(streams.uniform(purpose, slot)[0])

    draws = [draw(), draw(seed=1), draw(seed=2**63 - 1), draw(purpose="b"), draw(week=1), draw(week=-1), draw(slot=1),
             draw(slot=2), draw(replicate=1), draw(replicate=2**32), draw(replicate=2**62 - 1)]  # fmt: skip
    assert len(set(draws)) == len(draws)


def test_slots_at_once_equal_slots_one_by_one_and_what_kernels_draw() -> None:
    streams = Streams(5, [3, 4, 2**35])
    streams.week = 17
    key = streams.key("a")
    for n in range(8):
        table, table32 = streams.uniforms("a", n), streams.uniforms32("a", n)
        assert table.shape == table32.shape == (3, n)
        for s in range(n):
            assert np.array_equal(table[:, s], streams.uniform("a", s))
            for w in range(3):
                replicate = int(streams.replicates[w])
                assert uniform64(key, replicate, 17, s) == table[w, s]
                assert uniform32x4(key, replicate, 17, s // 4)[s % 4] == table32[w, s]


def test_uniforms_stay_inside_the_open_interval() -> None:
    zero, ones = np.uint32(0), np.uint32(0xFFFFFFFF)
    assert philox._to64(zero, zero) == 2.0**-53
    assert philox._to64(ones, ones) == 1.0 - 2.0**-53
    assert float(philox._to32(zero)) == 2.0**-24
    assert float(philox._to32(ones)) == 1.0 - 2.0**-24


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        Streams(seed, [0])


@pytest.mark.parametrize("replicates", [[-1], [2**62], [0.5], [[1, 2]]])
def test_replicates_out_of_range_are_refused(replicates: list[object]) -> None:
    with pytest.raises(ValueError, match="replicates"):
        Streams(0, replicates)


def test_streams_keep_their_own_copy_of_the_replicates() -> None:
    replicates = np.arange(4)
    streams = Streams(0, replicates)
    before = streams.uniform("a")
    replicates[:] = 9
    assert np.array_equal(before, streams.uniform("a"))


def test_parameter_draws_depend_on_seed_draw_and_name_only() -> None:
    together = draw_uniform(4, np.arange(1000), "trade.potential")
    assert draw_uniform(4, [17], "trade.potential")[0] == together[17]
    assert not np.any(together == draw_uniform(5, np.arange(1000), "trade.potential"))
    assert not np.any(together == draw_uniform(4, np.arange(1000), "trade.other"))
    assert not np.any(together == Streams(4, np.arange(1000)).uniform("trade.potential"))


# Statistics


def _cube(seed: int = 11, purposes: int = 8, weeks: int = 128, slots: int = 8, replicates: int = 128) -> np.ndarray:
    """Uniforms (purpose, week, slot, replicate), 2**20 of them."""
    streams = Streams(seed, np.arange(replicates))
    cube = np.empty((purposes, weeks, slots, replicates))
    for p in range(purposes):
        for week in range(weeks):
            streams.week = week
            cube[p, week] = streams.uniforms(f"purpose.{p}", slots).T
    return cube


def monobit(words: np.ndarray) -> float:
    """Ones among all bits, against the binomial."""
    ones = int(np.bitwise_count(words).sum())
    return float(2 * stats.norm.sf(abs(ones - 16 * words.size) / np.sqrt(8 * words.size)))


def each_bit(words: np.ndarray) -> float:
    """Ones at each of the 32 places: chi-square."""
    ones = np.array([int(((words >> np.uint32(b)) & np.uint32(1)).sum()) for b in range(32)])
    return float(stats.chi2.sf(((ones - words.size / 2) ** 2 / (words.size / 4)).sum(), 32))


def runs_of_bits(words: np.ndarray) -> float:
    """Changes from one bit to the next (NIST SP 800-22, test 3)."""
    bits = np.unpackbits(words.view(np.uint8))
    share, n = bits.mean(), bits.size
    runs = 1 + int((bits[1:] != bits[:-1]).sum())
    return float(2 * stats.norm.sf(abs(runs - 2 * n * share * (1 - share)) / (2 * np.sqrt(n) * share * (1 - share))))


def hamming_dependence(words: np.ndarray) -> float:
    """Whether the weight of a word predicts that of the next: chi-square of 3 x 3 classes."""
    weight = np.digitize(np.bitwise_count(words), [15, 18])
    table = np.bincount(weight[:-1] * 3 + weight[1:], minlength=9).reshape(3, 3)
    return float(stats.chi2_contingency(table).pvalue)


def equal_bins(words: np.ndarray) -> float:
    """Pairs of neighbours in 64 x 64 cells: chi-square."""
    cells = (words[0::2] >> np.uint32(26)) * np.uint32(64) + (words[1::2] >> np.uint32(26))
    return float(stats.chisquare(np.bincount(cells, minlength=4096)).pvalue)


def serial_correlation(words: np.ndarray) -> float:
    """Autocorrelation at lags 1 to 16: chi-square (Box and Pierce)."""
    x = words / 2.0**32 - 0.5
    r = np.array([np.mean(x[lag:] * x[:-lag]) * 12 for lag in range(1, 17)])
    return float(stats.chi2.sf((r**2).sum() * x.size, 16))


def birthday_spacings(words: np.ndarray) -> float:
    """Repeated spacings among 512 birthdays in a year of 2**25 days, expected 1 a time (Marsaglia): Poisson."""
    days = np.sort((words[: words.size // 512 * 512] >> np.uint32(7)).reshape(-1, 512).astype(np.int64), axis=1)
    spacings = np.sort(np.diff(days, axis=1), axis=1)
    repeats = int((np.diff(spacings, axis=1) == 0).sum())
    expected = days.shape[0] * 512.0**3 / (4 * 2.0**25)
    return float(min(1.0, 2 * min(stats.poisson.cdf(repeats, expected), stats.poisson.sf(repeats - 1, expected))))


def gaps(words: np.ndarray) -> float:
    """Lengths between visits to the lowest sixteenth: chi-square against the geometric (Knuth)."""
    lengths = np.minimum(np.diff(np.flatnonzero(words < 2**28)) - 1, 60)
    share = stats.geom.pmf(np.arange(1, 62), 1 / 16)
    share[60] = 1 - share[:60].sum()
    return float(stats.chisquare(np.bincount(lengths, minlength=61), share * lengths.size).pvalue)


def ks(words: np.ndarray) -> float:
    """Kolmogorov and Smirnov against the uniform."""
    return float(stats.kstest((words + 0.5) / 2.0**32, "uniform").pvalue)


BATTERY = (monobit, each_bit, runs_of_bits, hamming_dependence, equal_bins, serial_correlation, birthday_spacings,
           gaps, ks)  # fmt: skip
ORDERS = {
    "replicates": (0, 1, 2, 3),
    "slots": (3, 0, 1, 2),
    "weeks": (2, 3, 0, 1),
    "purposes": (1, 2, 3, 0),
}


def battery(words: np.ndarray) -> dict[str, float]:
    """The p-value of each test."""
    return {test.__name__: test(words) for test in BATTERY}


@pytest.mark.parametrize("fastest", ORDERS)
def test_interleaved_streams_pass_the_battery(fastest: str) -> None:
    """The same numbers laid out so that replicates, slots, weeks or purposes follow each other."""
    cube = np.transpose(_cube(), ORDERS[fastest]).reshape(-1)
    words = (cube * 2.0**32).astype(np.uint32)
    low = ((cube * 2.0**52).astype(np.uint64) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    for what, p_values in {"high": battery(words), "low": battery(low)}.items():
        assert min(p_values.values()) > ALPHA / len(BATTERY) / 2, (what, p_values)


def test_consecutive_seeds_replicates_and_weeks_pass_the_battery_in_float32() -> None:
    rows = []
    for seed in range(16):
        streams = Streams(seed, np.arange(64))
        for week in range(16):
            streams.week = week
            rows.append(streams.uniforms32("a", 16))
    words = (np.stack(rows).astype(np.float64) * 2.0**23).astype(np.uint32)
    assert stats.kstest((words.reshape(-1) + 0.5) / 2.0**23, "uniform").pvalue > ALPHA / 3
    bits = np.unpackbits((words.reshape(-1) << np.uint32(9)).byteswap().view(np.uint8).reshape(-1, 4), axis=1)[:, :23]
    assert stats.chi2.sf(((bits.sum(axis=0) - len(bits) / 2) ** 2 / (len(bits) / 4)).sum(), 23) > ALPHA / 3
    assert serial_correlation(words.transpose(1, 2, 0).reshape(-1) << np.uint32(9)) > ALPHA / 3


def test_the_battery_rejects_weak_generators() -> None:
    state, lcg = 1, []
    for _ in range(2**16):  # RANDU
        state = state * 65539 % 2**31
        lcg.append(state * 2)
    counter = np.arange(2**18, dtype=np.uint32) * np.uint32(2654435769)
    for words in (np.array(lcg, dtype=np.uint32), counter):
        assert min(battery(words).values()) < 1e-9


@pytest.mark.parametrize("what", ["purpose", "week", "slot", "replicate", "seed"])
def test_streams_are_uncorrelated(what: str) -> None:
    """All 780 pairs of 40 neighbouring streams of 4,096 numbers, and of their squares, with Bonferroni's correction."""
    n, m = 4096, 40
    if what == "slot":
        rows = Streams(2, np.arange(n)).uniforms("a", m).T
    elif what == "replicate":
        rows = Streams(2, np.arange(m)).uniforms("a", n)
    else:
        rows = np.empty((m, n))
        for i in range(m):
            streams = Streams(i if what == "seed" else 2, np.arange(n))
            streams.week = i if what == "week" else 0
            rows[i] = streams.uniform(f"purpose.{i}" if what == "purpose" else "a")
    for values in (rows, (rows - 0.5) ** 2):
        pairs = np.corrcoef(values)[np.triu_indices(m, 1)]
        assert 2 * stats.norm.sf(np.abs(pairs).max() * np.sqrt(n)) > ALPHA / 4 / pairs.size
    assert np.abs(rows.mean(axis=1) - 0.5).max() < stats.norm.isf(ALPHA / 8 / m) / np.sqrt(12 * n)
    assert np.abs(rows.var(axis=1) - 1 / 12).max() < stats.norm.isf(ALPHA / 8 / m) / np.sqrt(180 * n)


# The access to numba


def test_kernels_go_stale_with_any_compiled_file_of_the_room() -> None:
    """Guards the two private names of numba that `_jit` relies on."""
    assert philox.fill_uniform._cache._cache_file._source_stamp == _jit._STAMP  # type: ignore[attr-defined]


def test_a_kernel_compiles_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    original = _jit.numba.njit

    def refuse(*arguments: object, cache: bool = False, **settings: object) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return original(*arguments, **settings)

    monkeypatch.setattr(_jit.numba, "njit", refuse)

    @_jit.kernel(_jit.float64(_jit.float64))
    def double(x: float) -> float:
        return x + x

    assert double(2.0) == 4.0
