"""The file of the agencies' single sign-on: what is wrong with it is named, its secrets are not."""

from pathlib import Path

import pytest

from breakwater.site.environment import UnsafeSettings, read
from breakwater.site.providers import origins

GOOD = """
[[provider]]
id = "police"
agency = "Wessex County Police"
issuer = "https://sign-in.police.example/realm"
client_id = "hub"
client_secret = "very-secret"
mfa_acr = ["urn:two"]
also_through = ["https://login.example:8443/x"]
"""


def given(tmp_path: Path, text: str, **environ: str) -> dict[str, str]:
    (tmp_path / "providers.toml").write_text(text)
    return {"DEMO": "1", "SIGN_IN_PROVIDERS": str(tmp_path / "providers.toml")} | environ


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (provider,) = read(given(tmp_path, GOOD)).providers
    assert (provider.id, provider.mfa_acr, provider.always_mfa) == ("police", ("urn:two",), False)
    assert provider.username_claim == "preferred_username"
    assert "very-secret" not in repr(provider)


def test_without_a_file_there_are_none() -> None:
    assert read({"DEMO": "1"}).providers == ()


def test_forms_may_lead_to_the_providers_and_nowhere_else(tmp_path: Path) -> None:
    providers = read(given(tmp_path, GOOD)).providers
    assert origins(providers) == ["https://login.example:8443", "https://sign-in.police.example"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('client_id = "hub"', "", "provider 1: client_id is missing"),
        ('client_secret = "very-secret"', 'client_secret = ""', "client_secret is no str"),
        ('client_id = "hub"', "client_id = 7", "client_id is no str"),
        ("https://sign-in", "http://sign-in", "issuer must be an https address"),
        ("https://login", "ftp://login", "also_through must hold https"),
        ('["urn:two"]', '"urn:two"', "mfa_acr is no list"),
        ('["urn:two"]', "[2]", "mfa_acr must hold texts"),
        ('id = "police"', 'id = "Police HQ"', "id may hold small letters"),
        ("mfa_acr", "mfa_arc", "mfa_arc is not known"),
        ("[[provider]]", "[provider]", "under [[provider]]"),
        ("[[provider]]", "[[provider", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(UnsafeSettings) as refusal:
        read(given(tmp_path, GOOD.replace(old, new)))
    assert says in str(refusal.value)
    assert "very-secret" not in str(refusal.value)


def test_two_providers_need_two_ids(tmp_path: Path) -> None:
    with pytest.raises(UnsafeSettings, match="an id of its own"):
        read(given(tmp_path, GOOD + GOOD))


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UnsafeSettings, match="cannot be read"):
        read({"DEMO": "1", "SIGN_IN_PROVIDERS": "/nowhere/providers.toml"})


def test_a_provider_on_this_machine_is_for_the_demo_only(tmp_path: Path) -> None:
    local = GOOD.replace("https://sign-in.police.example/realm", "http://localhost:9")
    assert read(given(tmp_path, local)).providers
    with pytest.raises(UnsafeSettings, match="issuer must be an https address"):
        read(given(tmp_path, local, DEMO="0"))


@pytest.mark.parametrize(
    ("name", "value"), [("SESSION_HOURS", "25"), ("SESSION_IDLE_MINUTES", "4")]
)
def test_a_session_cannot_be_set_to_last_for_ever(name: str, value: str) -> None:
    with pytest.raises(UnsafeSettings, match=name):
        read({"DEMO": "1", name: value})
