"""Sending a generation to the hub, part by part; a run that was cut off goes on where it was."""

import json
import time
from collections.abc import Callable

from breakwater.sharing.node import client, generations, wire
from breakwater.sharing.node.keys import signing_key
from breakwater.sharing.node.settings import NodeSettings

SECONDS = 120.0
TRIES, PAUSE = 5, 2.0
JSON, OCTETS = "application/json", "application/octet-stream"


class SendProblem(Exception):
    """Why a generation did not arrive; what arrived stays at the hub."""


def send(settings: NodeSettings, progress: Callable[[int, int], object]) -> generations.Manifest:
    """Send what the hub has not got of the newest generation; progress gets part and parts."""
    manifest = generations.newest(settings.data)
    if manifest is None:
        raise SendProblem("there is no index yet; `breakwater node enrol` makes it")
    wanted, live = _post(settings, manifest, 0, manifest.packed())
    while not live:
        if not wanted:
            raise SendProblem("the hub has all parts and does not use them")
        for number in wanted:
            if not 1 <= number <= manifest.parts:
                raise SendProblem(f"the hub wants part {number} of {manifest.parts}")
            progress(number, manifest.parts)
            body = generations.part(settings.data, number)
            left, live = _post(settings, manifest, number, body)
        if not live and set(left) >= set(wanted):
            raise SendProblem("the hub does not keep what it is sent")
        wanted = left
    return manifest


def _post(
    settings: NodeSettings, manifest: generations.Manifest, number: int, body: bytes
) -> tuple[list[int], bool]:
    key, url = signing_key(settings.signing_key), f"{settings.hub.url}/discovery/index"
    for tries_left in range(TRIES - 1, -1, -1):
        what = wire.statement(
            wire.INDEX, settings.name, settings.hub.name, body, time.time(),
            generation=manifest.generation, part=number, parts=manifest.parts,
        )  # fmt: skip
        try:
            return _answer(client.post(url, key, what, body, SECONDS, OCTETS if number else JSON))
        except wire.Refused as refusal:
            raise SendProblem(f"the hub refused ({refusal.code}): {refusal.words}") from None
        except client.NotReached as problem:
            if not tries_left:
                raise SendProblem(f"the hub: {problem}; run again, it goes on from here") from None
            time.sleep(PAUSE)
    raise AssertionError


def _answer(body: bytes) -> tuple[list[int], bool]:
    try:
        told = json.loads(body)
        wanted, live = told["wanted"], told["live"]
    except (ValueError, TypeError, KeyError):
        wanted, live = None, None
    if not isinstance(live, bool) or not isinstance(wanted, list):
        raise SendProblem("the hub's answer is none")
    return [number for number in wanted if isinstance(number, int)], live
