"""Every data key is wrapped anew with the newest key, while the hub works, killed or not."""

import os
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from typing import Any

import pytest
from django.db import connection

from breakwater.audit.models import Entry
from breakwater.site.login import application_url
from breakwater.vault.actions import destroy, new_key
from breakwater.vault.models import Key
from breakwater.vault.queries import keys_of, wrapped_by
from breakwater.vault.rotation import left, rotate
from breakwater.vault.rules import DataKey, Keyring, MissingKek
from tests.vault.keyrings import a_case, keyring

WHAT = "referral:1:narrative"


def wrapped(*names: str, settings: Any, number: int = 1) -> list[DataKey]:
    """Data keys, some for each name, as if each name had once been the newest."""
    made, case = [], a_case()
    for name in names:
        settings.DATA_KEYS = keyring(name)
        made += [new_key(case) for _ in range(number)]
    return made


def keks() -> set[str]:
    return set(Key.objects.filter(destroyed_at=None).values_list("kek", flat=True))


@pytest.mark.django_db
def test_all_keys_end_wrapped_by_the_newest_and_open_without_the_old(settings: Any) -> None:
    keys = wrapped("2024", "2025", settings=settings, number=5)
    sealed = [key.seal("A worry", WHAT) for key in keys]
    settings.DATA_KEYS = keyring("2026", "2025", "2024")
    assert left() == 10
    steps: list[int] = []
    assert rotate(steps.append, chunk=4) == 10
    assert (left(), keks(), steps) == (0, {"2026"}, [4, 4, 2])
    settings.DATA_KEYS = keyring("2026")
    opened = keys_of([key.id for key in keys])
    assert all(
        opened[k.id].unseal_text(s, WHAT) == "A worry" for k, s in zip(keys, sealed, strict=True)
    )


@pytest.mark.django_db
def test_rotation_is_written_down_without_a_key(settings: Any) -> None:
    wrapped("2025", settings=settings, number=3)
    settings.DATA_KEYS = keyring("2026", "2025")
    rotate(chunk=2)
    entries = Entry.objects.filter(verb="rotate_keys").values_list("subject", "facts")
    assert sorted(entries, key=str) == [("kek:2026", {"keys": 1}), ("kek:2026", {"keys": 2})]


@pytest.mark.django_db
def test_rotating_twice_changes_nothing(settings: Any) -> None:
    wrapped("2026", settings=settings)
    before = list(Key.objects.values_list("wrapped", flat=True))
    assert rotate() == 0
    assert list(Key.objects.values_list("wrapped", flat=True)) == before


@pytest.mark.django_db
def test_a_destroyed_key_stays_destroyed(settings: Any) -> None:
    (key,) = wrapped("2025", settings=settings)
    destroy([key.id])
    settings.DATA_KEYS = keyring("2026")
    assert rotate() == 0
    assert Key.objects.get(pk=key.id).wrapped is None


@pytest.mark.django_db
def test_a_name_that_is_missing_stops_it_before_anything_is_done(settings: Any) -> None:
    wrapped("2024", "2025", settings=settings)
    settings.DATA_KEYS = keyring("2026", "2025")
    with pytest.raises(MissingKek, match="“2024”, which DATA_KEYS does not hold"):
        rotate()
    assert keks() == {"2024", "2025"}


@pytest.mark.django_db
def test_a_wrong_key_under_a_right_name_stops_it_before_anything_is_done(settings: Any) -> None:
    wrapped("2025", settings=settings)
    ((_, wrong),) = keyring("wrong").keys
    settings.DATA_KEYS = Keyring((*keyring("2026").keys, ("2025", wrong)))
    with pytest.raises(MissingKek, match="does not open with “2025”"):
        rotate()
    assert keks() == {"2025"}


@pytest.mark.django_db
def test_the_count_names_every_key_in_use_or_known_and_what_is_wrong(settings: Any) -> None:
    wrapped("2024", "2025", settings=settings, number=2)
    settings.DATA_KEYS = keyring("2026", "2025")
    counted = {each.name: (each.keys, bool(each.problem)) for each in wrapped_by()}
    assert counted == {"2026": (0, False), "2025": (2, False), "2024": (2, True)}


