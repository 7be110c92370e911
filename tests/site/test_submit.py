"""`breakwater submit` as the people and programs at a terminal use it, on a database of its own."""

import base64
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from breakwater.site.submit import LONGEST_LINE, BrokenFile, Record, records
from breakwater.vault.rules import key_id_of, parse_keyring
from tests.builders import a_person, a_submission, amelia

REPOSITORY = Path(__file__).parents[2]
SAMPLES = REPOSITORY / "breakwater" / "site" / "samples" / "referrals.jsonl"
MANY = 120
senders = (f"sender-{n}" for n in itertools.count())


DATA_KEYS = f"test:{base64.b64encode(os.urandom(32)).decode()}"


@dataclass(frozen=True)
class Hub:
    """A hub's database and a folder with files to hand in to it."""

    address: str
    folder: Path

    def start(
        self, *arguments: str, stdin: Any = subprocess.DEVNULL, stdout: Any = subprocess.PIPE,
        **settings: str,
    ) -> subprocess.Popen[bytes]:  # fmt: skip
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        own = {
            "PYTHONPATH": str(REPOSITORY),
            "DATABASE_URL": self.address,
            "DATA_KEYS": DATA_KEYS,
        }
        return subprocess.Popen(
            [sys.executable, "-m", "breakwater.site.cli", *arguments],
            cwd=self.folder,
            env=kept | own | settings,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
        )

    def run(
        self, *arguments: str, stdin: bytes = b"", **settings: str
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, stdin=subprocess.PIPE, **settings)
        out, err = process.communicate(stdin, timeout=120)
        done = subprocess.CompletedProcess(
            arguments, process.returncode, out.decode(), err.decode()
        )
        assert "Traceback" not in done.stderr
        return done

    def submit(self, *files: str, sender: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return self.run("submit", "--sender", sender, *files, **options)

    def file(self, name: str, content: bytes) -> str:
        (self.folder / name).write_bytes(content)
        return name

    def kept(self, sender: str) -> list[bytes]:
        """The bodies of a sender's submissions, in the order they came."""
        with psycopg.connect(self.address) as database:
            rows = database.execute(
                "select s.body, s.key from referrals_submission s"
                " join referrals_referral r on r.submission_id = s.id"
                " where sender = %s order by s.id",
                [sender],
            ).fetchall()
            wrapped = database.execute("select id, wrapped, kek from vault_key").fetchall()
        keys = {pk: parse_keyring(DATA_KEYS).unwrap(pk, secret, kek) for pk, secret, kek in wrapped}
        return [
            keys[key_id_of(body)].unseal(body, f"submission:{sender}:{key}") for body, key in rows
        ]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A database that `breakwater migrate` has just prepared."""
    name = f"submit_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    beside = os.environ["BREAKWATER_TEST_DATABASE"]
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    with psycopg.connect(beside, autocommit=True) as server:
        server.execute(drop)
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        address = make_conninfo(beside, dbname=name)
        migrated = Hub(address, Path.cwd()).run("migrate")
        assert migrated.stdout.endswith("The database is at this version.\n")
        yield address
        server.execute(drop)


@pytest.fixture
def hub(address: str, tmp_path: Path) -> Hub:
    return Hub(address, tmp_path)


@pytest.fixture
def sender() -> str:
    return next(senders)


def bodies(count: int) -> list[bytes]:
    """So many good submissions about children who have nothing in common."""
    children = [a_person(given=f"Child {n}", school=f"School {n}") for n in range(count)]
    told = [a_submission(child, key=f"key {n}") for n, child in enumerate(children)]
    return [json.dumps(submission).encode() for submission in told]


GOOD, OTHER, THIRD = bodies(3)
BAD = GOOD.replace(b'"key 0"', b'"bad"').replace(b"neglect", b"hunger")
BAD_SAYS = "concern.category: must be one of: neglect, "


def receipts(done: subprocess.CompletedProcess[str]) -> list[list[str]]:
    return [line.split("\t") for line in done.stdout.splitlines()]


def keys(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [key for _, key, *_ in receipts(done)]


# -- the samples --


def test_the_samples_go_in_and_the_repeat_gets_the_receipt_of_the_first(
    hub: Hub, sender: str
) -> None:
    done = hub.submit(str(SAMPLES), sender=sender)
    assert (done.returncode, done.stderr) == (0, "")
    first, *_, last = given = receipts(done)
    assert len(given) == 23
    assert len({reference for reference, *_ in given}) == 22
    assert last == [*first, "already received"]
    assert hub.kept(sender) == SAMPLES.read_bytes().splitlines()[:22]


def test_the_same_file_again_gets_the_same_receipts_and_changes_nothing(
    hub: Hub, sender: str
) -> None:
    name = hub.file("worries.jsonl", b"\n".join([GOOD, OTHER]))
    first, second = (hub.submit(name, sender=sender) for _ in range(2))
    assert receipts(second) == [[*receipt, "already received"] for receipt in receipts(first)]
    assert second.returncode == 0
    assert hub.kept(sender) == [GOOD, OTHER]


def test_a_key_belongs_to_its_sender(hub: Hub) -> None:
    name = hub.file("worry.json", GOOD)
    one, other = (hub.submit(name, sender=next(senders)) for _ in range(2))
    assert keys(one) == keys(other)
    assert receipts(one) != receipts(other)
    assert len(receipts(other)[0]) == 2


# -- what is refused --


def test_a_bad_record_is_named_by_file_line_field_and_reason_and_the_rest_goes_in(
    hub: Hub, sender: str
) -> None:
    name = hub.file("worries.jsonl", b"\n".join([GOOD, b"", BAD, OTHER]))
    done = hub.submit(name, sender=sender)
    assert done.returncode == 1
    assert done.stderr.startswith(f"worries.jsonl, line 3: {BAD_SAYS}")
    assert done.stderr.count("\n") == 1
    assert hub.kept(sender) == [GOOD, OTHER]


def test_a_line_that_is_not_json_is_refused_alone(hub: Hub, sender: str) -> None:
    broken = [b'{"key": "a", "chan', b"\xff\xfe", b"[" * 100_000]
    name = hub.file("worries.jsonl", b"\n".join([*broken, GOOD]))
    done = hub.submit(name, sender=sender)
    assert done.returncode == 1
    assert [line.partition(": ")[0] for line in done.stderr.splitlines()] == [
        f"worries.jsonl, line {number}" for number in (1, 2, 3)
    ]
    assert hub.kept(sender) == [GOOD]


def test_the_same_key_with_other_content_is_refused(hub: Hub, sender: str) -> None:
    other = GOOD.replace(b"hungry", b"tired")
    done = hub.submit(hub.file("worries.jsonl", GOOD + b"\n" + other), sender=sender)
    assert done.returncode == 1
    assert "worries.jsonl, line 2: key: was already used" in done.stderr
    assert hub.kept(sender) == [GOOD]


# -- kinds of files --


def bodies_in(name: str, content: bytes) -> list[bytes]:
    return [record.body for record in records(name, BytesIO(content))]


@pytest.mark.parametrize(
    "content",
    [
        b"\n\n" + GOOD + b"\n  \n\n" + OTHER + b"\n\n",
        GOOD + b"\r\n\r\n" + OTHER + b"\r\n",
        b"\xef\xbb\xbf" + GOOD + b"\n" + OTHER,
        b"\xef\xbb\xbf\r\n" + GOOD + b"\n" + OTHER,
    ],
    ids=["blank lines", "lines of Windows", "byte order mark", "mark and blank line"],
)
@pytest.mark.parametrize("name", ["worries.jsonl", "worries.txt", "-"])
def test_json_lines_may_look_like_this(name: str, content: bytes) -> None:
    assert bodies_in(name, content) == [GOOD, OTHER]


def test_json_lines_from_windows_go_in(hub: Hub, sender: str) -> None:
    content = b"\xef\xbb\xbf" + GOOD + b"\r\n\r\n" + OTHER + b"\r\n"
    done = hub.submit(hub.file("worries.jsonl", content), sender=sender)
    assert (done.returncode, done.stderr, keys(done)) == (0, "", ["key 0", "key 1"])
    assert hub.kept(sender) == [GOOD, OTHER]


def test_a_line_longer_than_any_submission_is_not_taken_for_several() -> None:
    long = b'{"key": "' + b"a" * LONGEST_LINE + b'"}'
    given = list(records("worries.jsonl", BytesIO(GOOD + b"\n" + long + b"\n" + OTHER)))
    assert [(record.line, len(record.body)) for record in given] == [
        (1, len(GOOD)),
        (2, LONGEST_LINE),
        (3, len(OTHER)),
    ]


def test_one_object_over_many_lines_is_kept_byte_for_byte(hub: Hub, sender: str) -> None:
    pretty = json.dumps(json.loads(GOOD), indent=4).encode()
    content = b"\xef\xbb\xbf\n" + pretty + b"\n"
    done = hub.submit(hub.file("worry.json", content), sender=sender)
    assert (done.returncode, done.stderr, keys(done)) == (0, "", ["key 0"])
    assert hub.kept(sender) == [pretty]


def test_every_object_of_a_list_is_kept_byte_for_byte(hub: Hub, sender: str) -> None:
    pretty = json.dumps(json.loads(GOOD), indent=3).encode()
    odd = OTHER.replace(b": ", b" :  ")
    content = b"[\n  " + pretty + b" ,\r\n" + odd + b"\n,\t" + THIRD + b"\n]\n"
    done = hub.submit(hub.file("worries.json", content), sender=sender)
    assert (done.returncode, done.stderr) == (0, "")
    assert hub.kept(sender) == [pretty, odd, THIRD]


def test_an_entry_of_a_list_that_is_no_good_submission_is_refused_alone(
    hub: Hub, sender: str
) -> None:
    too_long = BAD.replace(b"false", b"9" * 5_000)
    not_utf8 = BAD.replace(b"Marsh", b"M\xe4rsh")
    content = b"[\n" + b",\n".join([GOOD, BAD, b"7", too_long, not_utf8, OTHER]) + b"\n]"
    done = hub.submit(hub.file("worries.json", content), sender=sender)
    assert done.returncode == 1
    assert [line[:37] for line in done.stderr.splitlines()] == [
        "worries.json, line 3: concern.categor",
        "worries.json, line 4: must be one JSO",
        "worries.json, line 5: holds a number ",
        "worries.json, line 6: is not UTF-8 te",
    ]
    assert hub.kept(sender) == [GOOD, OTHER]


@pytest.mark.parametrize(
    ("end", "line", "says"),
    [
        (b',\n{"key": "a", "chan\n]', 3, "nothing after this can be told apart"),
        (b",\n", 3, "the list has no end; the file may be cut off"),
        (b"", 2, "the list has no end; the file may be cut off"),
        (b"\n" + OTHER + b"\n]", 3, "a comma is missing"),
        (b"\n]\n" + OTHER, 4, "there is more after the end of the list"),
    ],
    ids=["broken entry", "cut off", "cut off at the comma", "no comma", "more"],
)
def test_a_list_that_is_broken_gives_what_came_before_and_says_where(
    end: bytes, line: int, says: str
) -> None:
    given = records("worries.json", BytesIO(b"[\n" + GOOD + end))
    assert next(given) == Record(2, GOOD)
    with pytest.raises(BrokenFile, match=f"line {line}: {says}"):
        list(given)


def test_a_list_with_a_broken_entry_is_never_taken_for_whole(hub: Hub, sender: str) -> None:
    content = b"[\n" + GOOD + b',\n{"key": "a", "chan\n]'
    done = hub.submit(hub.file("worries.json", content), sender=sender)
    assert done.returncode == 1
    error, end = done.stderr.splitlines()
    assert error.startswith("worries.json, line 3: is not JSON: ")
    assert end == "worries.json, line 3: nothing after this can be told apart"
    assert hub.kept(sender) == [GOOD]


def test_a_file_without_submissions_says_so(hub: Hub, sender: str) -> None:
    empty, blank = hub.file("empty.json", b""), hub.file("blank.jsonl", b"\n \n")
    done = hub.submit(empty, blank, hub.file("list.json", b"[ ]"), sender=sender)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        f"{name}: holds no submission" for name in ("empty.json", "blank.jsonl", "list.json")
    ]


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_in(hub: Hub, sender: str) -> None:
    (hub.folder / "folder").mkdir()
    names = ["missing.json", hub.file("one.json", GOOD), "folder", hub.file("two.json", OTHER)]
    done = hub.submit(*names, sender=sender)
    assert done.returncode == 2
    assert done.stderr == "missing.json: No such file or directory\nfolder: Is a directory\n"
    assert hub.kept(sender) == [GOOD, OTHER]


def test_a_dash_reads_standard_input_also_when_its_first_line_is_broken(
    hub: Hub, sender: str
) -> None:
    done = hub.submit("-", "-", stdin=b'{"key": ?}\n' + GOOD + b"\n", sender=sender)
    assert (done.returncode, keys(done)) == (1, ["key 0"])
    assert done.stderr.splitlines()[0].startswith("-, line 1: is not JSON: ")
    assert hub.kept(sender) == [GOOD]


# -- what surrounds it --


@pytest.mark.parametrize("name", ["", "x" * 101, "a\nb", "\udcff"], ids=ascii)
def test_a_sender_that_cannot_be_kept_is_refused(hub: Hub, name: str) -> None:
    done = hub.submit(hub.file("worry.json", GOOD), sender=name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--sender must be 1 to 100 printable characters\n"


def test_a_key_that_the_terminal_cannot_show_does_not_stop_the_rest(hub: Hub, sender: str) -> None:
    arabic = GOOD.replace(b'"key 0"', '"مفتاح"'.encode())
    name = hub.file("worries.jsonl", arabic + b"\n" + OTHER)
    done = hub.submit(name, sender=sender, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert [key.isascii() for key in keys(done)] == [True, True]
    assert hub.kept(sender) == [arabic, OTHER]


def test_a_refusal_repeats_nothing_of_what_was_told(hub: Hub, sender: str) -> None:
    bad = a_submission(amelia(born="2017-02-30", sex="girl"), channel="anonymous", key="bad")
    done = hub.submit(hub.file("worry.json", json.dumps(bad).encode()), sender=sender)
    assert done.returncode == 1
    for told in ("Amelia", "Hartley", "Marsh", "2017", "9990000018", "hungry", "girl"):
        assert told not in done.stdout + done.stderr


def test_a_database_without_tables_is_one_clear_line(hub: Hub, sender: str) -> None:
    bare = Hub(make_conninfo(hub.address, options="-c search_path=nowhere"), hub.folder)
    done = bare.submit(hub.file("worry.json", GOOD), sender=sender)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("The database does not answer, or is not at")


def test_nobody_reading_the_receipts_any_more_is_no_error_to_talk_about(
    hub: Hub, sender: str
) -> None:
    name = hub.file("worries.jsonl", b"\n".join(bodies(MANY)))
    process = hub.start("submit", "--sender", sender, name)
    out, err = pipes(process)
    assert out.readline().startswith(b"BW-")
    out.close()
    assert err.read() == b""
    assert process.wait(60) == 1
    assert 1 <= len(hub.kept(sender)) < MANY


def test_killed_in_the_middle_and_run_again_every_submission_is_there_once(
    hub: Hub, sender: str
) -> None:
    told = bodies(MANY)
    name = hub.file("worries.jsonl", b"\n".join(told))
    process = hub.start("submit", "--sender", sender, name)
    out, _ = pipes(process)
    printed = [out.readline() for _ in range(MANY // 4)]
    process.send_signal(signal.SIGKILL)
    printed += out.readlines()
    process.communicate(timeout=60)
    before = len(hub.kept(sender))
    assert MANY // 4 <= len(printed) <= before < MANY
    again = hub.submit(name, sender=sender)
    assert again.returncode == 0
    assert hub.kept(sender) == told
    given = [line.split("\t") for line in b"".join(printed).decode().splitlines()]
    assert [receipt[:2] for receipt in receipts(again)[: len(given)]] == given
    assert [len(receipt) == 3 for receipt in receipts(again)] == [n < before for n in range(MANY)]


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdout
    assert process.stderr
    return process.stdout, process.stderr


def test_without_the_keys_that_seal_it_nothing_goes_in_and_the_keys_are_named(hub: Hub) -> None:
    file = hub.file("sealed.json", json.dumps(a_submission()).encode())
    done = hub.submit(file, sender="nobody", DATA_KEYS="")
    assert (done.returncode, hub.kept("nobody")) == (2, [])
    assert "DATA_KEYS is missing" in done.stderr
    assert "Traceback" not in done.stderr
