"""Posts are read whichever server wrote them."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.activitypub.vocabulary import (
    PUBLIC,
    LinkRef,
    Mention,
    read_activity,
    read_note,
)
from fedi.errors import Malformed

ALICE = "https://a.example/users/alice"
FOLLOWERS = f"{ALICE}/followers"
POST = f"{ALICE}/statuses/1"
GROUP = "https://ours.example/groups/choir"


def note(**changes: Any) -> dict[str, Any]:
    document = {
        "id": POST,
        "type": "Note",
        "attributedTo": ALICE,
        "content": "<p>Hi</p>",
        "to": [PUBLIC],
        "cc": [FOLLOWERS],
        **changes,
    }
    return {key: value for key, value in document.items() if value != "absent"}


def test_a_reply_from_mastodon_is_read() -> None:
    reply = read_note(
        note(
            summary=None,
            inReplyTo=f"{GROUP}/1",
            published="2026-01-01T00:00:00Z",
            updated="2026-01-02T00:00:00Z",
            url="https://a.example/@alice/1",
            cc=[FOLLOWERS, GROUP],
            sensitive=False,
            conversation="tag:a.example,2026:1",
            contentMap={"en": "<p>Hi</p>"},
            attachment=[],
            tag=[{"type": "Mention", "href": GROUP, "name": "@choir@ours.example"}],
            replies={"id": f"{POST}/replies", "type": "Collection", "first": {"items": []}},
            likes={"id": f"{POST}/likes", "type": "Collection", "totalItems": 3},
            shares={"id": f"{POST}/shares", "type": "Collection", "totalItems": 2},
        )
    )
    assert (reply.id, reply.type, reply.attributed_to) == (POST, "Note", ALICE)
    assert (reply.content_html, reply.summary, reply.language) == ("<p>Hi</p>", "", "en")
    assert (reply.in_reply_to, reply.context) == (f"{GROUP}/1", "tag:a.example,2026:1")
    assert reply.url == "https://a.example/@alice/1"
    assert (reply.published_ms, reply.updated_ms) == (1_767_225_600_000, 1_767_312_000_000)
    assert reply.mentions == (Mention(GROUP, "@choir@ours.example"),)
    assert (reply.likes_count, reply.shares_count, reply.replies_count) == (3, 2, None)
    assert reply.replies == f"{POST}/replies"
    assert reply.visibility(FOLLOWERS) == "public"
    assert not reply.is_vote


def test_gotosocial_writes_one_where_others_write_a_list() -> None:
    warned = read_note(
        note(
            to=FOLLOWERS,
            cc=PUBLIC,
            tag={"type": "Hashtag", "name": "#Strike", "href": "https://a.example/tags/strike"},
            attachment={
                "type": "Image",
                "mediaType": "image/jpeg",
                "url": "https://a.example/1.jpg",
                "summary": "A cat",
            },
            summary="Warning",
            sensitive=True,
        )
    )
    assert warned.visibility(FOLLOWERS) == "unlisted"
    assert warned.hashtags == ("Strike",)
    assert warned.attachments[0].alt == "A cat"
    assert (warned.summary, warned.sensitive) == ("Warning", True)


def test_the_content_is_cleaned() -> None:
    assert (
        read_note(note(content='<p onclick="x">a<script>b</script></p>')).content_html == "<p>a</p>"
    )


@pytest.mark.parametrize("content", ["absent", None, "", 5, [], {"x": "y"}])
def test_a_post_may_have_no_content(content: Any) -> None:
    assert read_note(note(content=content)).content_html == ""


@pytest.mark.parametrize(
    "uri", ["absent", None, 5, "", "tag:a.example,2026:1", "https://b.example/1"]
)
def test_a_post_without_an_id_on_its_authors_server_is_refused(uri: Any) -> None:
    with pytest.raises(Malformed):
        read_note(note(id=uri))


@pytest.mark.parametrize(
    "author",
    [
        "absent",
        None,
        5,
        [],
        "https://b.example/u",
        ["https://b.example/u", ALICE],
        "http://a.example/u",
    ],
)
def test_a_post_without_an_author_on_its_server_is_refused(author: Any) -> None:
    with pytest.raises(Malformed):
        read_note(note(attributedTo=author))


@pytest.mark.parametrize(
    "kind", ["absent", "", "Person", "Group", "Tombstone", "OrderedCollection", ["Note", "Person"]]
)
def test_what_is_not_a_post_is_refused(kind: Any) -> None:
    with pytest.raises(Malformed):
        read_note(note(type=kind))


def test_what_we_do_not_know_is_read_as_far_as_it_goes() -> None:
    post = read_note(note(type="ex:Poem", name="On rain"))
    assert (post.type, post.name, post.content_html) == ("ex:Poem", "On rain", "<p>Hi</p>")
    assert read_note(note(type=["ex:Poem", "Article"])).type == "Article"


def test_a_film_of_peertube_has_several_authors_links_and_markdown() -> None:
    film = read_note(
        note(
            type="Video",
            name="Our <march>",
            attributedTo=[
                {"type": "Person", "id": ALICE},
                {"type": "Group", "id": "https://a.example/c/1"},
            ],
            content="one\r\n\r\ntwo <b>",
            mediaType="text/markdown",
            language={"identifier": "eu", "name": "Basque"},
            url=[
                {
                    "type": "Link",
                    "mediaType": "application/x-mpegURL",
                    "href": "https://a.example/x.m3u8",
                },
                {"type": "Link", "mediaType": "text/html", "href": "https://a.example/w/1"},
            ],
            icon=[{"type": "Image", "url": "https://a.example/t.jpg", "width": 280, "height": 157}],
            likes=f"{POST}/likes",
        )
    )
    assert film.authors == (ALICE, "https://a.example/c/1")
    assert film.content_html == "<p>one</p><p>two &lt;b&gt;</p>"
    assert (film.language, film.url, film.name) == ("eu", "https://a.example/w/1", "Our <march>")
    assert film.image
    assert film.image.width == 280
    assert film.likes_count is None


def test_a_page_of_lemmy_has_a_title_a_link_and_an_audience() -> None:
    page = read_note(
        note(
            type="Page",
            name="Title",
            audience=GROUP,
            attachment=[
                {
                    "type": "Link",
                    "href": "https://news.example/1",
                    "mediaType": "text/html; charset=utf-8",
                }
            ],
            image={"type": "Image", "url": "https://a.example/i.png"},
            language={"identifier": "fr", "name": "Français"},
            tag=[{"type": "CommunityPostTag", "id": "https://a.example/t/1"}],
        )
    )
    assert (page.name, page.audience, page.language) == ("Title", (GROUP,), "fr")
    assert page.links == (LinkRef("https://news.example/1", "", (), "text/html"),)
    assert page.attachments == ()
    assert page.image
    assert page.image.kind == "image"


def test_a_link_to_pay_says_so() -> None:
    link = {"type": "Link", "rel": "payment", "href": "https://pay.example/1", "name": "Pay\u202e"}
    assert read_note(note(attachment=link)).links == (
        LinkRef("https://pay.example/1", "Pay", ("payment",), ""),
    )


@pytest.mark.parametrize(
    ("maps", "language"),
    [
        ({"contentMap": {"de": "anders", "en": "<p>Hi</p>"}}, "en"),
        ({"contentMap": {"de": "<bdi>anders</bdi>"}}, "de"),
        ({"contentMap": {}, "inLanguage": "pt-BR"}, "pt-BR"),
        ({"contentMap": {"und": "<p>Hi</p>"}}, None),
        ({"contentMap": {"../etc": "<p>Hi</p>"}}, None),
        ({"contentMap": "en"}, None),
        ({}, None),
    ],
)
def test_the_language_is_that_of_the_content(maps: dict[str, Any], language: str | None) -> None:
    assert read_note(note(**maps)).language == language


def test_content_that_is_only_in_the_map_is_read() -> None:
    post = read_note(note(content="absent", contentMap={"nl": "<p>Hoi</p>", "en": "<p>Hi</p>"}))
    assert (post.content_html, post.language) == ("<p>Hoi</p>", "nl")


def test_recipients_fall_back_to_those_of_the_activity() -> None:
    bare = note(to="absent", cc="absent")
    activity = read_activity(
        {"type": "Create", "actor": ALICE, "object": bare, "to": PUBLIC, "cc": FOLLOWERS}
    )
    assert read_note(bare, activity=activity).visibility(FOLLOWERS) == "public"
    assert read_note(bare).visibility(FOLLOWERS) == "direct"
    assert read_note(note(to=GROUP, cc=[]), activity=activity).visibility(FOLLOWERS) == "direct"


def test_a_discussion_of_mobilizon_has_its_author_in_actor() -> None:
    assert read_note(note(attributedTo="absent", actor=ALICE)).attributed_to == ALICE


@pytest.mark.parametrize(
    ("version", "read"), [(3, 3), (0, None), (-1, None), ("3", None), (True, None), (None, None)]
)
def test_a_version_is_a_whole_number_above_zero(version: Any, read: int | None) -> None:
    assert read_note(note(version=version)).version == read


def test_a_warning_and_a_title_are_plain_lines() -> None:
    post = read_note(note(summary=" <h3>War &amp;\nPeace</h3>\u202e <p>x</p>", name=["A\nB"]))
    assert (post.summary, post.name) == ("War & Peace x", "A B")
    assert len(read_note(note(summary="x" * 9_000)).summary) == 2_048


@pytest.mark.parametrize("total", ["3", -1, None, True, 1.5, [], {"totalItems": 3}])
def test_a_count_is_a_whole_number_or_nothing(total: Any) -> None:
    assert read_note(note(likes={"type": "Collection", "totalItems": total})).likes_count is None
