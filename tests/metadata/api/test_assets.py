from __future__ import annotations

from django.core.files.base import ContentFile

from tests.conftest import Cast
from tests.metadata.services.test_media import picture

JSON = "application/json"


def test_a_file_is_sent_once_and_named_by_its_hash_in_an_item(cast: Cast) -> None:
    upload = ContentFile(picture(), name="a.svg")
    sent = cast.manager.api.post("/api/v1/assets/", {"file": upload})
    assert sent.status_code == 201, sent.content
    asset = sent.json()
    assert (asset["media_type"], asset["width"], asset["height"]) == ("image/jpeg", 8, 4)
    records = [
        {"key": "p", "parts": [{"role": "image", "sha256": asset["sha256"]}]},
        {"key": "q", "parts": [{"role": "image", "sha256": "0" * 64}]},
    ]
    items = f"/api/v1/datasets/{cast.dataset.pk}/items/"
    added = cast.manager.api.post(items, {"items": records}, content_type=JSON).json()
    assert added["created"] == 1
    assert [bad["code"] for bad in added["refused"]] == ["file_missing"]
    shown = cast.manager.api.get(f"/api/v1/items/{added['ids']['p']}/").json()["parts"][0]
    media = cast.manager.api.get(shown["media"])
    assert media.status_code == 200
    assert media["X-Content-Type-Options"] == "nosniff"
    assert cast.outsider.api.get(f"/api/v1/assets/{asset['id']}/").status_code == 404
    assert cast.manager.api.get(f"/api/v1/assets/{asset['id']}/").status_code == 200


def test_scripts_in_a_picture_s_clothes_are_refused_and_labelers_upload_nothing(cast: Cast) -> None:
    scripted = ContentFile(b"<svg xmlns='http://www.w3.org/2000/svg'/>", name="a.png")
    assert cast.manager.api.post("/api/v1/assets/", {"file": scripted}).status_code == 415
    assert (
        cast.labeler.api.post("/api/v1/assets/", {"file": ContentFile(picture(), name="a.jpg")}).status_code
        == 403
    )
