"""Node and key holder answer who may ask, write it down first, and refuse the rest with a code."""

import io
import json
import time
from dataclasses import replace

import pytest

from breakwater.sharing import oprf
from breakwater.sharing.node import client, keys, settings, wire
from breakwater.sharing.node.keys import SigningKey
from breakwater.sharing.node.service import MOST_BODY, Holder, Node
from breakwater.sharing.node.settings import HolderSettings, NodeSettings
from tests.sharing.node.partners import a_party, running, write_holder, write_node

NOW = 1_764_000_000.0
LIMITS = "queries_an_hour = 3\nqueries_a_day = 4"


@pytest.fixture
def parties(tmp_path):
    hub, holder, node = (a_party(tmp_path, name) for name in ("hub", "holder", "school"))
    write_holder(holder, [hub, node], limits="elements_an_hour = 40")
    write_node(node, hub, holder, LIMITS)
    return hub, holder, node


@pytest.fixture
def node(parties):
    return Node(settings.read(parties[2].settings, NodeSettings), clock=lambda: NOW)


@pytest.fixture
def holder(parties):
    return Holder(settings.read(parties[1].settings, HolderSettings), clock=lambda: NOW)


def call(app, method, path, body=b"", header="", **environ):
    """Call a WSGI app; return its status and its JSON."""
    answered = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_BREAKWATER_STATEMENT": header,
        **environ,
    }
    body = b"".join(app(environ, lambda status, headers: answered.append((status, headers))))
    [(status, headers)] = answered
    assert dict(headers)["Content-Length"] == str(len(body))
    return int(status[:3]), json.loads(body)


def a_query(parties, body, **changes):
    told = wire.statement(wire.QUERY, "hub", "school", body, NOW, query="Q-7", agency="Council",
                          purpose="s47")  # fmt: skip
    return wire.signed(parties[0].signing, replace(told, **changes))


def elements(count=2):
    sent = oprf.blind([b"%d" % n for n in range(count)])
    return sent, wire.elements_body(sent.elements)


def lines_of(party):
    path = party.folder / "data" / "ledger.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_node_answers_the_hub_with_a_proof_under_its_key(parties, node):
    sent, body = elements()
    status, told = call(node, "POST", "/query", body, a_query(parties, body))
    assert status == 200
    answer = wire.evaluation_of(json.dumps(told).encode())
    outputs = oprf.finalize(sent, answer.elements, answer.proof, parties[2].oprf.public)
    assert outputs == oprf.evaluate_directly(parties[2].oprf, sent.inputs)


def test_its_ledger_has_who_asked_for_whom_and_why_and_nothing_of_whom(parties, node):
    _, body = elements()
    call(node, "POST", "/query", body, a_query(parties, body))
    [line] = lines_of(parties[2])
    told = {
        name: line[name] for name in ("from", "query", "agency", "purpose", "elements", "answer")
    }
    assert told == {"from": "hub", "query": "Q-7", "agency": "Council", "purpose": "s47",
                    "elements": 2, "answer": "evaluated"}  # fmt: skip
    assert set(line) - set(told) == {"n", "at", "number", "before"}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"sender": "stranger"}, 401, "unknown-sender"),
        ({"receiver": "gp"}, 403, "not-for-us"),
        ({"kind": wire.EVALUATE, "about": {}}, 403, "wrong-kind"),
        ({"at": int(NOW) - 200}, 403, "out-of-time"),
        ({"sha256": "0" * 64}, 400, "other-body"),
    ],
)
def test_a_statement_that_does_not_hold_is_refused_and_leaves_no_line(
    parties, node, changes, status, code
):
    _, body = elements()
    got, told = call(node, "POST", "/query", body, a_query(parties, body, **changes))
    assert (got, told["refused"]) == (status, code)
    assert lines_of(parties[2]) == []


def test_a_statement_that_another_key_signed_is_refused(parties, node):
    _, body = elements()
    told = wire.statement(
        wire.QUERY, "hub", "school", body, NOW, query="Q", agency="A", purpose="p"
    )
    for key in (SigningKey.new(), parties[2].signing):
        status, answer = call(node, "POST", "/query", body, wire.signed(key, told))
        assert (status, answer["refused"]) == (401, "bad-signature")


def test_a_request_sent_again_is_refused_also_after_a_restart(parties, node):
    _, body = elements()
    header = a_query(parties, body)
    assert call(node, "POST", "/query", body, header)[0] == 200
    assert call(node, "POST", "/query", body, header)[1]["refused"] == "used-before"
    again = Node(settings.read(parties[2].settings, NodeSettings), clock=lambda: NOW + 60)
    assert call(again, "POST", "/query", body, header)[1]["refused"] == "used-before"
    assert len(lines_of(parties[2])) == 1


def test_over_the_limit_a_node_refuses_and_writes_that_down(parties, node):
    answers = []
    for _ in range(4):
        _, body = elements()
        answers.append(call(node, "POST", "/query", body, a_query(parties, body)))
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    assert answers[-1][1] == {"refused": "hourly-limit", "words": "at most 3 queries in one hour"}
    assert lines_of(parties[2])[-1]["answer"] == "refused: hourly-limit"


