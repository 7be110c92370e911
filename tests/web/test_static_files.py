"""The stylesheets and scripts: ours have contrast, the vendored ones nothing that is not ours."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

import breakwater.web

STATIC = Path(breakwater.web.__file__).parent / "static"
OURS = (STATIC / "breakwater" / "breakwater.css").read_text()
VENDORED = sorted((STATIC / "govuk").glob("*.min.*"))
AA = 4.5


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


VARIABLES = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", without_comments(OURS)))


def colour(value: str) -> str:
    """A colour's six digits, through as many variables as it takes."""
    while found := re.fullmatch(r"var\((--[\w-]+)\)", value.strip()):
        value = VARIABLES[found[1]]
    assert re.fullmatch(r"#[0-9a-f]{6}", value.strip()), f"{value}: write colours as #rrggbb"
    return value.strip()


def luminance(hexed: str) -> float:
    parts = [int(hexed[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pairs() -> list[tuple[str, str, str]]:
    """(selector, text, background) of each rule that sets a text colour; a rule that names no
    background stands on the page or on our light surface, so it must be readable on both."""
    found = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", without_comments(OURS)):
        rules = dict(re.findall(r"(?:^|;)\s*([\w-]+):\s*([^;]+)", body))
        if "color" in rules:
            on = rules.get("background-color")
            for background in [on] if on else ["#ffffff", "var(--bw-surface)"]:
                found.append((selector.strip(), colour(rules["color"]), colour(background)))
    for name in ("link-colour", "link-hover-colour", "brand-colour"):
        for background in ("#ffffff", "var(--bw-surface)"):
            found.append((name, colour(VARIABLES[f"--govuk-{name}"]), colour(background)))
    return found


def test_contrast_is_computed_as_wcag_does():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize(("selector", "text", "background"), pairs())
def test_text_can_be_read_on_its_background(selector, text, background):
    assert contrast(text, background) >= AA, selector


def test_bars_and_marks_can_be_told_from_the_page():
    for name in ("for", "against", "sea"):
        assert contrast(colour(f"var(--bw-{name})"), "#ffffff") >= 3


@pytest.mark.parametrize("file", VENDORED, ids=lambda file: file.name)
def test_vendored_files_hold_no_font_crown_or_address_of_elsewhere(file):
    text = file.read_text()
    assert not re.findall(r"@font-face|GDS Transport|crown|crest|sourceMappingURL", text)
    assert not re.findall(r"url\(|https?://\w", text)


def test_vendored_files_are_what_they_say_and_nothing_else():
    version = (STATIC / "govuk" / "VERSION").read_text().strip()
    assert f'--govuk-frontend-version:"{version}"' in VENDORED[0].read_text()
    assert version in (STATIC / "govuk" / "NOTICE").read_text()
    names = {file.name for file in (STATIC / "govuk").iterdir()}
    assert names == {"NOTICE", "VERSION", "govuk-frontend.min.css", "govuk-frontend.min.js"}


def test_static_files_can_be_collected_under_hashed_names(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    storage = ManifestStaticFilesStorage(location=tmp_path)
    paths = {}
    for file in (f for f in STATIC.rglob("*") if f.is_file()):
        name = str(file.relative_to(STATIC))
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(file.read_bytes())
        paths[name] = (storage, name)
    results = list(storage.post_process(paths))
    assert results
    assert all(done is True or done is False for _, _, done in results)
