"""group add, list, show, set, rotate-keys and remove, as an admin types them."""

from __future__ import annotations

from io import BytesIO

import pytest
from build import a_follow
from commanding import Terminal
from PIL import Image

from fedi.storage import groups, keys, media


def a_picture() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_group_is_added_and_its_handle_alone_printed(terminal: Terminal) -> None:
    added = terminal.runs("group", "add", "coop", "--title", "Food Co-op", "--locked")
    assert (added.exit_code, added.stdout) == (0, "@coop@groups.example\n")
    assert "https://groups.example/groups/coop" in added.stderr
    assert terminal.json("group", "show", "coop")["locked"] is True


@pytest.mark.parametrize(
    ("name", "title", "complaint"),
    [
        ("Harbour", "T", "1 to 30 of the characters a-z, 0-9 and _"),
        ("har bour", "T", "1 to 30 of the characters"),
        ("x" * 31, "T", "1 to 30 of the characters"),
        ("", "T", "1 to 30 of the characters"),
        ("admin", "T", "is reserved"),
        ("harbour", "T", "There is or was a group called harbour"),
        ("coop", "", "title has 1 to 200 characters"),
        ("coop", "x" * 201, "title has 1 to 200 characters"),
    ],
)
def test_a_group_that_cannot_be_is_refused(
    terminal: Terminal, name: str, title: str, complaint: str
) -> None:
    assert complaint in terminal.refuses("group", "add", name, "--title", title)
    assert [one["name"] for one in terminal.json("group", "list")] == ["harbour"]


def test_a_group_without_a_title_is_wrong_usage(terminal: Terminal) -> None:
    assert "--title" in terminal.misuses("group", "add", "coop")


def test_groups_are_listed_for_people_and_for_scripts(terminal: Terminal) -> None:
    terminal.add("coop")
    assert terminal.fedi("group", "list").splitlines() == [
        "@coop@groups.example\tCoop",
        "@harbour@groups.example\tHarbour",
    ]
    assert terminal.json("group", "list")[1] == {
        "name": "harbour",
        "handle": "@harbour@groups.example",
        "title": "Harbour",
        "id": "https://groups.example/groups/harbour",
    }


def test_a_group_is_shown_with_its_counts(terminal: Terminal) -> None:
    anna = terminal.knows(terminal.village.person())
    terminal.change(lambda tx: a_follow(tx, by=anna.id, of=terminal.site.group("harbour")))
    terminal.publish()
    shown = terminal.json("group", "show", "harbour")
    counted = ("followers", "following", "posts", "deliveries_waiting", "deliveries_failed")
    assert [shown[name] for name in counted] == [1, 0, 1, 1, 0]
    assert "followers: 1\n" in terminal.fedi("group", "show", "@harbour@groups.example")


def test_a_group_that_is_not_there_is_refused_with_the_nearest_name(terminal: Terminal) -> None:
    assert "Did you mean harbour?" in terminal.refuses("group", "show", "harbor")
    assert "fedi group list" in terminal.refuses("group", "show", "zzz")
    for words in (("set", "nobody", "title=x"), ("rotate-keys", "nobody"), ("remove", "nobody")):
        assert "There is no group nobody here." in terminal.refuses("group", *words)


def test_a_profile_is_changed_and_followers_are_told(terminal: Terminal) -> None:
    anna = terminal.knows(terminal.village.person())
    terminal.change(lambda tx: a_follow(tx, by=anna.id, of=terminal.site.group("harbour")))
    said = terminal.says(
        *("group", "set", "harbour", "title=Harbour Tenants", "summary=Renters", "locked=on"),
        *("fields=Web: https://harbour.example; Meets: Thursdays", "place=Bristol", "ink=plum"),
        *("languages=en, so", "themes=Housing, heat", "motif=wave", "quotes=followers"),
        *("about=**We** meet.", "discoverable=off", "also_known_as=https://old.example/harbour"),
    )
    assert "its followers are told" in said
    shown = terminal.json("group", "show", "harbour")
    assert shown["title"] == "Harbour Tenants"
    assert shown["fields"][1] == {"name": "Meets", "value": "Thursdays", "verified": False}
    assert (shown["languages"], shown["themes"]) == (["en", "so"], ["Housing", "heat"])
    assert (shown["locked"], shown["discoverable"], shown["ink"]) == (True, False, "plum")
    assert shown["about"] == "<p><strong>We</strong> meet.</p>"
    [update] = terminal.delivers()
    assert (update["type"], update["object"]["name"]) == ("Update", "Harbour Tenants")
    assert update["object"]["manuallyApprovesFollowers"] is True


