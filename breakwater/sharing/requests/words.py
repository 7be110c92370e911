"""As what the words of a request and of its answers are sealed, under the request's own key."""


def what_of(reference: str) -> str:
    """Return what questions, necessity and reasons are sealed as."""
    return f"request:{reference}"


def what_of_answer(reference: str) -> str:
    """Return what each answer is sealed as, whoever writes it: portal, API, a note of a call."""
    return f"request:{reference}:answer"


def what_of_override(reference: str) -> str:
    return f"request:{reference}:override"


def what_of_ruling(reference: str) -> str:
    return f"request:{reference}:ruling"
