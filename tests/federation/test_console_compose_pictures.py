"""Pictures of a draft: described, put in order, refused and thrown away."""

from __future__ import annotations

from consoling import Browser
from open_house import OpenHouse
from scribing import a_picture, begun, draft_at, files_at, published_path, upload

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
    wren.post(path, do=f"picture-up:{second.name}", body="Look", version=version, **alts)
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
