"""`breakwater county`: the synthetic county as files, or straight into the database.

Into the database goes what the hub would have been told: the county's referrals, each through the
door of all referrals with the time it came. Keys make a repeat go on where one was cut off.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tqdm import tqdm

from breakwater.site import database
from breakwater.synthetic import command
from breakwater.synthetic.county import County


def run(args: argparse.Namespace) -> int:
    if not args.into_database:
        return command.run(args)
    try:
        county, workers = command.county_of(args)
    except ValueError as error:
        return command.refuse(error)
    if args.out and (status := command.run(args)):
        return status
    with database.one_off():
        print(json.dumps(_into_database(county, workers)))
    return 0


def _into_database(county: County, workers: int) -> dict[str, float]:
    started = time.monotonic()
    received: Counter[str] = Counter()
    spawn = multiprocessing.get_context("spawn")  # a fork would share the database's connections
    with (
        ProcessPoolExecutor(workers, spawn, initializer=database.start_django) as pool,
        tqdm(total=county.blocks, unit=" blocks", desc="into the database", file=sys.stderr) as bar,
    ):
        for counts in pool.map(partial(receive_block, county), range(county.blocks)):
            received.update(counts)
            bar.update()
    return {**received, "seconds": round(time.monotonic() - started, 1)}


def receive_block(county: County, block: int) -> dict[str, int]:
    """Hand in one block's referrals in the order they came; return how many were new."""
    from breakwater.referrals.actions import Envelope, receive_referral

    worries = county.worries(block)
    told = [w for household in county.households(block) for w in worries.about(household)]
    told.sort(key=lambda worry: (worry.received_at, str(worry.submission["key"])))
    new = 0
    for worry in told:
        body = json.dumps(worry.submission, ensure_ascii=False).encode()
        envelope = Envelope(body, sender="county", door="county", received_at=worry.received_at)
        new += not receive_referral(envelope).repeat
    return {"referrals": len(told), "new": new}
