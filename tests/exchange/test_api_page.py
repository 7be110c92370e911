"""docs/api.md says what works: its examples are run, its numbers are those of the rules."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from breakwater.exchange import rules
from breakwater.exchange.v1.problems import KINDS
from tests.exchange.partner import PartnerSystem
from tests.journeys.hub import Hub

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


def test_its_examples_run_from_the_key_to_the_answer(
    hub: Hub,
    client_of: Callable[..., PartnerSystem],
    asked: Callable[..., str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    monkeypatch.chdir(tmp_path)
    reference = asked("A school that reads the page")
    said: dict[str, Any] = {"HUB": hub.address}
    for place, example in enumerate(EXAMPLES):
        if place == 1:
            said["CLIENT_ID"] = client_of("A school that reads the page", key=said["key"]).client_id
        exec(compile(example, f"example {place + 1} of docs/api.md", "exec"), said)  # noqa: S102
    printed = capsys.readouterr().out
    assert f"{reference} asked" in printed
    assert "Amelia Hartley" in printed
    assert "answered" in printed
    assert len(EXAMPLES) == 6


def test_its_numbers_and_codes_are_those_of_the_rules() -> None:
    def limit(of: tuple[int, Any]) -> str:
        return f"{of[0]}.* {int(of[1].total_seconds() // 60)} minutes"

    assert f"{rules.CALLS[0]} calls a minute" in PAGE
    assert re.search(limit(rules.TOKENS), PAGE)
    assert re.search(limit(rules.REFUSALS), PAGE)
    assert rules.TOKEN_LASTS.total_seconds() == 600
    listed = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.M)}
    assert listed <= {kind.status for kind in KINDS.values()}
