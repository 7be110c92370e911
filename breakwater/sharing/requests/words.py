"""As what the words of a request are sealed, under the request's own key."""


def what_of(reference: str) -> str:
    """Return what questions, necessity and reasons are sealed as."""
    return f"request:{reference}"
