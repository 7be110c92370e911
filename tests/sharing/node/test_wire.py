"""Statements: what is signed holds; anything else is refused with a code."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest

from breakwater.sharing import oprf
from breakwater.sharing.node import wire
from breakwater.sharing.node.keys import SigningKey
from breakwater.sharing.node.wire import Refused

HUB, OTHER = SigningKey.new(), SigningKey.new()
SENDERS = {"hub": HUB.public, "other": OTHER.public}
BODY, NOW = b'{"elements": ""}', 1_764_000_000.0


def a_statement(**changes):
    told = wire.statement(
        wire.QUERY, "hub", "school", BODY, NOW, query="Q1", agency="A", purpose="s47"
    )
    return replace(told, **changes)


def opened(header, body=BODY, now=NOW, kind=wire.QUERY):
    return wire.opened(header, body, "school", SENDERS, kind, now)


def test_a_signed_statement_opens_as_it_was():
    told = a_statement()
    assert opened(wire.signed(HUB, told)) == told


def test_two_statements_never_have_one_number():
    assert a_statement().number != a_statement().number


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sender": "stranger"}, "unknown-sender"),
        ({"sender": "other"}, "bad-signature"),
        ({"receiver": "gp"}, "not-for-us"),
        ({"kind": wire.EVALUATE, "about": {}}, "wrong-kind"),
        ({"about": {"query": "Q1"}}, "wrong-kind"),
        ({"at": int(NOW) - 121}, "out-of-time"),
        ({"at": int(NOW) + 121}, "out-of-time"),
        ({"sha256": "0" * 64}, "other-body"),
        ({"number": "short"}, "bad-statement"),
        ({"at": True}, "bad-statement"),
        ({"at": 1.5}, "bad-statement"),
        ({"about": ["query", "agency", "purpose"]}, "bad-statement"),
        ({"about": {"query": [1], "agency": "", "purpose": ""}}, "bad-statement"),
        ({"about": {"query": "x" * 201, "agency": "", "purpose": ""}}, "bad-statement"),
    ],
)  # fmt: skip
def test_a_statement_that_does_not_fit_is_refused(changes, code):
    with pytest.raises(Refused) as refusal:
        opened(wire.signed(HUB, a_statement(**changes)))
    assert refusal.value.code == code
    assert refusal.value.status in (400, 401, 403)


@pytest.mark.parametrize(
    "header", ["abc", ".", "abc.def", "e30=.e30=", "W10=.", "{}.{}", "bnVsbA==.AA=="]
)
def test_what_is_no_statement_is_refused(header):
    with pytest.raises(Refused, match="bad-statement"):
        opened(header)


def test_no_statement_and_one_too_long_are_refused():
    with pytest.raises(Refused, match="no-statement"):
        opened("")
    with pytest.raises(Refused, match="longer than"):
        opened("A" * 5000)


def test_another_body_under_the_statement_is_refused():
    with pytest.raises(Refused, match="other-body"):
        opened(wire.signed(HUB, a_statement()), body=BODY + b" ")


@pytest.mark.parametrize("field", ["kind", "sender", "receiver", "at", "number", "sha256", "about"])
def test_a_change_after_signing_is_refused(field):
    header = wire.signed(HUB, a_statement())
    packed, _, signature = header.partition(".")
    told = json.loads(b64decode(packed))
    told[field] = {"at": int(NOW) + 1, "about": {"query": "Q2", "agency": "A", "purpose": "s47"},
                   "sender": "other"}.get(field, "f" * 32)  # fmt: skip
    forged = b64encode(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).decode()
    with pytest.raises(Refused, match="bad-signature"):
        opened(f"{forged}.{signature}")


def test_a_statement_tells_exactly_what_its_kind_tells():
    with pytest.raises(ValueError, match="query, agency, purpose"):
        wire.statement(wire.QUERY, "hub", "school", BODY, NOW, query="Q1")


def test_elements_and_answers_go_through_as_they_are():
    key, sent = oprf.Key.new(), oprf.blind([b"one", b"two"])
    elements = wire.elements_of(wire.elements_body(sent.elements))
    assert elements == sent.elements
    answer = oprf.evaluate(key, elements)
    assert wire.evaluation_of(wire.evaluation_body(answer)) == answer


@pytest.mark.parametrize(
    "body",
    [b"", b"no", b"[]", b"{}", b'{"elements": 3}', b'{"elements": "*"}', b'{"elements": ""}',
     b'{"elements": "QUJD"}', b"[" * 100_000, b"\xff"],
)  # fmt: skip
def test_a_body_that_holds_no_elements_is_refused(body):
    with pytest.raises(Refused) as refusal:
        wire.elements_of(body)
    assert (refusal.value.code, refusal.value.status) == ("bad-body", 400)


def test_more_elements_than_allowed_are_refused():
    body = wire.elements_body([bytes(32)] * 3)
    assert len(wire.elements_of(body, 3)) == 3
    with pytest.raises(Refused, match="at most 2 elements") as refusal:
        wire.elements_of(body, 2)
    assert refusal.value.status == 413


def test_a_refusal_travels_as_code_and_words_that_can_be_shown():
    sent = Refused("hourly-limit", "sixty queries an hour")
    got = wire.refusal_of(sent.body())
    assert (got.code, got.words, got.status) == ("hourly-limit", "sixty queries an hour", 429)
    assert wire.refusal_of(b'{"refused": "never heard of", "words": ""}') is None
    assert wire.refusal_of(b"<html>") is None
    assert (
        "\n"
        not in wire.refusal_of(
            json.dumps({"refused": "closed", "words": "a\nb" * 99}).encode()
        ).words
    )


@pytest.mark.parametrize("url", ["https://node.example.org", "http://127.0.0.1:9000/", "http://[::1]:9",
                                 "http://localhost:1"])  # fmt: skip
def test_addresses_over_tls_and_of_this_machine_are_taken(url):
    assert wire.checked_url(url, "hub") == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://node.example.org", "must begin with https"),
        ("http://127.0.0.1.example.org", "must begin with https"),
        ("ftp://node.example.org", "must be an address"),
        ("node.example.org", "must be an address"),
        ("https://a:b@node.example.org", "no password"),
        ("https://node.example.org/?a", "question mark"),
    ],
)
def test_an_address_that_sends_in_the_clear_is_refused_by_its_name(url, words):
    with pytest.raises(ValueError, match=f"the hub .*{words}"):
        wire.checked_url(url, "the hub")


def test_words_are_filled_up_so_that_sizes_tell_little():
    for count in (1, 16, 17):
        inputs = wire.padded([f"W{n}" for n in range(count)])
        assert len(inputs) == (16 if count < 17 else 32)
        assert inputs[:count] == tuple(f"W{n}".encode() for n in range(count))
    assert wire.padded(["W"])[1:] != wire.padded(["W"])[1:]
