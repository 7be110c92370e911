"""Whoever wanted to ask or share without an agreement is told what the supervisor said."""

from django.db import migrations, models

KINDS = (
    "somebody asked about a restricted case",
    "a new worry is about somebody in a restricted case",
    "somebody opened a case in an emergency",
    "somebody asks to open a restricted case",
    "a restricted case that you asked for is open to you for an hour",
    "somebody searches again and again for a person who is not their work",
    "somebody can no longer work on a case: they know the family",
    "a deadline comes near",
    "a deadline was missed",
    "a queue has waited too long",
    "your team is asked for information",
    "a partner answered what you asked",
    "something is to be asked or shared without an agreement, if you sign it",
    "a supervisor signed what you want to ask or share, or refused to",
    "information was shared with your team",
    "information that was shared with your team was recalled or corrected",
    "an agreement on sharing is soon to be reviewed",
    "the review of an agreement on sharing is overdue",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0012_reviews_of_agreements")]
    operations = [
        migrations.AlterField(
            "alert", "kind", models.CharField(choices=[(k, k) for k in KINDS], max_length=80)
        ),
    ]
