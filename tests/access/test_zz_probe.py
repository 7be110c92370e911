import os
from tests.access import walking
from tests.access.test_twin_worlds import builder  # noqa
from tests.access.routes import Walker, ROUTES
from tests.access.walking import Walk

NEW = [
    n
    for n in ROUTES
    if any(
        k in n
        for k in (
            "agree",
            "ask",
            "request",
            "told",
            "share",
            "withhold",
            "disclosure",
            "api-",
            "known",
            "answer",
            "nodes",
            "node",
            "index",
            "partners",
            "paper",
            "may-ask",
            "call",
            "taken",
        )
    )
]


def test_probe(builder):
    walk = Walk(*builder.worlds())
    walk.take(s for s in walking.gets() if s.route in NEW)
    open("/tmp/bw/probe_gets.txt", "w").write("\n".join(walk.wrong))
    n = len(walk.wrong)
    walk.take(walking.posts(walk.one, NEW))
    open("/tmp/bw/probe_posts.txt", "w").write("\n".join(walk.wrong[n:]))
    assert not walk.wrong
