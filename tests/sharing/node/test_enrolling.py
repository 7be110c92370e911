"""Enrolment with a real key holder: restartable, proven, and an index that answers."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date

import pytest

from breakwater.people.linkage import profile
from breakwater.people.linkage.keys import asked_words, stored_words
from breakwater.sharing import oprf
from breakwater.sharing.node import enrol, generations, index, keys, settings, weigh
from breakwater.sharing.node.enrol import record_numbers
from breakwater.sharing.node.people import Source, read_mapping
from breakwater.sharing.node.settings import NodeSettings
from breakwater.synthetic import population
from tests.sharing.node.partners import (
    ENVIRONMENT,
    a_party,
    breakwater,
    running,
    write_holder,
    write_node,
    write_people,
)

TODAY = date.today()
AMELIA = {"given": "Amelia", "family": "Hartley", "born": "2017-05-14", "postcode": "YO1 7HH",
          "known_since": "2022-09-01", "last_contact": "2026-10-10", "contact": "head"}  # fmt: skip
SAM = {"given": "Sam", "family": "Okafor", "born": "2016-01-02"}


@pytest.fixture
def parties(tmp_path):
    hub, holder, node = (a_party(tmp_path, name) for name in ("hub", "holder", "school"))
    write_holder(holder, [hub, node])
    write_node(node, hub, holder)
    write_people(node, [AMELIA, SAM])
    return hub, holder, node


def enrolled(node, processes=1):
    told = settings.read(node.settings, NodeSettings)
    return enrol.enrol(told, read_mapping(told.people), Source(), processes)


def answer(parties, told):
    """Answer as a hub would, with both keys at hand."""
    _, holder, node = parties
    data = node.folder / "data"
    manifest = generations.newest(data)
    parts = (generations.part(data, number + 1) for number in range(manifest.parts))
    buckets = dict(pair for part in parts for pair in index.unpack(part, manifest.bits))
    words, hits = sorted(asked_words(profile(told, TODAY))), []
    inner = oprf.evaluate_directly(holder.oprf, [word.encode() for word in words])
    for word, outer in zip(words, oprf.evaluate_directly(node.oprf, inner), strict=True):
        bucket = buckets.get(index.bucket_of(outer, manifest.bits), b"")
        found = index.look_up(outer, bucket)
        hits += [weigh.Hit(word, entry, len(found)) for entry in found]
    return weigh.weigh(words, hits)


def test_who_is_enrolled_is_known_with_months_and_contact_and_nobody_else(parties):
    with running("hold-key", parties[1].settings, parties[1].url):
        done = enrolled(parties[2])
    assert (done.people, done.asked, done.words) == (2, done.words, done.manifest.entries)
    found = answer(parties, {"given": "Amelia", "family": "Hartly", "born": "2017-05-14"})
    assert found.verdict is weigh.Known.KNOWN
    assert (found.since, found.last) == (date(2022, 9, 1), date(2026, 10, 1))
    assert done.manifest.contacts[str(found.contact)] == "Ms Hill, 01632 960124"
    stranger = answer(parties, {"given": "Noah", "family": "Price", "born": "2015-03-03"})
    assert stranger.verdict is weigh.Known.NOT_KNOWN


def test_neither_key_alone_finds_anybody(parties):
    hub, holder, node = parties
    with running("hold-key", holder.settings, holder.url):
        enrolled(node)
    other = a_party(node.folder, "another")
    for pair in ((hub, other, node), (hub, holder, other)):
        other.folder.joinpath("data").unlink(missing_ok=True)
        other.folder.joinpath("data").symlink_to(node.folder / "data")
        assert answer(pair, AMELIA).verdict is weigh.Known.NOT_KNOWN


def test_a_second_run_asks_only_for_words_that_are_new(parties):
    _, holder, node = parties
    with running("hold-key", holder.settings, holder.url):
        first = enrolled(node)
        assert enrolled(node).asked == 0
        write_people(node, [AMELIA, SAM, {"given": "Iris", "family": "Hartley"}])
        third = enrolled(node)
    new = stored_words(profile({"given": "Iris", "family": "Hartley"}, TODAY))
    assert third.asked == len(new) == third.words - first.words
    assert third.manifest.generation != first.manifest.generation


def test_who_left_is_in_no_new_generation_nor_in_the_state(parties):
    _, holder, node = parties
    with running("hold-key", holder.settings, holder.url):
        enrolled(node)
        write_people(node, [SAM])
        done = enrolled(node)
    assert done.words == len(stored_words(profile(SAM, TODAY)))
    assert answer(parties, AMELIA).verdict is weigh.Known.NOT_KNOWN
    assert answer(parties, SAM).verdict is weigh.Known.KNOWN


def a_county(people):
    """Write so many invented people that enrolment takes a while."""
    fields = ("given", "family", "born", "postcode", "address", "phone", "nhs_number", "upn")
    some = [one.as_fields() for _, one in zip(range(people), population(600, 3), strict=False)]
    return [{name: told[name] for name in fields if name in told} for told in some]


def words_kept(node):
    with sqlite3.connect(node.folder / "data" / "state.sqlite3") as state:
        return state.execute("select count(*) from word").fetchone()[0]


def test_killed_in_the_middle_it_goes_on_and_asks_only_for_the_rest(parties):
    _, holder, node = parties
    write_people(node, a_county(600))
    command = [sys.executable, "-m", "breakwater.site.cli", "node", "enrol", str(node.settings)]
    with running("hold-key", holder.settings, holder.url):
        process = subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        ends = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < ends:
            state = node.folder / "data" / "state.sqlite3"
            try:
                if state.exists() and words_kept(node):
                    break
            except sqlite3.OperationalError:
                pass
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        kept = words_kept(node)
        assert kept > 0
        assert generations.newest(node.folder / "data") is None
        done = enrolled(node)
    assert done.people == 600
    assert done.asked == done.words - kept
    assert answer(parties, a_county(1)[0]).verdict is weigh.Known.KNOWN


def test_several_processes_make_the_same_words(parties):
    _, holder, node = parties
    write_people(node, a_county(300))
    with running("hold-key", holder.settings, holder.url):
        done = enrolled(node, processes=2)
    assert (done.people, done.asked) == (300, done.words)
    for told in a_county(5):
        assert answer(parties, told).verdict is weigh.Known.KNOWN


def test_a_key_holder_with_another_key_is_refused_and_nothing_is_kept(parties):
    _, holder, node = parties
    (holder.folder / "oprf.key").unlink()
    (holder.folder / "signing.key").unlink()
    holder.make_keys()
    with running("hold-key", holder.settings, holder.url):
        done = breakwater("enrol", node.settings)
    assert done.returncode == 1
    assert "the key holder's answer is wrong: the proof does not hold" in done.stderr
    assert words_kept(node) == 0
    assert generations.newest(node.folder / "data") is None


def test_a_key_holder_that_refuses_is_quoted(parties):
    hub, holder, node = parties
    write_holder(holder, [hub, node], limits="elements_an_hour = 5")
    with running("hold-key", holder.settings, holder.url):
        done = breakwater("enrol", node.settings)
    assert done.returncode == 1
    assert "refused (hourly-limit): at most 5 elements in one hour" in done.stderr


def test_a_key_holder_that_is_down_is_said_and_the_older_index_stays(parties, monkeypatch):
    _, holder, node = parties
    monkeypatch.setattr(enrol, "PAUSE", 0.01)
    with running("hold-key", holder.settings, holder.url):
        first = enrolled(node)
    write_people(node, [AMELIA, {"given": "Iris", "family": "Hartley"}])
    with pytest.raises(enrol.EnrolProblem, match=r"no connection .*run again"):
        enrolled(node)
    assert generations.newest(node.folder / "data") == first.manifest


def test_an_empty_file_does_not_wipe_an_index(parties):
    _, holder, node = parties
    with running("hold-key", holder.settings, holder.url):
        first = enrolled(node)
        write_people(node, [])
        with pytest.raises(enrol.EnrolProblem, match="nobody was read"):
            enrolled(node)
    assert generations.newest(node.folder / "data") == first.manifest


def test_words_made_under_an_older_key_are_not_used(parties):
    _, holder, node = parties
    with running("hold-key", holder.settings, holder.url):
        first = enrolled(node)
        (node.folder / "oprf.key").unlink()

        keys.make(node.folder / "oprf.key", keys.PSEUDONYMS)
        assert enrolled(node).asked == first.words


def test_a_word_that_too_many_share_is_not_in_the_index(parties):
    _, holder, node = parties
    hostel = [{"given": f"N{chr(97 + n % 26)}{chr(97 + n // 26)}ra", "phone": "01904 960123"}
              for n in range(index.MOST_PER_WORD + 1)]  # fmt: skip
    write_people(node, hostel)
    with running("hold-key", holder.settings, holder.url):
        more = enrolled(node).manifest
        write_people(node, hostel[1:])
        most = enrolled(node).manifest
    words = [word for told in hostel for word in stored_words(profile(told, TODAY))]
    counts = [words.count(word) for word in set(words)]
    assert max(counts) == index.MOST_PER_WORD + 1
    assert more.entries == sum(count for count in counts if count <= index.MOST_PER_WORD)
    assert most.entries > more.entries


def test_the_command_says_rows_rates_and_problems(parties):
    _, holder, node = parties
    write_people(node, [AMELIA, {**SAM, "born": "tomorrow"}, {"postcode": ""}])
    with running("hold-key", holder.settings, holder.url):
        done = breakwater("enrol", node.settings, "--processes", "1")
    told = json.loads(done.stdout)
    assert (told["people"], told["rows"]) == (2, 3)
    assert told["problems"] == {"is not a date as %Y-%m-%d; left out": 1}
    assert told["words_asked_a_second"] > 0
    assert "people.csv, row 3, column born" in done.stderr
    assert "tomorrow" not in done.stderr + done.stdout


def test_no_name_is_in_anything_that_enrolment_leaves(parties):
    _, holder, node = parties
    with running("hold-key", holder.settings, holder.url):
        enrolled(node)
    for party in (holder, node):
        for path in (party.folder / "data").rglob("*"):
            content = path.read_bytes().lower() if path.is_file() else b""
            for name in (b"amelia", b"hartley", b"2017-05-14", b"yo17hh"):
                assert name not in content, path


def test_record_numbers_come_in_an_order_by_chance_and_none_twice():
    one, other = ([n for _, n in zip(range(2_000), record_numbers(), strict=False)] for _ in "12")
    assert len(set(one)) == 2_000
    assert one != other
    assert sorted(one) != one