@pytest.fixture
def committed_keys(committed: str, settings: Any) -> list[DataKey]:
    """Forty keys under an old name; those of other tests stand under the newest."""
    settings.DATA_KEYS = keyring("2026", "2025")
    destroy(Key.objects.filter(destroyed_at=None).values_list("pk", flat=True))
    settings.DATA_KEYS = keyring("2025")
    case = a_case()
    keys = [new_key(case) for _ in range(40)]
    settings.DATA_KEYS = keyring("2026", "2025")
    return keys


KILLED_AT_THE_25TH_KEY = """
import os, signal
from breakwater.site import database
with database.one_off():
    from breakwater.vault import rotation
    from breakwater.vault.rules import Keyring
    wrap, calls = Keyring.wrap, []
    def deadly(ring, key):
        calls.append(key)
        if len(calls) == 25:
            os.kill(os.getpid(), signal.SIGKILL)
        return wrap(ring, key)
    Keyring.wrap = deadly
    rotation.rotate(chunk=10)
"""


def test_killed_in_the_middle_it_goes_on_where_it_was(
    committed: str, committed_keys: list[DataKey]
) -> None:
    environ = surroundings(committed, as_text(keyring("2026", "2025")))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT_THE_25TH_KEY], env=environ, check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert left() == 20
    assert len(keys_of([key.id for key in committed_keys])) == 40
    assert rotate(chunk=10) == 20
    assert keks() == {"2026"}


def test_readers_open_everything_all_the_time(committed_keys: list[DataKey]) -> None:
    ids = [key.id for key in committed_keys]
    over = threading.Event()
    faults: list[BaseException] = []
    rounds: list[int] = []

    def read() -> None:
        try:
            while not over.is_set():
                assert set(keys_of(ids).values()) == set(committed_keys)
                rounds.append(1)
        except BaseException as fault:  # noqa: BLE001
            faults.append(fault)
        finally:
            connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    while not rounds and not faults:
        pass
    rotate(chunk=1)
    over.set()
    reader.join()
    assert faults == []
    assert keks() == {"2026"}


def surroundings(database: str, keys: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": database, "DATA_KEYS": keys}


def command(database: str, *arguments: str, keys: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "breakwater.site.cli", "keys", *arguments],
        env=surroundings(database, keys), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def as_text(ring: Keyring) -> str:
    return ",".join(f"{name}:{b64encode(key).decode()}" for name, key in ring.keys)


def test_the_command_rotates_and_says_which_names_may_go(
    committed: str, committed_keys: list[DataKey]
) -> None:
    both, new = as_text(keyring("2026", "2025")), as_text(keyring("2026"))
    before = command(committed, "check", keys=both)
    assert before.returncode == 0
    assert "2025\t40 data keys" in before.stdout
    assert "2026\t0 data keys\tnewest: wraps new keys" in before.stdout
    done = command(committed, "rotate", keys=both)
    assert done.returncode == 0, done.stderr
    assert '"rotated": 40' in done.stdout
    assert "2025: wraps nothing: may be removed from DATA_KEYS" in done.stdout
    assert "40/40" in done.stderr
    after = command(committed, "check", keys=new)
    assert (after.returncode, after.stdout) == (0, "2026\t40 data keys\tnewest: wraps new keys\n")


def test_the_command_names_what_is_missing_and_fails(
    committed: str, committed_keys: list[DataKey]
) -> None:
    new = as_text(keyring("2026"))
    for what, stream in (("check", "stdout"), ("rotate", "stderr")):
        done = command(committed, what, keys=new)
        assert done.returncode == 1
        assert "needs “2025”, which DATA_KEYS does not hold" in getattr(done, stream)
        assert "Traceback" not in done.stderr


def test_a_login_that_sees_no_keys_is_not_told_that_a_name_may_go(
    committed: str, committed_keys: list[DataKey]
) -> None:
    both, application = as_text(keyring("2026", "2025")), application_url(committed)
    for what in ("check", "rotate"):
        done = command(application, what, keys=both)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Run this as the owner of the database" in done.stderr
        assert "Traceback" not in done.stderr
