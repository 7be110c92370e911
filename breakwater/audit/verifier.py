"""Checks an export of a Breakwater ledger against a signed checkpoint: offline, trusting nobody.

    python3 verifier.py EXPORT --checkpoint CHECKPOINT --key 'NAME+ID+BASE64'

200 lines, standard library only: read them before you believe them. A ledger is a Merkle tree (RFC
9162): commitment = SHA-256(salt, content), leaf = SHA-256(0, commitment), node = SHA-256(1, left,
right). A checkpoint is a signed note (c2sp.org/tlog-checkpoint): keep yours, they are what proves.
"""

import argparse
import json
from binascii import a2b_base64, unhexlify
from hashlib import sha256, sha512

NOT_PROVABLE = """What no ledger can prove:
- an entry that an administrator of the machine suppressed before the next checkpoint (1 second);
- who read memory, disk or a backup outside the application, who really sat at the keyboard;
- from the export of a case, that it has no other entries (that of a range leaves none out)."""
HOUR = 3_600_000_000  # microseconds; no honest transaction writes its entry that late
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # of Ed25519, RFC 8032
D = -121665 * pow(121666, -1, P) % P


def add(p, q):
    (a, b), (c, d) = p, q
    e = D * a * b * c * d % P
    inverse = pow(1 - e * e, -1, P)
    return (a * d + b * c) * (1 - e) * inverse % P, (b * d + a * c) * (1 + e) * inverse % P


def times(n, p):
    return add(times(n - 1, p), p) if n & 1 else times(n >> 1, add(p, p)) if n else (0, 1)


