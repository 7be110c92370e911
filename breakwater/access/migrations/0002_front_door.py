"""A hub without a triage team would have nobody to see what comes in, so there is one at once."""

from django.db import migrations


def make_front_door(apps, _editor):
    agency, _ = apps.get_model("access", "Agency").objects.get_or_create(
        name="Safeguarding hub", defaults={"kind": "social_care"}
    )
    apps.get_model("access", "Team").objects.get_or_create(
        name="Hub triage", defaults={"agency": agency, "kind": "triage"}
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunPython(make_front_door, migrations.RunPython.noop)]
