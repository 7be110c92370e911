"""Sending an index to a hub that takes parts, over real HTTP; and the command line."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from breakwater.sharing.node import generations, index, keys, send, settings, wire
from breakwater.sharing.node.settings import NodeSettings
from tests.sharing.node.partners import (
    a_party,
    breakwater,
    running,
    write_holder,
    write_node,
    write_people,
)
from tests.sharing.node.test_enrolling import a_county


class AHub:
    """What the hub's side does, as small as it can be: keeps parts, uses them when all are here."""

    def __init__(self, party, node):
        self.party, self.senders = party, {"school": node.signing.public}
        self.manifest, self.parts, self.posts, self.live = None, {}, [], False
        self.hang_up_after = 10**9

    def take(self, header, body):
        what = wire.opened(header, body, "hub", self.senders, wire.INDEX, time.time())
        number = what.about["part"]
        self.posts.append(number)
        if number == 0:
            self.manifest = json.loads(body)
        else:
            self.parts[number] = list(index.unpack(body, self.manifest["bits"]))
        wanted = [n for n in range(1, self.manifest["parts"] + 1) if n not in self.parts]
        self.live = not wanted
        return {"wanted": wanted, "live": self.live}


@pytest.fixture
def parties(tmp_path, monkeypatch):
    hub, holder, node = (a_party(tmp_path, name) for name in ("hub", "holder", "school"))
    write_holder(holder, [hub, node])
    write_node(node, hub, holder)
    monkeypatch.setattr(generations, "PART_SIZE", 20_000)
    monkeypatch.setattr(send, "PAUSE", 0.01)
    write_people(node, a_county(300))
    with running("hold-key", holder.settings, holder.url):
        from tests.sharing.node.test_enrolling import enrolled

        enrolled(node)
    return hub, holder, node


@pytest.fixture
def hub(parties):
    hub = AHub(parties[0], parties[2])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if len(hub.posts) >= hub.hang_up_after:
                return
            assert self.path == "/discovery/index"
            try:
                status, answer = 200, json.dumps(hub.take(self.headers[wire.HEADER], body)).encode()
            except wire.Refused as refusal:
                status, answer = refusal.status, refusal.body()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", parties[0].port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield hub
    server.shutdown()
    thread.join(10)
    server.server_close()


def sent(node):
    return send.send(settings.read(node.settings, NodeSettings), lambda *_: None)


def test_all_parts_arrive_and_hold_every_entry(parties, hub):
    manifest = sent(parties[2])
    assert hub.live
    assert manifest.parts > 2
    assert hub.posts == list(range(manifest.parts + 1))
    entries = sum(len(held) // 20 for part in hub.parts.values() for _, held in part)
    assert entries == manifest.entries == hub.manifest["entries"]
    buckets = [number for n in sorted(hub.parts) for number, _ in hub.parts[n]]
    assert buckets == sorted(set(buckets))


def test_sending_again_sends_only_the_manifest(parties, hub):
    manifest = sent(parties[2])
    hub.posts.clear()
    assert sent(parties[2]) == manifest
    assert hub.posts == [0]


def test_cut_off_in_the_middle_it_goes_on_with_the_parts_that_are_missing(parties, hub):
    hub.hang_up_after = 3
    with pytest.raises(send.SendProblem, match=r"no connection .*it goes on from here"):
        sent(parties[2])
    assert hub.posts == [0, 1, 2]
    hub.hang_up_after = 10**9
    manifest = sent(parties[2])
    assert hub.posts == [0, 1, 2, 0, *range(3, manifest.parts + 1)]
    assert hub.live


def test_a_hub_that_does_not_know_the_node_is_quoted(parties, hub):
    hub.senders = {}
    done = breakwater("send", parties[2].settings)
    assert done.returncode == 1
    assert "the hub refused (unknown-sender): the sender is not one that we know" in done.stderr


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"wanted": [], "live": False}, "does not use them"),
        ({"wanted": [1], "live": False}, "does not keep what it is sent"),
        ({"wanted": [9999], "live": False}, "wants part 9999"),
        ({"wanted": None, "live": True}, "answer is none"),
        ({}, "answer is none"),
    ],
)
def test_a_hub_that_makes_no_sense_ends_the_run(parties, hub, answer, words, monkeypatch):
    monkeypatch.setattr(hub, "take", lambda *_: answer)
    with pytest.raises(send.SendProblem, match=words):
        sent(parties[2])


def test_without_an_index_there_is_nothing_to_send(tmp_path):
    hub, holder, node = (a_party(tmp_path, name) for name in ("hub", "holder", "school"))
    write_node(node, hub, holder)
    done = breakwater("send", node.settings)
    assert (done.returncode, "there is no index yet" in done.stderr) == (1, True)


def test_the_command_makes_keys_once_and_prints_their_public_halves(tmp_path):
    done = breakwater("keys", "--out", tmp_path / "keys")
    told = dict(line.split("\t") for line in done.stdout.splitlines())
    assert told["oprf"] == keys.text_of(keys.oprf_key(tmp_path / "keys" / "oprf.key").public)
    signing = keys.signing_key(tmp_path / "keys" / "signing.key")
    assert told["signing"] == keys.text_of(signing.public)
    again = breakwater("keys", "--out", tmp_path / "keys")
    assert (again.returncode, "never overwritten" in again.stderr) == (1, True)
    holder = breakwater("keys", "--key-holder", "--out", tmp_path / "holder")
    assert [line.split("\t")[0] for line in holder.stdout.splitlines()] == ["oprf"]


@pytest.mark.parametrize("what", ["enrol", "send", "serve", "hold-key", "ledger"])
def test_a_settings_file_that_is_not_there_is_named(what, tmp_path):
    done = breakwater(what, tmp_path / "none.toml")
    assert done.returncode == 1
    assert f"breakwater node {what}: {tmp_path / 'none.toml'} cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_ledger_is_counted_and_proven_by_the_command(tmp_path):
    hub, holder, node = (a_party(tmp_path, name) for name in ("hub", "holder", "school"))
    write_node(node, hub, holder)
    write_holder(holder, [hub])
    from breakwater.sharing.node.ledger import Ledger

    for party in (node, holder):
        path = party.folder / "data" / "ledger.jsonl"
        head = Ledger(path).append({"query": "Q"})
        assert breakwater("ledger", party.settings).stdout == path.read_text()
        done = breakwater("ledger", "--check", "--expect", str(head), party.settings)
        assert done.stdout == f"1 lines, each follows the one before; the last is {head}\n"
        path.write_text(path.read_text().replace("Q", "R"))
        assert (
            breakwater("ledger", "--check", party.settings).returncode == 0
        )  # a last line may lie
        done = breakwater("ledger", "--check", "--expect", str(head), party.settings)
        assert (done.returncode, "lines were changed" in done.stderr) == (1, True)
