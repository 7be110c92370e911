"""What a browser would send of a page's form as it stands."""

from html.parser import HTMLParser
from typing import Any


class FilledIn(HTMLParser):
    """The fields of the last form that posts: ticked boxes, texts, hidden ones."""

    def __init__(self, page: Any):
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._posts = False
        self._text = ""
        self.feed(page.content.decode())
        self.fields.pop("csrfmiddlewaretoken", None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "form":
            self._posts = of.get("method") == "post" and not of.get("action")
            if self._posts:
                self.fields = {}
        if not self._posts or not of.get("name"):
            return
        name = str(of["name"])
        if tag == "textarea":
            self._text = name
            self.fields[name] = [""]
        elif tag == "input" and (of.get("type") not in ("checkbox", "radio") or "checked" in of):
            self.fields.setdefault(name, []).append(of.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._text = "" if tag == "textarea" else self._text

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields[self._text][0] += data

    @property
    def teams(self) -> list[int]:
        return [int(one) for one in self.fields.get("team", [])]


def fields_of(page: Any) -> dict[str, Any]:
    return dict(FilledIn(page).fields)


def teams_of(page: Any) -> list[int]:
    return FilledIn(page).teams