def test_a_closed_node_refuses_with_its_reason(parties):
    write_node(parties[2], parties[0], parties[1], "closed = true")
    node = Node(settings.read(parties[2].settings, NodeSettings), clock=lambda: NOW)
    _, body = elements()
    status, told = call(node, "POST", "/query", body, a_query(parties, body))
    assert (status, told["refused"]) == (503, "closed")
    assert lines_of(parties[2])[0]["answer"] == "refused: closed"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad-body"),
        (b"nonsense", 400, "bad-body"),
        (wire.elements_body([bytes(32)]), 400, "bad-element"),
        (wire.elements_body([b"\xff" * 32]), 400, "bad-element"),
        (wire.elements_body([bytes(32)] * 257), 413, "too-many"),
    ],
    ids=["empty", "no-json", "identity", "no-element", "too-many"],
)
def test_a_signed_body_that_cannot_be_evaluated_is_refused_and_written_down(
    parties, node, body, status, code
):
    got, told = call(node, "POST", "/query", body, a_query(parties, body))
    assert (got, told["refused"]) == (status, code)
    assert lines_of(parties[2])[0]["answer"] == f"refused: {code}"


@pytest.mark.parametrize("length", [str(MOST_BODY + 1), "many", "-1", "1" * 5000])
def test_a_body_that_is_too_long_is_not_read(node, length):
    status, told = call(node, "POST", "/query", b"x", "", CONTENT_LENGTH=length)
    assert (status, told["refused"]) == (413, "too-large")


def test_a_body_longer_than_it_says_is_not_read_whole(node):
    status, told = call(node, "POST", "/query", b"x" * (MOST_BODY + 1), "", CONTENT_LENGTH="5")
    assert (status, told["refused"]) == (413, "too-large")


@pytest.mark.parametrize("asked", [("GET", "/"), ("GET", "/query"), ("POST", "/status"),
                                   ("POST", "/evaluate"), ("DELETE", "/query")])  # fmt: skip
def test_nothing_else_is_there(node, asked):
    assert call(node, *asked)[0] == 404


def test_an_answer_that_cannot_be_written_down_is_not_given(parties, node, capsys):
    node.ledger.path.mkdir()
    _, body = elements()
    status, told = call(node, "POST", "/query", body, a_query(parties, body))
    assert (status, told["refused"]) == (500, "broken")
    assert capsys.readouterr().err == "node: IsADirectoryError\n"


def test_the_status_of_both_says_keys_and_generation_and_no_secret(parties, node, holder):
    _, told = call(node, "GET", "/status")
    assert told == {
        "version": 1, "kind": "node", "name": "school", "generation": None,
        "oprf": keys.text_of(parties[2].oprf.public),
        "sign": keys.text_of(parties[2].signing.public),
        "key_holder": keys.text_of(parties[1].oprf.public),
    }  # fmt: skip
    _, told = call(holder, "GET", "/status")
    assert (told["kind"], told["name"], told["sign"]) == ("key-holder", "holder", None)
    assert told["oprf"] == keys.text_of(parties[1].oprf.public)


def to_evaluate(caller, body, name=None):
    return wire.signed(
        caller.signing, wire.statement(wire.EVALUATE, name or caller.name, "holder", body, NOW)
    )


def test_the_key_holder_answers_hub_and_nodes_up_to_their_elements(parties, holder):
    hub, _, node = parties
    _, body = elements(30)
    assert call(holder, "POST", "/evaluate", body, to_evaluate(hub, body))[0] == 200
    status, told = call(holder, "POST", "/evaluate", body, to_evaluate(hub, body))
    assert (status, told["words"]) == (429, "at most 40 elements in one hour")
    assert call(holder, "POST", "/evaluate", body, to_evaluate(node, body))[0] == 200
    _, more = elements(11)
    assert call(holder, "POST", "/evaluate", more, to_evaluate(node, more))[0] == 429
    told = [(line["from"], line["elements"], line["answer"]) for line in lines_of(parties[1])]
    assert told == [
        ("hub", 30, "evaluated"),
        ("hub", 30, "refused: hourly-limit"),
        ("school", 30, "evaluated"),
        ("school", 11, "refused: hourly-limit"),
    ]


def test_the_key_holder_knows_a_caller_by_its_key_not_its_name(parties, holder):
    _, body = elements()
    header = to_evaluate(parties[0], body, name="school")
    assert call(holder, "POST", "/evaluate", body, header)[1]["refused"] == "bad-signature"


def test_real_services_answer_and_refuse_over_http(parties):
    hub, holder, node = parties
    sent, body = elements()
    with running("serve", node.settings, node.url):
        told = wire.statement(wire.QUERY, "hub", "school", body, time.time(), query="Q", agency="A",
                              purpose="p")  # fmt: skip
        answer = client.evaluate(f"{node.url}/query", hub.signing, told, body, 10)
        oprf.finalize(sent, answer.elements, answer.proof, node.oprf.public)
        with pytest.raises(wire.Refused, match="used-before"):
            client.evaluate(f"{node.url}/query", hub.signing, told, body, 10)
        with pytest.raises(oprf.BadProof):
            oprf.finalize(sent, answer.elements, answer.proof, holder.oprf.public)
    with pytest.raises(client.NotReached, match="no connection"):
        client.evaluate(f"{node.url}/query", hub.signing, told, body, 10)
