"""The clocks of the first journey. Another version is another row, never a change of these."""

from datetime import date

from django.db import migrations

# What was agreed before the hub kept versions: history typed in later runs by it too.
FIRST_DAY = date(2000, 1, 1)
LOCAL = "local default, to be set by the area"

DEFINITIONS = (
    {
        "code": "DANGER",
        "name": "Act on immediate danger",
        "starts": "a referral arrives that says a child is in immediate danger",
        "met_by": "a decision",
        "length": 1,
        "unit": "hour",
        "source": "Local practice: at once, by 999 or the duty supervisor",
        "status": LOCAL,
    },
    {
        "code": "DECIDE",
        "name": "Decide on the referral",
        "starts": "a referral arrives",
        "met_by": "a decision",
        "length": 1,
        "unit": "working_day",
        "source": "Working Together to Safeguard Children; Keeping Children Safe in Education",
        "status": "checked against a secondary source",
    },
    {
        "code": "TAKE_ON",
        "name": "Take on the work",
        "starts": "a referral is routed to a team",
        "met_by": "the team takes it on",
        "length": 1,
        "unit": "working_day",
        "source": "Local practice: routed work has somebody at it by the next working day",
        "status": LOCAL,
    },
)


def load(apps, _editor):
    apps.get_model("clocks", "ClockDefinition").objects.bulk_create(
        apps.get_model("clocks", "ClockDefinition")(version=1, effective_from=FIRST_DAY, **row)
        for row in DEFINITIONS
    )


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
