from django.db import models
from django.db.models import Q


class Draft(models.Model):
    """What somebody typed to a request and has not sent. Emptied once it is sent.

    Who may see it: the team that is asked, while the request is open to them; nobody of the case.
    """

    request = models.ForeignKey("sharing.Request", models.PROTECT, related_name="+")
    user = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    # Sealed under the request's key. JSON: {"answers", "handling", "third_parties"}.
    words = models.BinaryField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "user"], name="one_draft_each"),
        ]


class DraftDocument(models.Model):
    """A document that goes with a draft: checked, and none of the case yet. Seen as its draft."""

    draft = models.ForeignKey(Draft, models.PROTECT, related_name="documents")
    # Both sealed under the request's key; null once the draft was sent, or it was taken out.
    name = models.BinaryField(null=True)
    content = models.BinaryField(null=True)
    size = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(name=None, content=None) | Q(name__isnull=False, content__isnull=False),
                name="draft_document_is_whole",
            ),
        ]
