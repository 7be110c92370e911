"""The sealed files on disk, outside of what any web server serves; names tell nothing."""

import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings

PARTIAL = ".partial"
_NAME = re.compile(r"([0-9a-f]{32})(\.partial)?")


def path_of(file: UUID) -> Path:
    return Path(settings.ATTACHMENTS_ROOT) / file.hex[:2] / file.hex


def write(file: UUID, chunks: Iterable[bytes]) -> None:
    """Write a file as a whole or not at all; it survives a power cut once this returns."""
    path = path_of(file)
    _make_folders(path.parent)
    partial = path.with_name(path.name + PARTIAL)
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            for chunk in chunks:
                opened.write(chunk)
            opened.flush()
            os.fsync(opened.fileno())
        partial.rename(path)
        _sync_folder(path.parent)
    except BaseException:
        remove(file)
        raise


def remove(file: UUID) -> None:
    """Remove a file and what of it is not finished; nothing happens when there is neither."""
    path = path_of(file)
    for each in (path, path.with_name(path.name + PARTIAL)):
        with suppress(FileNotFoundError):
            each.unlink()


def forget_files(gone: Iterable[UUID]) -> None:
    """Remove the files of documents that were erased with their case."""
    for file in gone:
        remove(file)


def all_files(older_than_seconds: float = 0) -> Iterator[UUID]:
    """The files on disk, finished or not, that were last written so long ago."""
    before = time.time() - older_than_seconds
    for path in sorted(Path(settings.ATTACHMENTS_ROOT).glob("??/*")):
        match = _NAME.fullmatch(path.name)
        with suppress(FileNotFoundError):
            if match and path.stat().st_mtime <= before:
                yield UUID(match[1])


def _make_folders(folder: Path) -> None:
    root = folder.parent
    if not root.is_dir():
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(root.parent)
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(root)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
