import pytest

from tests.conftest import Cast


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "application/*;q=0.8, text/html"])
def test_whoever_takes_json_gets_json(cast: Cast, accept: str) -> None:
    answer = cast.manager.api.get("/api/v1/projects/", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


def test_whoever_takes_no_json_is_told(cast: Cast) -> None:
    assert cast.manager.api.get("/api/v1/projects/", headers={"Accept": "text/html"}).status_code == 406
