"""Files sealed in chunks, so that one of any size needs little memory. No Django.

Each chunk is a sealed value of its own, bound to its place and to whether it is the last: chunks
cannot be dropped, swapped, repeated or cut off without the file refusing to open.
"""

from collections.abc import Iterator
from typing import BinaryIO

from breakwater.vault.rules import OVERHEAD, DataKey, Tampered

CHUNK = 64 * 1024


def seal_file(key: DataKey, content: BinaryIO, what: str) -> Iterator[bytes]:
    """The sealed file, chunk by chunk. An empty file is one empty chunk."""
    number, chunk = 0, content.read(CHUNK)
    while True:
        following = content.read(CHUNK)
        yield key.seal(chunk, _place(what, number, last=not following))
        if not following:
            return
        number, chunk = number + 1, following


def unseal_file(key: DataKey, sealed: BinaryIO, what: str) -> Iterator[bytes]:
    """The content, chunk by chunk, each checked before it is given.

    Raise Tampered at the first chunk that is not as it was sealed. A caller that must send nothing
    of a file that was cut compares its size with sealed_size() first.
    """
    number, chunk = 0, sealed.read(CHUNK + OVERHEAD)
    if not chunk:
        raise Tampered(f"{what} is empty.")
    while chunk:
        following = sealed.read(CHUNK + OVERHEAD)
        yield key.unseal(chunk, _place(what, number, last=not following))
        number, chunk = number + 1, following


def sealed_size(size: int) -> int:
    """How many bytes a file of `size` has once it is sealed."""
    return size + OVERHEAD * max(1, -(-size // CHUNK))


def _place(what: str, number: int, *, last: bool) -> str:
    return f"{what}:{number}{':last' if last else ''}"
