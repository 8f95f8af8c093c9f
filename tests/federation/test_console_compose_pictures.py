"""Pictures and recordings of a draft: described, put in order, refused and thrown away."""

from __future__ import annotations

from consoling import Browser
from open_house import OpenHouse
from scribing import a_picture, begun, draft_at, files_at, published_path, upload
from sounds import a_wav

from fedi.storage import drafts


def test_pictures_are_described_put_in_order_and_published(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="Look")
    two = (("a.jpg", a_picture("navy")), ("b.jpg", a_picture("olive")))
    assert upload(wren, path, *two, body="Look", version="1")[0] == 303
    first, second = files_at(house, path)
    page = wren.get(path)
    assert f'src="{path}/files/{first.name}"' in page and "a.jpg" in page
    assert wren.client.get(f"{path}/files/{first.name}").headers["Content-Type"] == "image/jpeg"
    alts = {f"alt-{first.name}": "A blue door", f"alt-{second.name}": ""}
    version = draft_at(house, path).version
    wren.post(path, do=f"file-up:{second.name}", body="Look", version=version, **alts)
    assert [f.name for f in files_at(house, path)] == [
        second.name,
        first.name,
    ]
    version = draft_at(house, path).version
    page = wren.post(path, status=422, do="publish", body="Look", version=version, **alts)
    assert "1 picture has no description." in page and "A blue door" in page
    shown = wren.get(
        wren.post(path, do="publish:undescribed", body="Look", version=version, **alts)
    )
    page = house.page(published_path(shown, "updates"))
    assert page.index(second.name) < page.index(first.name) and 'alt="A blue door"' in page
    assert house.client.get(f"/media/{first.name}").status_code == 200


def test_the_point_to_keep_in_view_is_chosen_from_nine(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="Look")
    upload(wren, path, ("a.jpg", a_picture()), body="Look", version="1")
    (file,) = files_at(house, path)
    version = draft_at(house, path).version
    point = {f"focal-{file.name}": "nw"}
    wren.post(path, do="save", body="Look", version=version, **point)
    assert "focal:\n      - -1.0\n      - 1.0" in draft_at(house, path).source
    assert 'value="nw" checked' in wren.get(path)


def test_a_file_that_is_no_picture_is_refused_and_the_text_is_kept(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="One")
    files = (("good.jpg", a_picture()), ("evil.jpg", b"<svg onload=alert(1)>"))
    status, page = upload(wren, path, *files, body="One and two", version="1")
    assert status == 422
    assert "evil.jpg cannot be read as a picture." in page and "One and two</textarea>" in page
    assert draft_at(house, path).source.endswith("One and two")
    assert len(files_at(house, path)) == 1


def test_a_draft_that_is_thrown_away_takes_its_pictures_along(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="Never mind")
    upload(wren, path, ("a.jpg", a_picture()), body="Never mind", version="1")
    draft = draft_at(house, path)
    led = wren.post(path, do="discard", body="Never mind", version=draft.version)
    assert "The draft is deleted." in wren.get(led)
    assert house.write(lambda tx: drafts.files_of(tx, draft.id)) == []
    wren.get(path, status=404)


def test_a_recording_is_written_down_and_published(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="Listen")
    files = (("a.wav", a_wav()), ("not.wav", a_picture()))
    status, page = upload(wren, path, *files, into="voices", body="Listen", version="1")
    assert status == 422 and "not.wav is not a recording of a kind known here." in page
    (file,) = files_at(house, path)
    page = wren.get(path)
    assert f'src="{path}/files/{file.name}"' in page and "0:01" in page
    assert wren.client.get(f"{path}/files/{file.name}").headers["Content-Type"] == "audio/wav"
    version = draft_at(house, path).version
    sent = {"body": "Listen", "version": version, f"said-{file.name}": ""}
    page = wren.post(path, status=422, do="publish", **sent)
    assert "1 recording has no transcript." in page
    sent |= {f"said-{file.name}": "We are still here.", "version": draft_at(house, path).version}
    shown = wren.get(wren.post(path, do="publish", **sent))
    public = published_path(shown, "updates")
    page = house.page(public)
    assert "We are still here." in page and f'src="/media/{file.name}"' in page
    edit = wren.post(f"/console/{group}/posts/update/{public.rpartition('/')[2]}/edit")
    assert "We are still here.</textarea>" in wren.get(edit)


def test_who_may_see_a_file_is_kept_through_a_change(
    house: OpenHouse, wren: Browser, group: str
) -> None:
    path = begun(wren, group, body="Look")
    upload(wren, path, ("a.jpg", a_picture()), ("b.jpg", a_picture("olive")), version="1")
    first, second = files_at(house, path)
    sent = {
        f"alt-{first.name}": "One",
        f"alt-{second.name}": "Two",
        f"audience-{second.name}": "members",
        "version": draft_at(house, path).version,
        "body": "Look",
    }
    shown = wren.get(wren.post(path, do="publish", **sent))
    public = published_path(shown, "updates")
    page = house.page(public)
    assert first.name in page and second.name not in page
    edit = wren.post(f"/console/{group}/posts/update/{public.rpartition('/')[2]}/edit")
    assert {file.name: file.about["audience"] for file in files_at(house, edit)} == {
        first.name: "",
        second.name: "members",
    }
