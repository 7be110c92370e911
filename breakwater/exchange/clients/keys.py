"""Public keys as partners hand them over: a JWK, or a JWK set."""

import json
import warnings
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey

from breakwater.exchange.rules import KEYS_AT_MOST

# joserfc warns of the name "EdDSA", which RFC 9864 replaces by that of the curve: keys here say it.
warnings.filterwarnings("ignore", category=SecurityWarning, message="EdDSA is deprecated")

KINDS: dict[tuple[str, str], type[ECKey] | type[OKPKey]] = {
    ("EC", "P-256"): ECKey,
    ("OKP", "Ed25519"): OKPKey,
}
PublicKey = dict[str, Any]


class BadKey(Exception):
    """What is wrong with a key, in words."""


def read(text: str) -> list[PublicKey]:
    """The public keys in a file, each under its thumbprint or the name it has. Raise BadKey."""
    try:
        found = json.loads(text)
    except ValueError:
        raise BadKey("The file is no JSON: it must hold a JWK or a JWK set.") from None
    keys = found.get("keys", [found]) if isinstance(found, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= KEYS_AT_MOST:
        raise BadKey(f"The file must hold one public key, or up to {KEYS_AT_MOST}.")
    public = [_public(key) for key in keys]
    if len({key["kid"] for key in public}) < len(public):
        raise BadKey('Two keys have one name ("kid").')
    return public


def imported(key: PublicKey) -> ECKey | OKPKey:
    return KINDS[key["kty"], key["crv"]].import_key(key)


def _public(key: Any) -> PublicKey:
    kind = (str(key.get("kty")), str(key.get("crv"))) if isinstance(key, dict) else ("", "")
    if kind not in KINDS:
        raise BadKey("Each key must be an elliptic one: EC with P-256, or OKP with Ed25519.")
    if "d" in key:
        raise BadKey("This is a private key. Keep it where it was made, and hand over the public.")
    try:
        known = imported({part: key[part] for part in ("kty", "crv", "x", "y") if part in key})
        known.get_op_key("verify")
    except (JoseError, KeyError, TypeError, ValueError):
        raise BadKey("A key cannot be read.") from None
    name = key.get("kid", known.thumbprint())
    if not isinstance(name, str) or not 1 <= len(name) <= 200:
        raise BadKey('A key\'s name ("kid") must be text of at most 200 characters.')
    return dict(known.as_dict(private=False)) | {"kid": name}
