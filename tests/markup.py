"""Reading a page strictly: every element with its attributes, and what would be wrong in any browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
# Foreign elements of SVG that stand closed in themselves.
SELF_CLOSED = frozenset({"path", "use", "rect"})


@dataclass
class Element:
    """An element: its name, its attributes, and the text directly or deeper in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page as its elements, in order; raises where tags do not match."""

    html: str
    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        assert not self._open, f"left open: {[one.name for one in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SELF_CLOSED, f"<{tag}/> is not closed in HTML"
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1].name == tag, (
            f"</{tag}> closes {self._open[-1].name if self._open else 'nothing'}"
        )
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, name: str, **attributes: str) -> list[Element]:
        """The elements of a name with these attributes (`class_` has the class among others)."""
        return [
            one
            for one in self.elements
            if one.name == name
            and all(_fits(one, key.rstrip("_"), value) for key, value in attributes.items())
        ]

    def one(self, name: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} times <{name} {attributes}>"
        return found[0]

    @property
    def ids(self) -> list[str]:
        """Every id of the page."""
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]


def _fits(element: Element, name: str, value: str) -> bool:
    given = element.attributes.get(name)
    if given is None:
        return False
    return value in given.split() if name == "class" else given == value
