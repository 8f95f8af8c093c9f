"""How a group is found: WebFinger in every spelling, host-meta, NodeInfo, intents, robots and sitemap."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hearing import Hearing, hearing

from fedi.actors.groups import remove_group, set_profile
from fedi.clock import now_ms

JRD = "application/jrd+json"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hearing]:
    async with hearing(tmp_path) as one:
        yield one


SPELLINGS = [
    "acct:harbour@alpha.test",
    "acct:HARBOUR@Alpha.Test",
    "acct:@harbour@alpha.test",
    "harbour@alpha.test",
    "@harbour@alpha.test",
    "https://alpha.test/groups/harbour",
    "https://alpha.test/groups/harbour/",
    "https://ALPHA.test:443/groups/harbour",
    "https://alpha.test/@harbour",
]
INSTANCE = [
    "https://alpha.test",
    "https://alpha.test/",
    "https://alpha.test/actor",
    "acct:instance@alpha.test",
    "acct:alpha.test@alpha.test",
]


@pytest.mark.parametrize("encoded", [True, False])
@pytest.mark.parametrize("resource", SPELLINGS)
async def test_a_group_is_found_by_every_spelling_of_its_name(
    here: Hearing, resource: str, encoded: bool
) -> None:
    given = quote(resource, safe="") if encoded else resource
    answer = await here.here.get(f"/.well-known/webfinger?resource={given}", JRD)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(JRD)
    assert answer.headers["access-control-allow-origin"] == "*"
    jrd = answer.json()
    assert jrd["subject"] == "acct:harbour@alpha.test"
    assert set(jrd["aliases"]) == {here.harbour, "https://alpha.test/@harbour"}
    (self_link,) = [link for link in jrd["links"] if link["rel"] == "self"]
    assert self_link == {"rel": "self", "type": "application/activity+json", "href": here.harbour}


@pytest.mark.parametrize("resource", INSTANCE)
async def test_the_server_itself_is_found(here: Hearing, resource: str) -> None:
    answer = await here.here.get(f"/.well-known/webfinger?resource={resource}", JRD)
    assert answer.json()["subject"] == "acct:instance@alpha.test"
    assert here.here.house.site.actor in [link.get("href") for link in answer.json()["links"]]


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("", 400),
        ("acct:", 400),
        ("acct:harbour", 400),
        ("acct:harbour@", 400),
        ("acct:@alpha.test", 400),
        ("harbour", 400),
        ("mailto:harbour@alpha.test", 400),
        ("@" * 3_000, 400),
        ("acct:nobody@alpha.test", 404),
        ("acct:harbour@elsewhere.example", 404),
        ("https://elsewhere.example/groups/harbour", 404),
        ("http://alpha.test/groups/harbour", 404),
        ("https://alpha.test@elsewhere.example/groups/harbour", 404),
        ("https://alpha.test/minutes/harbour", 404),
        ("https://alpha.test/groups/../groups/harbour", 404),
        ("acct:harb%00our@alpha.test", 404),
    ],
)
async def test_what_is_not_here_or_no_name_at_all_is_not_found(
    here: Hearing, resource: str, status: int
) -> None:
    answer = await here.here.get(f"/.well-known/webfinger?resource={resource}", "*/*")
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["error"]


async def test_webfinger_without_a_resource_is_malformed(here: Hearing) -> None:
    assert (await here.here.get("/.well-known/webfinger")).status_code == 400


async def test_a_removed_group_is_gone(here: Hearing) -> None:
    site = here.here.house.site
    await here.here.write(lambda tx: remove_group(tx, site, "harbour", now_ms()))
    for resource in (SPELLINGS[0], here.harbour):
        answer = await here.here.get(f"/.well-known/webfinger?resource={resource}", JRD)
        assert answer.status_code == 410


async def test_a_visitors_own_server_learns_where_to_go(here: Hearing) -> None:
    answer = await here.here.get("/.well-known/webfinger?resource=acct:harbour@alpha.test", JRD)
    templates = {
        link["rel"].rpartition("/")[2]: link["template"]
        for link in answer.json()["links"]
        if "template" in link
    }
    assert set(templates) == {"subscribe", "Follow", "Announce", "Like", "Object"}
    url = templates["subscribe"].replace("{uri}", quote(here.harbour, safe=""))
    sent_on = await here.here.get(url, "text/html")
    assert sent_on.status_code == 302
    assert sent_on.headers["location"] == here.harbour


@pytest.mark.parametrize(
    ("uri", "leads_to"),
    [
        ("acct:harbour@alpha.test", "/groups/harbour"),
        ("@harbour@alpha.test", "/groups/harbour"),
        ("https://alpha.test/updates/x", "https://alpha.test/updates/x"),
        ("https://alpha.test//elsewhere.example/x", "https://alpha.test//elsewhere.example/x"),
        ("https://alpha.test/\\elsewhere.example", "https://alpha.test/\\elsewhere.example"),
        ("https://elsewhere.example/x", None),
        ("https://alpha.test.elsewhere.example/x", None),
        ("//elsewhere.example", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
async def test_an_interaction_leads_to_something_here_or_nowhere(
    here: Hearing, uri: str, leads_to: str | None
) -> None:
    answer = await here.here.get(
        f"/authorize_interaction?uri={quote(uri, safe='')}", "application/json"
    )
    if leads_to is None:
        assert answer.status_code == 400
        assert "location" not in answer.headers
    else:
        location = answer.headers["location"].replace("%5C", "\\")
        assert location in (leads_to, f"https://alpha.test{leads_to}")


async def test_host_meta_is_told_as_xml_and_as_json(here: Hearing) -> None:
    template = "https://alpha.test/.well-known/webfinger?resource={uri}"
    for accept in ("", "*/*", "application/xrd+xml, application/xml", "text/html, application/xml"):
        xml = await here.here.get("/.well-known/host-meta", accept)
        assert xml.headers["content-type"].startswith("application/xrd+xml")
        assert f'template="{template}"' in xml.text
    for path, accept in (("host-meta", "application/json"), ("host-meta.json", "*/*")):
        told = await here.here.get(f"/.well-known/{path}", accept)
        assert told.json()["links"][0]["template"] == template
        assert told.headers["access-control-allow-origin"] == "*"


async def test_nodeinfo_points_to_the_schema_first_and_counts_what_is_here(here: Hearing) -> None:
    await here.post()
    anna, post = here.village.person("anna"), await here.post()
    assert await here.tell(anna, anna.replies(post)) == 202
    links = (await here.here.get("/.well-known/nodeinfo")).json()["links"]
    assert links[0]["rel"].startswith("http://nodeinfo.diaspora.software/ns/schema/2.")
    assert here.here.house.site.actor in [link["href"] for link in links]
    for version in ("2.0", "2.1"):
        (href,) = [link["href"] for link in links if link["rel"].endswith(version)]
        answer = await here.here.get(href)
        assert f"schema/{version}#" in answer.headers["content-type"]
        told = answer.json()
        assert told["version"] == version
        assert told["protocols"] == ["activitypub"]
        assert told["usage"]["users"]["total"] == 1
        assert (told["usage"]["localPosts"], told["usage"]["localComments"]) == (2, 1)
    assert (await here.here.get("/nodeinfo/1.0")).status_code == 404


async def test_crawlers_that_train_are_asked_to_stay_away_unless_the_admin_lets_them(
    here: Hearing, tmp_path: Path
) -> None:
    closed = (await here.here.get("/robots.txt")).text
    assert "User-agent: GPTBot" in closed
    assert "Sitemap: https://alpha.test/sitemap.xml" in closed
    async with hearing(tmp_path / "open", ai_crawlers="on") as other:
        assert "GPTBot" not in (await other.here.get("/robots.txt")).text


async def test_the_sitemap_lists_what_wants_to_be_found(here: Hearing) -> None:
    post = await here.post()
    unlisted = await here.post(source="---\nvisibility: unlisted\n---\nQuiet.\n")
    await here.here.add_group("hidden", "Hidden")
    site = here.here.house.site
    await here.here.write(
        lambda tx: set_profile(tx, site, "hidden", {"discoverable": False}, now_ms())
    )
    xml = (await here.here.get("/sitemap.xml")).text
    assert f"<loc>{here.harbour}</loc>" in xml
    assert post in xml
    assert unlisted not in xml
    assert "hidden" not in xml
