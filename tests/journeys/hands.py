"""How a person uses a page: with a mouse or with the keyboard alone; both count what they do."""

from typing import Any

from breakwater.site.demo_data import PASSWORD

FAR = 120  # more presses of Tab than any page of the hub may need
SPOKEN = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0] : at;
  return label.innerText.trim();
}"""


class Mouse:
    """Points, clicks and types; needs no scripts on the page."""

    def __init__(self, page: Any):
        self.page = page
        self.entries = 0
        self.documents = 0
        page.on("response", self._count)

    def _count(self, response: Any) -> None:
        shown = response.request.is_navigation_request() and not 300 <= response.status < 400
        self.documents += shown

    def start_counting(self) -> None:
        self.entries = self.documents = 0

    def go_to_sign_in(self) -> None:
        self.page.goto("/")

    def press(self, kind: str, name: str) -> None:
        """Follow a link or press a button: the first one that is called so."""
        self.page.get_by_role(kind, name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def choose(self, label: str) -> None:
        self.entries += 1
        self.page.get_by_role("radio", name=label).check()

    def tick(self, label: str) -> None:
        self.entries += 1
        self.page.get_by_role("checkbox", name=label).check()

    def type(self, label: str, text: str) -> None:
        self.entries += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def choose_in(self, group: str, label: str) -> None:
        """Choose in one of several groups of radios that offer the same."""
        self.entries += 1
        self.page.get_by_role("group", name=group).get_by_role("radio", name=label).check()


class Keyboard(Mouse):
    """Tab, Enter, Space, the arrow keys inside a group of radios, and letters; no mouse."""

    def press(self, kind: str, name: str) -> None:
        self._go_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, label: str) -> None:
        self.entries += 1
        # A group of radios is one stop of Tab; the arrow keys go through it and choose.
        group = self.page.get_by_role("radio", name=label).get_attribute("name")
        for _ in range(FAR):
            if self.page.evaluate("document.activeElement.name") == group:
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        for _ in range(FAR):
            if self._spoken().startswith(label):
                break
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate("document.activeElement.checked")

    def choose_in(self, group: str, label: str) -> None:
        self.entries += 1
        radios = self.page.get_by_role("group", name=group).get_by_role("radio")
        group_name = radios.first.get_attribute("name")
        for _ in range(FAR):
            if self.page.evaluate("document.activeElement.name") == group_name:
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        for _ in range(FAR):
            if self._spoken() == label:
                break
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate("document.activeElement.checked")

    def tick(self, label: str) -> None:
        self.entries += 1
        for _ in range(FAR):
            if self._spoken().startswith(label):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Space")
        assert self.page.evaluate("document.activeElement.checked")

    def type(self, label: str, text: str) -> None:
        self.entries += 1
        self._go_to(label)
        self.page.keyboard.type(text)

    def _go_to(self, name: str) -> None:
        """Press Tab until the focus is on what is called so; it must be in sight there."""
        for _ in range(FAR):
            if self._spoken() == name:
                assert self.page.evaluate("document.activeElement.getClientRects().length > 0")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {name!r}")

    def _spoken(self) -> str:
        return str(self.page.evaluate(SPOKEN))


def sign_in(hands: Mouse, username: str, password: str = PASSWORD) -> None:
    hands.go_to_sign_in()
    hands.type("Username", username)
    hands.type("Password", password)
    hands.press("button", "Sign in")
