"""What stands beside a post's text is read: quotes, pictures, tags, polls and votes."""

from __future__ import annotations

from typing import Any

import pytest

from fedi.activitypub.vocabulary import (
    PUBLIC,
    Attachment,
    Emoji,
    Mention,
    Option,
    read_note,
)

ALICE = "https://a.example/users/alice"
GROUP = "https://ours.example/groups/choir"


def note(**changes: Any) -> dict[str, Any]:
    document = {
        "id": f"{ALICE}/statuses/1",
        "type": "Note",
        "attributedTo": ALICE,
        "content": "<p>Hi</p>",
        "to": [PUBLIC],
        **changes,
    }
    return {key: value for key, value in document.items() if value != "absent"}


@pytest.mark.parametrize(
    "quote",
    [
        {"quote": f"{GROUP}/1", "_misskey_quote": "https://x.example"},
        {"_misskey_quote": f"{GROUP}/1"},
        {"quoteUrl": f"{GROUP}/1"},
        {"quoteUri": f"{GROUP}/1"},
        {"https://w3id.org/fep/044f#quote": {"id": f"{GROUP}/1"}},
        {
            "tag": {
                "type": "Link",
                "rel": "https://misskey-hub.net/ns#_misskey_quote",
                "href": f"{GROUP}/1",
            }
        },
    ],
)
def test_a_quote_is_found_in_all_its_spellings(quote: dict[str, Any]) -> None:
    post = read_note(note(**quote, quoteAuthorization=f"{GROUP}/stamps/1"))
    assert (post.quote, post.quote_authorization) == (f"{GROUP}/1", f"{GROUP}/stamps/1")


def test_an_ordinary_link_is_no_quote() -> None:
    assert read_note(note(tag={"type": "Link", "rel": "tag", "href": f"{GROUP}/1"})).quote is None


def test_pictures_have_alt_text_size_blurhash_and_focus() -> None:
    post = read_note(
        note(
            attachment=[
                {
                    "type": "Document",
                    "mediaType": "image/png",
                    "url": [{"type": "Link", "href": "https://a.example/1.png"}],
                    "name": "A cat",
                    "width": 640,
                    "height": 480.0,
                    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
                    "focalPoint": [0.5, -1],
                },
                "https://a.example/2.bin",
                {
                    "type": "Video",
                    "href": "https://a.example/3",
                    "focalPoint": [2, 0],
                    "width": "x",
                    "blurhash": "x",
                },
                {"type": "Document", "mediaType": "image/png", "url": "javascript:x"},
                {"type": "PropertyValue", "name": "mz:x", "value": "y"},
                None,
            ]
        )
    )
    assert post.attachments == (
        Attachment(
            "image",
            "image/png",
            "https://a.example/1.png",
            "A cat",
            640,
            480,
            "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            (0.5, -1.0),
        ),
        Attachment("other", "", "https://a.example/2.bin", "", None, None, None, None),
        Attachment("video", "", "https://a.example/3", "", None, None, None, None),
    )


@pytest.mark.parametrize(
    "blurhash", ["LEHV6nWB2yk8pyo0adR*.7kCMdn", "~" * 166, "", 5, "LEHV6nWB2yk8pyo0adR*.7kCMdn\n"]
)
def test_a_blurhash_of_the_wrong_size_is_left_out(blurhash: Any) -> None:
    picture = {"type": "Image", "url": "https://a.example/1.png", "blurhash": blurhash}
    assert read_note(note(attachment=picture)).attachments[0].blurhash is None


def test_tags_are_sorted_out_once_each() -> None:
    post = read_note(
        note(
            tag=[
                {"type": "as:Hashtag", "name": "#Strike"},
                {"type": "Hashtag", "name": "strike"},
                {"type": "Hashtag", "name": "#two words"},
                {"type": "Hashtag", "name": "#" + "x" * 101},
                {"type": "Mention", "href": ALICE},
                {"type": "Mention", "href": ALICE, "name": "@alice"},
                {"type": "Mention", "href": "alice"},
                {
                    "type": "Emoji",
                    "name": ":cat:",
                    "icon": {"type": "Image", "url": "https://a.example/cat.png"},
                },
                {"type": "Emoji", "name": ":dog:"},
                "x",
                None,
            ]
        )
    )
    assert post.hashtags == ("strike",)
    assert post.mentions == (Mention(ALICE, ""),)
    assert post.emoji == (Emoji("cat", "https://a.example/cat.png"),)


def test_a_question_has_options_with_votes() -> None:
    options = [
        {"type": "Note", "name": "Thu", "replies": {"type": "Collection", "totalItems": 4}},
        {"type": "Note", "name": "Fri"},
        {"type": "Note", "name": ""},
        "x",
    ]
    poll = read_note(
        note(type="Question", oneOf=options, endTime="2026-01-01T00:00:00Z", votersCount=4)
    ).poll
    assert poll
    assert poll.options == (Option("Thu", 4), Option("Fri", None))
    assert (poll.multiple, poll.end_ms, poll.closed, poll.voters) == (
        False,
        1_767_225_600_000,
        False,
        4,
    )
    several = read_note(note(type="Question", anyOf=options, closed="2026-01-01T00:00:00Z")).poll
    assert several
    assert several.multiple
    assert several.closed
    ended = read_note(note(type="Question", oneOf=options, closed=True)).poll
    assert ended
    assert ended.closed
    assert read_note(note(type="Question")).poll is None


def test_a_vote_has_a_name_and_no_content() -> None:
    vote = note(name="Thu", content="absent", inReplyTo=f"{GROUP}/1", to=GROUP, cc="absent")
    assert read_note(vote).is_vote
    assert not read_note({**vote, "content": "<p>x</p>"}).is_vote
    assert not read_note({**vote, "inReplyTo": None}).is_vote
    assert not read_note({**vote, "type": "Article"}).is_vote
