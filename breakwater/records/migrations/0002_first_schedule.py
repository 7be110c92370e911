"""The first retention schedule and the first knobs.

Another version of a class is another row, for cases that close from its day on.
"""

from datetime import date
from typing import Any

from django.db import migrations

CLOSING, BIRTHDAY = "years after the case closed", "a birthday of the youngest person it is about"

FIRST_DAY = date(2000, 1, 1)
LOCAL = "local default, to be set by the area"
UNCHECKED = "general knowledge; the published table was not found: check with the records manager"
MOPI = "Management of Police Information, review groups (College of Policing APP)"

KNOBS = (
    {
        "code": "GRACE_DAYS",
        "value": 90,
        "says": "days from the second person's yes until a case is erased; undone until then",
        "source": "own choice after the PNC deletion of 2021, whose undoing took four months",
    },
    {
        "code": "MOST_A_NIGHT",
        "value": 25,
        "says": "cases that one night erases at most; a run that would exceed it stops and alerts",
        "source": "own choice after the PNC deletion of 2021: 209,550 records went in one run",
    },
)


def _class(code: str, name: str, holder: str, years: int, **rest: Any) -> dict[str, Any]:
    return {
        "code": code,
        "version": 1,
        "name": name,
        "holder": holder,
        "categories": [],
        "only_triaged": False,
        "basis": CLOSING,
        "years": years,
        "review_every": 0,
        "status": LOCAL,
        "effective_from": FIRST_DAY,
    } | rest


CLASSES = (
    _class(
        "MOPI_1",
        "Police: public protection and most serious, to the 100th birthday",
        "police",
        100,
        basis=BIRTHDAY,
        review_every=10,
        categories=[
            "sexual_abuse",
            "child_sexual_exploitation",
            "online_grooming",
            "indecent_images",
            "trafficking",
            "fgm",
        ],
        source=MOPI + ", group 1",
        status=UNCHECKED,
    ),
    _class(
        "MOPI_2",
        "Police: other sexual, violent or serious, 10 clear years",
        "police",
        10,
        categories=[
            "physical_abuse",
            "domestic_abuse",
            "criminal_exploitation",
            "intimate_image_sharing",
            "radicalisation",
            "honour_based_abuse",
            "forced_marriage",
            "peer_on_peer_abuse",
            "neglect",
        ],
        source=MOPI + ", group 2",
        status=UNCHECKED,
    ),
    _class(
        "MOPI_3",
        "Police: all other, 6 years",
        "police",
        6,
        source=MOPI + ", group 3",
        status=UNCHECKED,
    ),
    _class(
        "MOPI_4_MISSING",
        "Police: missing children, 6 years",
        "police",
        6,
        categories=["missing"],
        source=MOPI + ", group 4: by type of record",
        status=LOCAL,
    ),
    _class(
        "CSC_25",
        "Children's social care, to the 25th birthday",
        "social_care",
        25,
        basis=BIRTHDAY,
        source="Common practice of councils' schedules",
    ),
    _class(
        "CSC_LOOKED_AFTER_75",
        "Looked-after children, to the 75th birthday",
        "social_care",
        75,
        basis=BIRTHDAY,
        # No referral says this yet: the class waits for the rooms that know who is looked after.
        categories=["looked_after"],
        source="Care Planning, Placement and Case Review Regulations 2010; IICSA",
        status=UNCHECKED,
    ),
    _class(
        "HUB_NFA",
        "Hub: triage decided that no further action was needed, 6 years",
        "",
        6,
        only_triaged=True,
        source="Local agreement of the partnership",
    ),
    _class(
        "HUB_25",
        "Hub: what was worked on, to the 25th birthday",
        "",
        25,
        basis=BIRTHDAY,
        source="Local agreement of the partnership",
    ),
)


def load(apps, _editor):
    for model, rows in (("Knob", KNOBS), ("RetentionClass", CLASSES)):
        table = apps.get_model("records", model)
        table.objects.bulk_create(table(**row) for row in rows)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
