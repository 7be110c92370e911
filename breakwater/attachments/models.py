from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from breakwater.attachments.rules import Kind


class Document(models.Model):
    """A document on a case; its content is a sealed file (files.py), no hash of it is kept.

    Who may see it: whoever holds its case, through the door (police alone, if police_only). Rows
    stay; erasure destroys the key.
    """

    case = models.ForeignKey("access.Case", models.PROTECT)
    # The file's name on disk: chance, not counted.
    file = models.UUIDField(unique=True)
    # The vault's data key, which seals the name and the file.
    key_id = models.BigIntegerField()
    name = models.BinaryField()
    kind = models.CharField(max_length=40, choices=[(k.name, k.name) for k in Kind])
    size = models.BigIntegerField()
    added_by = models.ForeignKey("access.User", models.PROTECT)
    added_at = models.DateTimeField(db_default=Now())
    # It came with an answer for police eyes only: of those who hold the case police alone see it.
    police_only = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[k.name for k in Kind]), name="document_kind_known"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_is_not_empty"),
        ]
        indexes = [
            # Serves queries.documents_of.
            models.Index(fields=["case", "added_at"], name="document_by_case"),
        ]
