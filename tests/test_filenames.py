"""Names that were sent become names that a file may have on every system, and stay readable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.library.filenames import LONGEST, numbered, safe_name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("report.md", "report.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\report.pdf", "report.pdf"),
        ("...hidden.md", "hidden.md"),
        (".md", "document.md"),
        ("CON.txt", "_CON.txt"),
        ("lpt1.tar.md", "_lpt1.tar.md"),
        ("console.txt", "console.txt"),
        ("a\u202egpj.md", "agpj.md"),
        ("line\nbreak\x00\x1b[31m.txt", "line break[31m.txt"),
        ('what?<is>"this"|*.txt', "what__is__this___.txt"),
        ("  spaced   out .txt", "spaced out.txt"),
        ("trailing.txt. .", "trailing.txt"),
        ("گزارش‌ها.pdf", "گزارش‌ها.pdf"),
        ("Cafe\u0301.md", "Caf\u00e9.md"),
        ("no suffix", "no suffix"),
        ("", "document"),
        ("/", "document"),
    ],
)
def test_what_a_name_becomes(sent: str, name: str) -> None:
    assert safe_name(sent) == name


@given(st.text(max_size=300), st.sampled_from([".md", ".pdf", ".TXT", ""]))
def test_every_name_is_safe(stem: str, suffix: str) -> None:
    name = safe_name(stem + suffix)
    assert name
    assert 0 < len(name.encode()) <= LONGEST
    assert not set(name) & set('/\\<>:"|?*')
    assert not name.startswith(".")
    assert not name.endswith((".", " "))
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert safe_name(name) == name


def test_a_long_name_keeps_its_suffix() -> None:
    name = safe_name("ق" * 400 + ".docx")
    assert name.endswith("ق.docx")
    assert LONGEST - 2 < len(name.encode()) <= LONGEST


def test_a_number_goes_before_the_suffix() -> None:
    assert [numbered("a.b.md", number) for number in (1, 2)] == ["a.b.md", "a.b (2).md"]
