"""What a fault says can be printed."""

from regionsim.yamlfile.faults import allowed


def test_choices_that_come_from_the_users_own_file_are_printable() -> None:
    said = allowed("levers", ["seed", "lev\xa0rs", "end\u202e"])

    assert said.isprintable()
    assert "lev\\xa0rs" in said
