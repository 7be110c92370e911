"""A document's name is shown as given, without what deceives or breaks."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from breakwater.attachments.rules import ENDINGS, LONGEST_NAME, Kind, ending_of, shown_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Attendance spring term.pdf", "Attendance spring term.pdf"),
        ("Attendance.PDF", "Attendance.pdf"),
        ("Zoë & Łukasz – Gespräch.pdf", "Zoë & Łukasz – Gespräch.pdf"),
        ("گزارش\u200cها.pdf", "گزارش\u200cها.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\letter.pdf", "letter.pdf"),
        ("/srv/letter.pdf", "letter.pdf"),
        ("letter\x00.exe.pdf", "letter.exe.pdf"),
        ("letter\r\nSet-Cookie: a=b.pdf", "letter Set-Cookie- a=b.pdf"),
        ("letter\u202efdp.pdf", "letterfdp.pdf"),
        ("\u2066letter\u2069.pdf", "letter.pdf"),
        ('a<b>"c|d?*.pdf', "a-b--c-d--.pdf"),
        ("  .hidden. .pdf", "hidden.pdf"),
        ("CON.pdf", "document CON.pdf"),
        ("lpt1.pdf", "document lpt1.pdf"),
        (".pdf", "document.pdf"),
        ("", "document.pdf"),
        ("\u200d\u200d.pdf", "document.pdf"),
        ("...", "document.pdf"),
        ("letter", "letter.pdf"),
        ("n" * 300 + ".pdf", "n" * 96 + ".pdf"),
    ],
)
def test_a_name_is_shown_without_what_deceives(given_name: str, shown: str) -> None:
    assert shown_name(given_name, Kind.PDF) == shown


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("letter.pdf", ".pdf"),
        ("letter.PDF ", ".pdf"),
        ("letter.pdf.exe", ".exe"),
        ("letter\u202efdp.exe", ".exe"),
        ("letter.pdf/letter.exe", ".exe"),
        ("letter.pdf\u200b", ".pdf"),
        ("letter.p\x00df", ".pdf"),
        ("letter", ""),
        ("", ""),
    ],
)
def test_the_ending_that_counts_is_the_one_that_would_be_shown(name: str, ending: str) -> None:
    assert ending_of(name) == ending


@given(st.text(max_size=400), st.sampled_from(Kind))
@example("\u202e" * 300, Kind.PDF)
def test_any_name_becomes_one_that_is_short_visible_and_of_its_kind(name: str, kind: Kind) -> None:
    shown = shown_name(name, kind)
    assert 5 <= len(shown) <= LONGEST_NAME
    assert shown.endswith(ENDINGS[kind])
    assert not set(shown) & set('/\\<>:"|?*')
    assert not shown.startswith((".", " "))
    for character in shown:
        assert character in "\u200c\u200d" or unicodedata.category(character)[0] != "C"
    assert shown_name(shown, kind) == shown
    assert ending_of(shown) in ENDINGS[kind]
