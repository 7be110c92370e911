from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Key(models.Model):
    """One data key, wrapped by the key-encryption key that `kek` names.

    Who may see it: whoever holds its case, through the door; without DATA_KEYS the row opens
    nothing. Rotation runs as the owner, who sees all. Rows stay: a destroyed key keeps its id and
    its moment, and has no secret any more.
    """

    case = models.ForeignKey("access.Case", models.PROTECT)
    wrapped = models.BinaryField(null=True)
    kek = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "vault_key"
        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped__isnull=False, destroyed_at__isnull=True) & ~Q(kek="")
                | Q(wrapped__isnull=True, destroyed_at__isnull=False, kek=""),
                name="key_is_wrapped_or_destroyed",
            ),
        ]
