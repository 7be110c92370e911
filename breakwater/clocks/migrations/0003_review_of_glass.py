"""How soon somebody judges whether a case was rightly opened in an emergency."""

from datetime import date

from django.db import migrations

GLASS = {
    "code": "GLASS",
    "version": 1,
    "name": "Review the opening in an emergency",
    "starts": "somebody opens a case in an emergency",
    "met_by": "a supervisor's review",
    "length": 72,
    "unit": "hour",
    "source": "Breakwater design, trust.md section 8: every use is reviewed within 72 hours",
    "status": "local default, to be set by the area",
    "effective_from": date(2000, 1, 1),
}


def load(apps, _editor):
    apps.get_model("clocks", "ClockDefinition").objects.create(**GLASS)


class Migration(migrations.Migration):
    dependencies = [("clocks", "0002_first_definitions")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