def test_what_is_set_again_changes_nothing_and_an_empty_value_takes_away(
    terminal: Terminal,
) -> None:
    terminal.says("group", "set", "harbour", "place=Bristol", "ink=plum")
    assert terminal.says("group", "set", "harbour", "place=Bristol") == "Nothing has changed."
    terminal.says("group", "set", "harbour", "place=", "ink=harbour")
    shown = terminal.json("group", "show", "harbour")
    assert (shown["place"], shown["ink"]) == ("", "harbour")


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("title=", "title has 1 to 200 characters"),
        ("colour=red", "A group has no colour."),
        ("locked=perhaps", "locked: `perhaps` is not known here."),
        ("fields=nothing", "Fields are pairs."),
        ("fields=: nothing", "has a name and a value"),
        ("languages=en, klingonish_x", "languages: `klingonish_x` is not a language."),
        ("motif=frog", "Write one of house, wave,"),
        ("ink=red", "Write one of harbour, ember,"),
        ("quotes=some", "Write one of public, followers, nobody."),
        ("also_known_as=nonsense", "also_known_as: `nonsense` is not an address."),
        ("avatar=none.png", "none.png cannot be read: No such file or directory."),
        ("avatar=.", "cannot be read: Is a directory."),
        ("banner=words.txt", "words.txt cannot be read as a picture."),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_else_is_set(
    terminal: Terminal, setting: str, complaint: str
) -> None:
    terminal.write("words.txt", "words")
    before = terminal.json("group", "show", "harbour")
    assert complaint in terminal.refuses("group", "set", "harbour", "place=Bristol", setting)
    assert terminal.json("group", "show", "harbour") == before


def test_a_setting_without_a_value_is_wrong_usage(terminal: Terminal) -> None:
    assert "'locked' is not KEY=VALUE." in terminal.misuses("group", "set", "harbour", "locked")


def test_a_picture_of_a_group_is_kept_and_the_one_before_it_goes(terminal: Terminal) -> None:
    terminal.write("door.png", a_picture())
    terminal.says("group", "set", "harbour", "avatar=door.png", "banner=door.png")
    before = terminal.change(lambda tx: groups.find(tx, "harbour"))
    assert before and before.avatar and before.banner
    terminal.says("group", "set", "harbour", "avatar=door.png", "banner=")
    terminal.delivers()
    after = terminal.change(lambda tx: groups.find(tx, "harbour"))
    assert after and after.avatar and after.banner is None
    assert [path.name for path in terminal.config.media.iterdir()] == [after.avatar]
    assert terminal.change(lambda tx: media.find(tx, str(before.avatar))) is None


def test_a_picture_is_not_left_behind_when_the_rest_is_refused(terminal: Terminal) -> None:
    terminal.write("door.png", a_picture())
    terminal.refuses("group", "set", "harbour", "avatar=door.png", "title=")
    assert list(terminal.config.media.iterdir()) == []


def test_keys_are_changed_and_the_old_ones_stay(terminal: Terminal) -> None:
    harbour = terminal.site.group("harbour")
    assert "has new keys" in terminal.says("group", "rotate-keys", "harbour")
    found = terminal.change(lambda tx: keys.of_actor(tx, harbour))
    assert [key.valid_until is None for key in found] == [False, False, True, True]


def test_a_group_is_removed_only_when_asked_twice_and_its_name_never_used_again(
    terminal: Terminal,
) -> None:
    asked = terminal.runs("group", "remove", "harbour", given="n\n")
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert "for ever?" in asked.stderr
    terminal.fedi("group", "show", "harbour")
    assert "harbour is removed" in terminal.says("group", "remove", "harbour", "--yes")
    assert "was removed" in terminal.refuses("group", "remove", "harbour", "--yes")
    assert "was removed" in terminal.refuses("group", "show", "harbour")
    assert "never used again" in terminal.refuses("group", "add", "harbour", "--title", "T")
    assert "No group yet." in terminal.says("group", "list")
