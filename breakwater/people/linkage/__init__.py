"""Who is who: a pure library, without Django. Usable on its own.

Words: profile (a person as told, made comparable), key (two mentions that share one are compared),
level (how far a field agrees), weight (bits for or against), judgement (link, ask or leave).

    from breakwater.people.linkage import judge, profile
    one = profile({"given": "Amelia", "family": "Hartley", "born": "2017-05-14"}, told_on=today)
    judge(one, other).verdict
"""

from breakwater.people.linkage.judge import Evidence, Judgement, Verdict, contradictions, judge
from breakwater.people.linkage.keys import MOST_PER_KEY, asked, stored
from breakwater.people.linkage.model import Model, ModelError
from breakwater.people.linkage.profile import VERSION, Profile, profile, unpacked

__all__ = [
    "MOST_PER_KEY",
    "VERSION",
    "Evidence",
    "Judgement",
    "Model",
    "ModelError",
    "Profile",
    "Verdict",
    "asked",
    "contradictions",
    "judge",
    "profile",
    "stored",
    "unpacked",
]
