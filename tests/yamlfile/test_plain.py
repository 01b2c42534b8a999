"""The quick reader gives what the full YAML parser gives, or gives up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regionsim.paths import seeds_dir
from regionsim.yamlfile.locate import read
from regionsim.yamlfile.plain import read_plain
from tests.evidence.conftest import PARAMETER

FILES = sorted(seeds_dir().rglob("*.yaml"))

PLAIN = [
    PARAMETER,
    "a: 1\nb: two\nc: 'three: 3'\nd: \"four # 4\"\n",
    "a:\n  b:\n    c: 1\n  d: 2\ne: 3\n",
    "a: [1, two, -3.5, .5, 1e-3]\nb: {x: 1, y: no way}\n",
    "a: a text that\n  runs on\n  over lines\nb: 1\n",
    "a: 1 # said\nb: text # said\nc: [1] # said\n",
    "a:\n\nb:\n",
    "a: # later\n  b: 1\n",
    "a: null\nb: ~\nc: true\nd: 2025-08-18\ne: 1,000\nf: NO\ng: 12:30\nh: -x\ni: 0x1F\nj: http://x.org/?a=1#b\n",
]

ODD = [
    "",
    "# nothing\n",
    "- 1\n",
    "a: >-\n  folded\n",
    "a: &x 1\nb: *x\n",
    "a: 1\na: 2\n",
    "a:\n  - 1\n",
    "a: [[1]]\n",
    "a: {b: [1]}\n",
    "a: 'it''s'\n",
    'a: "\\u0041"\n',
    "a: b: c\n",
    "a:\n    b: 1\n  c: 2\n",
    " a: 1\nb: 2\n",
    "a: text\n  key: 1\n",
    "a: text\n\n  more\n",
    "a: [1, 2\n",
    "a: .inf\n",
    "a\tb: 1\n",
    "--- \na: 1\n",
    "a: []\n",
    "a: [1, , 2]\n",
    "? a\n: 1\n",
    "a: !!str 1\n",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_files_are_read_as_the_full_parser_reads_them(text):
    quick = read_plain(text, "f.yaml")
    assert quick is not None
    assert (quick, []) == read(text.encode(), "f.yaml")


@pytest.mark.parametrize("text", ODD)
def test_anything_else_is_left_to_the_full_parser(text):
    assert read_plain(text, "f.yaml") is None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(seeds_dir()).as_posix())
def test_the_shipped_files_are_read_as_the_full_parser_reads_them(path):
    data = path.read_bytes()
    full, faults = read(data, path.name)
    assert not faults
    quick = read_plain(data.decode(), path.name)
    assert quick is not None, "the file is not plainly written: reading it is slow"
    assert quick == full


# fmt: off
LINES = [
    "a: 1", "b: x y", "  c: 2", "  d: t", "    e: 3", "f:", "  g:", "  more", "    even more", "", "# x", "h: [1, k]",
    "  i: {j: 1}", "l: 'q'", '  m: "q"', "n: -1", "o: - 1", "p: x: y", "q: x:", "r: [1", "- s", "t: a #b", "u: {v}",
]
# fmt: on


@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_whatever_the_quick_reader_reads_the_full_parser_reads_alike(lines):
    text = "\n".join(lines)
    quick = read_plain(text, "f.yaml")
    if quick is not None:
        assert (quick, []) == read(text.encode(), "f.yaml")
