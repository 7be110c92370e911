"""What a partner reads of the papers that are open to them; called inside view.reading()."""

from typing import Any

from breakwater.sharing import papers
from breakwater.sharing.models import Request


def questions_of(request: Request) -> tuple[str, ...]:
    """What is asked, for whom the request is open. 1 SQL statement."""
    words = words_of(request)
    return tuple(words["questions"]) if words else ()


def words_of(request: Request) -> dict[str, Any] | None:
    """The words of a request; None where its key is not open. 1 SQL statement."""
    (words,) = papers.unsealed([(f"request:{request.reference}", request.words)])
    return words
