"""Names and birth dates told before anybody could name their family, for whoever does it now."""

from django.db import migrations

from breakwater.people.rules import full_date
from breakwater.people.search.rules import short_name


def keep(apps, editor):
    mentions = apps.get_model("people", "Mention").objects.filter(born__regex=r"^[0-9-]{10}$")
    rows = mentions.values_list("case_id", "born", "given", "family")
    pairs = (
        (case_id, full_date(born), short_name(given, family))
        for case_id, born, given, family in rows.iterator(chunk_size=5_000)
    )
    with editor.connection.cursor() as cursor:
        cursor.executemany(
            "insert into access_told (case_id, born, folded) values (%s, %s, %s)"
            " on conflict do nothing",
            [pair for pair in pairs if pair[2]],
        )


class Migration(migrations.Migration):
    dependencies = [("people", "0005_names_apart"), ("access", "0006_broken_glass")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
