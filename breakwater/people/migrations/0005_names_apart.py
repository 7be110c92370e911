from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_behind_the_door")]
    operations = [migrations.AddField("Profile", "names", models.TextField(default=""))]
