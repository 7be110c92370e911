"""The rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from breakwater.referrals.submission import parse
from breakwater.site.demo_data import SAMPLES
from scripts.make_docs import TARGET, reference

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_reference_page_is_what_the_code_says() -> None:
    assert TARGET.read_text(encoding="utf-8") == reference(), "run `make docs`"


def test_every_target_of_the_makefile_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.M)
    for target in phony.split():
        assert re.search(rf"^{target}:.*## \S", makefile, re.M), target


def test_every_room_tells_what_happens_in_it() -> None:
    for room in (ROOT / "breakwater").iterdir():
        if (room / "__init__.py").exists():
            docstring = (room / "__init__.py").read_text().split('"""')[1]
            assert "Doors in:" in docstring, room.name


def test_lock_files_name_a_hash_for_everything_and_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (ROOT / name).read_text()
        assert "://" not in lock
        assert lock.count("==") <= lock.count("--hash=sha256:")


def test_no_image_or_video_material_is_in_the_repository() -> None:
    pictures = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp4", ".mov", ".avi"}
    skipped = {".venv", "var", ".git"}
    found = [
        path.relative_to(ROOT)
        for path in ROOT.rglob("*")
        if path.suffix.lower() in pictures and path.relative_to(ROOT).parts[0] not in skipped
    ]
    assert all(path.parts[:2] == ("docs", "pictures") for path in found), found


def test_the_samples_use_only_numbers_that_belong_to_nobody() -> None:
    from django.utils import timezone

    for line in SAMPLES.read_bytes().splitlines():
        for person in parse(line, timezone.now()).submission.people or ():
            assert person.nhs_number is None or person.nhs_number.startswith("999")
            assert person.phone is None or re.search(r"7700 ?900|1632 ?960", person.phone)
