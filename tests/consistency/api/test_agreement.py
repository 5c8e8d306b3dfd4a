"""Agreement over HTTP: live for those who decide, kept as reports by a job."""

import json
from typing import Any

import pytest

from consistency.selectors import agreement
from metadata.services import jobs
from tests.conftest import Cast, Member
from tests.labeling.services.labeled import Labeled, chosen, messages


@pytest.fixture
def labeled(cast: Cast) -> Labeled:
    labeled = messages(cast, ["a", "b", "c", "d"])
    labeled.project.memberships.filter(agent_id=cast.expert.agent_id).update(role="expert")
    labeled.label(0, chosen(1, 1, 2, 2))
    labeled.label(1, chosen(1, 2, 2, 2))
    return labeled


def post(member: Member, path: str) -> Any:
    return member.api.post(path, json.dumps({}), content_type="application/json")


def test_live_figures_are_those_of_the_selector(cast: Cast, labeled: Labeled) -> None:
    answer = cast.expert.api.get(f"/api/v1/questions/{labeled.question}/agreement")
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(agreement.live(labeled.question).as_json()))
    assert answer.json()["figures"][0]["value"] == pytest.approx(1 - 7 * 2 / (2 * 3 * 5))


def test_a_report_is_measured_by_a_job_and_read_again(cast: Cast, labeled: Labeled) -> None:
    started = post(cast.manager, f"/api/v1/questions/{labeled.question}/reports/")
    assert started.status_code == 202
    jobs.run(started.json()["job"])
    (report,) = cast.manager.api.get(f"/api/v1/questions/{labeled.question}/reports/").json()["results"]
    assert report["votes"] == 8
    assert len(report["figures"]["pairs"]) == 1
    assert cast.expert.api.get(f"/api/v1/reports/{report['id']}/").json() == report


def test_who_still_labels_sees_no_figures_and_a_foreign_question_does_not_exist(
    cast: Cast, labeled: Labeled
) -> None:
    for ending in ("agreement", "reports/"):
        path = f"/api/v1/questions/{labeled.question}/{ending}"
        assert cast.labeler.api.get(path).status_code == 403
        assert cast.outsider.api.get(path).status_code == 404
        assert cast.manager.api.get(f"/api/v1/questions/987654/{ending}").status_code == 404
    assert post(cast.labeler, f"/api/v1/questions/{labeled.question}/reports/").status_code == 403


@pytest.mark.parametrize("raw", ["x", "-1", "99999999", "2001"])
def test_a_wrong_number_of_replicates_is_named(cast: Cast, labeled: Labeled, raw: str) -> None:
    answer = cast.manager.api.get(f"/api/v1/questions/{labeled.question}/agreement?replicates={raw}")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["replicates"])
