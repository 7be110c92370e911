"""What somebody may type to say which case they mean. Pure."""

import re

_NUMBER = re.compile(r"[0-9]{1,15}")
_REFERENCE = re.compile(r"BW-?([0-9A-Z]{4})-?([0-9A-Z]{4})-?([0-9A-Z]{4})")
WRONG = "Enter a case number such as 412, or a reference such as BW-1A2B-3C4D-5E6F"


def called(typed: str) -> str:
    """Return a case number or reference as the hub writes it, or "" for anything else."""
    text = "".join(typed.upper().split())
    if _NUMBER.fullmatch(text):
        return str(int(text))
    reference = _REFERENCE.fullmatch(text)
    return f"BW-{'-'.join(reference.groups())}" if reference else ""