def point(raw):
    """Read a point of the curve; None where there is none."""
    sign, y = raw[31] >> 7, int.from_bytes(raw, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x, y


def signature_holds(public, message, signature):
    a, r, s = point(public), point(signature[:32]), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % L
    base, sound = point((4 * pow(5, -1, P) % P).to_bytes(32, "little")), len(signature) == 64
    return sound and None not in (a, r) and s < L and times(s, base) == add(r, times(k, a))


def read_note(note, key):
    """Take a checkpoint apart: its size, its root, and whether the key signed it."""
    text, _, signatures = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    name, key_id, body = key.strip().split("+", 2) if key else ("", "", "")
    signed, public = False, a2b_base64(body)
    if key and sha256(f"{name}\n".encode() + public).hexdigest()[:8] != key_id:
        raise ValueError("the key is damaged, or not a ledger's")
    for line in signatures.splitlines() if origin == name else ():
        dash, who, given = line.split(" ")
        if (dash, who) == ("—", name) and a2b_base64(given)[:4].hex() == key_id:
            signed = signature_holds(public[1:], f"{text}\n".encode(), a2b_base64(given)[4:])
    return int(size), a2b_base64(root), signed


def push(stack, at, level, hashed):
    """Add a complete subtree of 2**level leaves to a tree of `at` leaves; return its new size."""
    count = at >> level
    while count & 1:
        hashed, count = sha256(b"\1" + stack.pop() + hashed).digest(), count >> 1
    stack.append(hashed)
    return at + (1 << level)


def root_by(hashes, start, leaves, size):
    """Return the root of `size` leaves, of which these stand at `start`, by the hashes beside."""
    before, at = start.bit_count(), start  # a tree is as many subtrees as its size has binary ones
    stack = hashes[:before]
    for leaf in leaves:
        at = push(stack, at, 0, leaf)
    for one in hashes[before:]:
        at = push(stack, at, min((size - at).bit_length(), (at & -at).bit_length()) - 1, one)
    root = stack.pop()
    while stack:
        root = sha256(b"\1" + stack.pop() + root).digest()
    return root if at == size else None


class Check:
    """Reads an export once; `faults` says what is wrong, in words that name the entry."""

    def __init__(self, path, checkpoint, key):
        self.key, self.faults, self.entries, self.erased, self.broken = key, [], 0, [], False
        with open(path, "rb") as file, open(checkpoint, encoding="utf-8") as mine:
            self.head = json.loads(file.readline())
            self.good, self.end = self.head["first"], self.head["end"]
            read = [(*read_note(note, ""), note) for note in self.head["checkpoints"]]
            self.signed = {size: (root, note) for size, root, _, note in read}
            self.size, self.root, signed = read_note(self.head["checkpoints"][-1], key)
            self.held, held_root, by_key = read_note(mine.read(), key)
            self.tell(not signed, f"checkpoint {self.size} of the export: not signed by this key")
            self.tell(not by_key, f"checkpoint {self.held} that you hold: not signed by this key")
            self.check_held(held_root, self.head["since"].get(str(self.held)))
            self.check_entries(file)

    def tell(self, wrong, words):
        self.faults += [words] * bool(wrong)

    def check_held(self, root, proof):
        """Is the tree that the held checkpoint signed the beginning of this one?"""
        size, held, hashes = self.size, self.held, [a2b_base64(one) for one in proof or ()]
        why = "a fork, or written anew" if proof or held == size else "no proof, use --since"
        why = "the ledger has shrunk" if held > size else why
        begins = held == size and root == self.root
        if held < size and proof:
            old = root_by(hashes[: held.bit_count()], held, (), held)
            begins = old == root and root_by(hashes, held, (), size) == self.root
        elif held < size and self.good < held <= self.end:
            begins, self.signed[held] = True, (root, "")  # shown below, by the entries themselves
        self.tell(not begins, f"checkpoint {held} does not begin these {size} entries: {why}")

    def compare(self, hashed, at):
        """Hold the root of the tree so far against the checkpoint of just that size."""
        root, note = self.signed[at]
        if hashed == root:
            self.good = at
        elif note and not read_note(note, self.key)[2]:
            self.tell(True, f"checkpoint {at} of the export: not signed by this key")
        elif not self.broken:
            where = f"ies {self.good} to {at - 1}" if self.good < at - 1 else f"y {at - 1}"
            self.tell(True, f"entr{where}: not as checkpoint {at} signed: changed, added or moved")
            self.broken = True

    def check_entries(self, file):
        stack, at = [a2b_base64(one) for one in self.head["before"]], self.good
        previous, newest, seen, erasers = -1, 0, set(), set()
        for self.entries, line in enumerate(file, 1):
            place, salt, hexed, proof, content = line[:-1].split(b" ", 4)
            index, commitment, wrong = int(place), unhexlify(hexed), ""
            if salt == b"erased":
                self.erased.append(f"leaf:{index}")
            elif salt == b"missing":
                wrong = "its content is gone, and nobody erased it"
            elif sha256(unhexlify(salt) + content).digest() != commitment:
                wrong = "its content is not what was committed to"
            else:
                time = int(content[7:23])  # {"at": microseconds, ...
                wrong = time < newest - HOUR and "dated over an hour before an entry before it"
                newest = time if time > newest else newest
                if b'"verb": "erase"' in content:
                    erasers.add(json.loads(content)["subject"])
            if index <= previous or commitment in seen:
                wrong = "shown twice or out of order"
            seen.add(commitment)
            previous, leaf = index, sha256(b"\0" + commitment).digest()
            if index >= self.end:  # proven by itself
                hashes = [a2b_base64(one) for one in proof.split(b",") if one != b"-"]
                if root_by(hashes, index, [leaf], self.size) != self.root:
                    wrong = wrong or f"not in the tree of checkpoint {self.size}"
            else:  # proven with the others of the range
                if index != at:
                    self.broken = True
                    self.tell(index > at, f"entry {at}: missing, with all before entry {index}")
                at = index + 1 if self.broken else push(stack, index, 0, leaf)
                if at in self.signed and not self.broken:
                    self.compare(root_by(stack, at, (), at), at)
            if wrong:
                self.faults.append(f"entry {index}: {wrong}")
        self.tell(at < self.end, f"entry {at}: missing, with all before entry {self.end}")
        if at == self.end > 0 and not self.broken:
            hashes = stack + [a2b_base64(one) for one in self.head["after"]]
            self.compare(root_by(hashes, at, (), self.size), self.size)
        for leaf in set(self.erased) - erasers:
            self.tell(True, f"entry {leaf[5:]}: its content is gone, no entry says who erased it")


def main():
    parser = argparse.ArgumentParser(description="Check an export of a ledger, offline.")
    parser.add_argument("export")
    parser.add_argument("--checkpoint", required=True, help="the file of a checkpoint you hold")
    parser.add_argument("--key", required=True, help="the ledger's public key")
    args = parser.parse_args()
    try:
        done = Check(args.export, args.checkpoint, args.key)
    except (OSError, ValueError, LookupError, TypeError) as problem:
        return print(f"This cannot be checked, which proves nothing: {problem!r}") or 2
    for fault in done.faults:
        print("FAULT:", fault)
    if not done.faults:
        what = f"all from {done.head['first']} to {done.end - 1}" if done.end else "each alone"
        print(f"Proven: {done.entries} entries, {what}, {len(done.erased)} of them erased, which")
        print(f"stand in checkpoint {done.size}, which begins with checkpoint {done.held} (yours).")
    print(NOT_PROVABLE)
    return 1 if done.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
