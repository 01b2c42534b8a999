"""Files that are no YAML, or more of it than a scenario may hold."""

from collections.abc import Iterator

from .spoilt import LEVER, MARK, Edit


def yaml() -> Iterator[Edit]:
    """What YAML allows and a scenario does not, and what is no YAML."""
    seed = "seed: 7\n"
    yield "anchor", seed, f"seed: {MARK}&seven 7\n", "seed: anchor &seven is not allowed"
    yield "alias", seed, f"seed: {MARK}*seven\n", r"seed: alias \*seven is not allowed"
    yield "anchor on a map", LEVER, LEVER.replace("{from", f"{MARK}&all {{from"), "anchor &all is not allowed"
    yield "merge key", LEVER, LEVER.replace("{from", f"{{{MARK}<<: {{}}, from"), "merge key << is not allowed"
    for tag in ("!!int", "!!str", "!!python/object/apply:os.system", "!local", "!!binary", "!!timestamp"):
        yield f"tag {tag}", seed, f"seed: {MARK}{tag} 7\n", "seed: tag .* is not allowed"
    yield "list as a key", seed, f"seed: 7\n{MARK}[a, b]: 1\n", "a key must be text"
    yield "map as a key", seed, f"seed: 7\n? {MARK}{{a: b}}\n: 1\n", "a key must be text"
    yield "control character in a key", seed, f'seed: 7\n{MARK}"a\\u0007": 1\n', "a key must be plain text"
    yield (
        "NUL by escape",
        "title: A scenario to spoil",
        f'title: {MARK}"a\\0b"',
        r"title: character U\+0000 is not allowed",
    )
    yield "surrogate by escape", "title: A scenario to spoil", f'title: "\\u{MARK}D800"', r"U\+D800|not valid YAML"
    yield "tab as indent", LEVER, LEVER.replace("  t", "\tt"), "not valid YAML"
    yield "bracket left open", "[SC02]", "[SC02", "not valid YAML"
    yield "quote left open", "title: A", 'title: "A', "not valid YAML"
    yield "colon in plain text", "title: A scenario to spoil", "title: A scenario: to spoil", "not valid YAML"
    yield "indented too little", LEVER, LEVER[1:] + LEVER.replace("trade_fac", "x_fac"), "not valid YAML|unknown lever"
    yield "second document", "timeline: none\n", f"timeline: none\n{MARK}---\n", "a second document starts here"
    yield "old YAML", "format: 1\n", "%YAML 1.1\n---\nformat: 1\n", "must be YAML 1.2"


def texts() -> Iterator[tuple[str, str, str]]:
    """Whole files."""
    bomb = "".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9) if i else 'x'}]\n" for i in range(9))
    yield "alias bomb", bomb, r"anchor &b0 is not allowed"
    yield "empty file", f"{MARK}", "the file is empty"
    yield "only a comment", f"{MARK}# nothing here\n", "the file is empty"
    yield "only null", f"{MARK}null\n", "the file is empty"
    yield "only a list", f"{MARK}[1, 2]\n", "the file holds a list, must be a map of keys"
    yield "only a word", f"{MARK}trade_push\n", "the file holds 'trade_push', must be a map of keys"
    yield "only a number", f"{MARK}12\n", "the file holds 12, must be a map of keys"
    yield "JSON", f'{MARK}{{"title": "x"}}', "format: the key is missing"
    yield "nested too deep", "a: " + "[" * 60 + "]" * 60, "nested too deep"
    yield "nested far too deep", "a: " + "{b: " * 5000, "nested too deep"
    yield "nested keys", "? " * 400 + "a\n", "nested too deep|not valid YAML"
    yield "too many values", "a: [" + "1," * 50_001 + "]\n", r"too many values \(at most 50,000\)"
    yield "only a bracket", "{", "not valid YAML"
    yield "only a percent sign", "%", "not valid YAML|the file is empty"
    yield "only an at sign", "@", "not valid YAML"


def raw() -> Iterator[tuple[str, bytes, str, str]]:
    """Files that are no text, with the place of the fault."""
    yield "too large", b"#" * (1024 * 1024 + 1), r"too large \(at most 1 MiB\)", "1:1"
    yield "Latin-1", "title: Grenzübergang\n".encode("latin-1"), "byte 0xfc is not UTF-8", "1:13"
    yield "UTF-16", "title: x\n".encode("utf-16-le"), r"U\+0000 is not allowed", "1:2"
    yield "UTF-16 with its mark", b"\xff\xfe" + "title: x\n".encode("utf-16-le"), "byte 0xff is not UTF-8", "1:1"
    yield "NUL bytes", b"title: a\n\0\0\0", r"U\+0000 is not allowed", "2:1"
    yield "an escape sequence", b"title: \x1b[31m", r"U\+001B is not allowed", "1:8"
    yield "a surrogate", b"title: \xed\xa0\x80", "byte 0xed is not UTF-8", "1:8"
    yield "overlong", b"title: \xc0\xaf", "byte 0xc0 is not UTF-8", "1:8"
    yield "a program", b"\x7fELF\x02\x01\x01\0", r"is not allowed", "1:1"
    yield "a gzip file", b"\x1f\x8b\x08\0\0", "byte 0x8b is not UTF-8", "1:2"
    yield "byte order mark inside", b"title: a\nquestion: \xef\xbb\xbfb\n", r"U\+FEFF is not allowed", "2:11"
