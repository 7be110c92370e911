"""The tree's hashes as the database keeps them: the leaves, and a node for every 256 of a level."""

from breakwater.audit.models import Checkpoint, Leaf, Node
from breakwater.audit.tree import leaf_hash, node_hash

TILE = 8  # levels between kept nodes: 2**8 hashes are read to make those between
KEPT_TILES = 4_096


class StoredTree:
    """A `tree.Store`. At most one SQL statement for each group of 256 hashes, which it keeps."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], list[list[bytes]]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        base = level - level % TILE
        within = level - base
        tile, place = divmod(index, 1 << (TILE - within))
        if (base, tile) not in self.tiles:
            if len(self.tiles) >= KEPT_TILES:
                self.tiles.clear()
            self.tiles[base, tile] = _levels_of(_read(base, tile))
        try:
            return self.tiles[base, tile][within][place]
        except IndexError:
            raise LookupError(f"the ledger's hash {index} at level {level} is not there") from None


def size_of_tree() -> int:
    """The number of leaves. 1 SQL statement."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def last_checkpoint() -> Checkpoint | None:
    """1 SQL statement."""
    return Checkpoint.objects.order_by("-size").first()


def _read(base: int, tile: int) -> list[bytes]:
    first, after = tile << TILE, (tile + 1) << TILE
    if base:
        rows = Node.objects.filter(level=base, index__gte=first, index__lt=after)
        found = dict(rows.values_list("index", "hash"))
    else:
        leaves = Leaf.objects.filter(index__gte=first, index__lt=after)
        found = dict(leaves.values_list("index", "commitment"))
    hashes = []
    for index in range(first, after):
        if index not in found:
            break
        kept = bytes(found[index])
        hashes.append(kept if base else leaf_hash(kept))
    return hashes


def _levels_of(hashes: list[bytes]) -> list[list[bytes]]:
    levels = [hashes]
    for _ in range(TILE - 1):
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([node_hash(left, right) for left, right in pairs])
    return levels
