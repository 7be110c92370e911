"""An answer is taken in once, however often it is sent (the Idempotency-Key header).

The key is kept in the answer's own transaction. What is stored are hashes under the hub's secret,
for there are few things that a short answer can say.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from breakwater.access.signin.cache import hidden
from breakwater.exchange.models import AnsweredOnce
from breakwater.exchange.rules import KEYS_LAST
from breakwater.exchange.v1.problems import Problem


@dataclass(frozen=True)
class Once:
    client_id: int
    key: str
    body: str

    def earlier(self) -> int | None:
        """The answer that came with this key; None for a new one. 1 SQL statement.

        Raise Problem where the key came with something else.
        """
        since = timezone.now() - KEYS_LAST
        rows = AnsweredOnce.objects.filter(client=self.client_id, key=self.key, made_at__gte=since)
        row = rows.first()
        if row is None:
            return None
        if row.body != self.body:
            wrong = {"header": "Idempotency-Key", "detail": "This key came with another answer."}
            raise Problem("key-used", errors=[wrong])
        return row.answer_id

    def keep(self, answer_id: int) -> None:
        """Keep the key with the answer; raise IntegrityError where it came twice at once."""
        over = timezone.now() - KEYS_LAST - timedelta(seconds=1)
        mine = AnsweredOnce.objects.filter(client=self.client_id)
        mine.filter(key=self.key, made_at__lt=over).delete()
        AnsweredOnce.objects.create(
            client_id=self.client_id, key=self.key, body=self.body, answer_id=answer_id
        )


def once(client_id: int, key: str, reference: str, body: bytes) -> Once:
    """What is the same answer again: this client's key, and this body for this request."""
    said = f"{reference} {body.hex()}"
    return Once(client_id, hidden(f"key {key}", "", 1), hidden(f"answer {said}", "", 1))
