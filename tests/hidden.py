"""Texts of every kind with something hidden in every place, and a walk through all that is public."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import httpx
from hearing import Hearing
from village import ACTIVITY_JSON

MEMBERS, PARTNERS = "zqmem", "zqpar"
"""What stands at the beginning of every hidden word: nothing else has it."""
LANGUAGES = ("en", "es", "fr", "de", "pt", "ar")
_LINK = re.compile(
    rb"""(?:href|src|content)=["']([^"'<>\s]+)["']|"(https://[^"\\\s]+)"|<loc>([^<]+)|^URL:(\S+)""",
    re.M,
)

_COMMON = """title: "Common <M> <P>"
language: en
warning: "<M> Loud <P>"
hashtags: [open{hidden_tag}]
pictures:
  - {{file: door.png, description: "A door <M> <P>"}}
  - {{file: roof.png, description: "zqmemroof", audience: members}}
  - {{file: cellar.png, description: "zqparcellar", audience: partners}}
voices:
  - {{file: speech.wav, transcript: "Hello <M> <P>"}}
  - {{file: whisper.wav, transcript: "zqmemwhisper", audience: members}}
"""
_BODY = """
Seen by all. <M> And <P>.

<M>

## A heading <M>

- one <P>
- [[members: <m> #<m>tag @hidden@home.example ![<m>](https://<m>.example/a.png)]]
- [a link <M>](https://open.example/<P>)

```
code <M>
[[members:
<m>
]]
```

| a | b <M> |
|---|---|
| <P> | c |

[[partners: <p> and [[members: <m>]] then <p>

> two paragraphs [in](https://<p>.example) [[one]] <p>

]]The end `<M>` \\[[members: shown]]
"""
_HEADS = {
    "update": "",
    "minutes": """date: 2026-12-03T19:00
timezone: Europe/London
place: {{name: "Hall <M> <P>", area: "Bristol <M>", street: "Old Market <M>", precision: exact}}
attendance: 27
roles:
  - {{role: "Facilitation <M>", held_by: "A <M>"}}
agenda:
  - "The door <M>"
  - {{title: "The roof <P>", notes: "It leaks <M>"}}
  - "<M>"
decisions:
  - text: "We host <M> <P>"
    reasons: ["Warm <M>", {{text: "<P>"}}]
    note: "Later <M>"
  - {{text: "<M>", how: vote}}
  - {{text: "<P>"}}
[[members:
  - {{text: "<m>"}}
]]
actions:
  - {{text: "Buy soup <M>", role: "Kitchen <M>"}}
  - "<M>"
next: {{date: 2027-01-07, place: {{name: "Hall <M>"}}, agenda: ["Soup <M>", "<P>"]}}
witness: {{group: "@anna@home.example", note: "Seen <M> <P>"}}
mirror: {{title: "Elsewhere <M>", note: "Note <P>", prepared_by: "B <M>", next: "C <M>"}}
""",
    "call": """start: 2027-06-19T17:00
timezone: Europe/London
place: {{name: "Square <M> <P>", area: "Bristol <P>", street: "Old Market <M>", precision: exact}}
""",
    "request": """needs:
  - {{kind: hours, amount: 40, of: "childcare <M> <P>"}}
[[members:
  - {{kind: other, of: "<m>"}}
]]
links:
  - {{name: "Fund <M>", url: "https://fund.example/<P>"}}
  - {{name: "<M>", url: "https://second.example/"}}
""",
    # Everybody who votes sees the same options.
    "poll": "options: [Soup, Bread]\nopen_for: 3 days\n",
}
KINDS = tuple(_HEADS)


@dataclass
class Texts:
    """Makes texts with hidden words, each word once, and remembers them by whom they are for."""

    members: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def of(self, kind: str, more: str = "", body: str = "") -> str:
        """A text of a kind in which something is hidden wherever something can be."""
        hidden_tag = "" if kind == "minutes" else ", '[[members: <m>tag]]'"
        head = _COMMON.format(hidden_tag=hidden_tag) + _HEADS[kind].format() + more
        return re.sub(r"<([MPmp])>", self._word, f"---\n{head}---\n{body}{_BODY}")

    def _word(self, found: re.Match[str]) -> str:
        is_member = found[1] in "Mm"
        word = f"{MEMBERS if is_member else PARTNERS}{next(self._numbers):04d}"
        (self.members if is_member else self.partners).append(word)
        if found[1].islower():
            return word
        return f"[[{'members' if is_member else 'partners'}: {word}]]"


@dataclass
class Walk:
    """Every answer that anybody gets who follows every address, by address, language and wish."""

    answers: dict[tuple[str, str, str], httpx.Response] = field(default_factory=dict)

    def documents(self) -> list[str]:
        """The addresses at which there are documents, which may depend on who signs."""
        return [
            url
            for (url, wish, _), answer in self.answers.items()
            if wish == ACTIVITY_JSON and "activity+json" in answer.headers.get("content-type", "")
        ]

    def telling(self, *words: str) -> list[tuple[str, str, str]]:
        """Where any of these words stands, in the text or in the headers, however it is written."""
        wanted = [word.lower().encode() for word in words]
        return [
            asked
            for asked, answer in self.answers.items()
            if any(word in _all_of(answer).lower() for word in wanted)
        ]


def _all_of(answer: httpx.Response) -> bytes:
    return b"\n".join([answer.content, *(b"%s: %s" % pair for pair in answer.headers.raw)])


async def walk(at: Hearing, *more: str) -> Walk:
    """Follow every address of the instance that anything public names, as pages in all languages and as documents."""
    origin = at.here.config.origin
    first = ["/", "/groups", "/calendar", "/calendar.ics", "/sitemap.xml", "/robots.txt"]
    first += ["/groups/harbour" + end for end in ("", "/outbox", "/featured", "/featured_tags")]
    first += [
        "/groups/harbour/feed.atom",
        "/groups/harbour/feed.json",
        "/groups/harbour/calendar.ics",
    ]
    first += ["/nodeinfo/2.0", "/nodeinfo/2.1", "/.well-known/nodeinfo", "/actor", "/about", *more]
    waiting = [urljoin(origin, address) for address in first]
    walked_in_all = {*waiting[-len(more) :], urljoin(origin, "/groups/harbour")}
    seen, walked = set(waiting), Walk()
    while waiting:
        url = waiting.pop()
        spoken = LANGUAGES if url in walked_in_all else ("en",)
        for accept, languages in (("text/html", spoken), (ACTIVITY_JSON, ("en",))):
            for language in languages:
                answer = await at.here.get(url, accept, accept_language=language)
                walked.answers[url, accept, language] = answer
                for address in _addresses(url, answer):
                    is_new = address.startswith(origin) and address not in seen
                    is_same = "/static/" in address or ("lang=" in address and url.count("/") < 4)
                    if is_new and len(address) < 300 and not is_same:
                        seen.add(address)
                        waiting.append(address)
                if "html" not in answer.headers.get("content-type", ""):
                    break
    return walked


def _addresses(url: str, answer: httpx.Response) -> list[str]:
    if not answer.headers.get("content-type", "").startswith(("text/", "application/")):
        return []
    found = [
        next(filter(None, match)).decode("utf-8", "replace")
        for match in _LINK.findall(answer.content)
    ]
    there = [urljoin(url, address.replace("&amp;", "&")) for address in found]
    there.append(urljoin(url, answer.headers.get("location", url)))
    return [address.partition("#")[0] for address in there if urlsplit(address).scheme == "https"]
