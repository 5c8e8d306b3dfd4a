from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from metadata.models import ApiToken, AuditEntry, Identity
from metadata.services import accounts
from tests.conftest import EVERYBODY, Cast

JSON = "application/json"


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_learns_who_they_are(cast: Cast, name: str) -> None:
    body = cast[name].api.get("/api/v1/me/").json()
    assert (body["agent"], body["is_admin"]) == (cast[name].agent_id, name == "admin")


def test_nobody_unknown_gets_in(cast: Cast) -> None:
    assert Client().get("/api/v1/me/").status_code == 401
    refused = Client(headers={"authorization": "Bearer cc_wrong"}).get("/api/v1/me/")
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")


def test_a_token_is_shown_once_and_works_until_it_is_revoked(cast: Cast) -> None:
    made = cast.labeler.browser.post(
        "/api/v1/tokens/", {"name": "mine", "scopes": ["read"], "days": 3}, content_type=JSON
    ).json()
    bearer = Client(headers={"authorization": f"Bearer {made['token']}"})
    assert bearer.get("/api/v1/me/").json()["scopes"] == ["read"]
    listed = cast.labeler.api.get("/api/v1/tokens/").json()["results"]
    assert made["token"] not in str(listed)
    assert not ApiToken.objects.filter(digest=made["token"]).exists()
    assert cast.labeler.api.delete(f"/api/v1/tokens/{made['id']}/").status_code == 204
    assert bearer.get("/api/v1/me/").status_code == 401


def test_a_token_makes_no_stronger_token(cast: Cast) -> None:
    _, read_write = accounts.create_token(cast.admin.agent_id, "weak", ["read", "write"], 1, by=None)
    weak = Client(headers={"authorization": f"Bearer {read_write}"})
    asked = {"name": "strong", "scopes": ["read", "admin"], "days": 1}
    assert weak.post("/api/v1/tokens/", asked, content_type=JSON).status_code == 403
    assert weak.get("/api/v1/agents/1/").status_code == 403


def test_a_read_token_changes_nothing(cast: Cast) -> None:
    _, clear = accounts.create_token(cast.manager.agent_id, "r", ["read"], 1, by=None)
    reader = Client(headers={"authorization": f"Bearer {clear}"})
    assert reader.get("/api/v1/datasets/").status_code == 200
    assert reader.post("/api/v1/datasets/", {"name": "x"}, content_type=JSON).status_code == 403


def test_somebody_elses_token_is_as_good_as_none(cast: Cast) -> None:
    token = ApiToken.objects.filter(agent_id=cast.manager.agent_id).first()
    assert token is not None
    assert cast.outsider.api.delete(f"/api/v1/tokens/{token.pk}/").status_code == 404
    assert cast.manager.api.get("/api/v1/me/").status_code == 200


def test_a_deactivated_person_is_out_at_once_with_session_token_and_link(cast: Cast) -> None:
    browser, api = cast.labeler.browser, cast.labeler.api
    link = accounts.issue_link("sign_in", agent_id=cast.labeler.agent_id)
    path = f"/api/v1/agents/{cast.labeler.agent_id}/"
    assert cast.manager.api.patch(path, {"is_active": False}, content_type=JSON).status_code == 403
    assert cast.admin.api.patch(path, {"is_active": False}, content_type=JSON).json()["is_active"] is False
    assert browser.get("/api/v1/me/").status_code == 401
    assert api.get("/api/v1/me/").status_code == 401
    with pytest.raises(accounts.LinkNotUsable):
        accounts.redeem_link(link)
    cast.admin.api.patch(path, {"is_active": True}, content_type=JSON)
    assert browser.get("/api/v1/me/").status_code == 401
    assert AuditEntry.objects.filter(action="identity.deactivated").count() == 1


def test_only_admins_see_everybody_and_a_manager_finds_whom_they_know(cast: Cast) -> None:
    assert len(cast.admin.api.get("/api/v1/agents/").json()["results"]) == len(EVERYBODY)
    assert cast.manager.api.get("/api/v1/agents/").json()["results"] == []
    found = cast.manager.api.get("/api/v1/agents/?email=expert@example.org").json()["results"]
    assert [one["id"] for one in found] == [cast.expert.agent_id]
    assert cast.labeler.api.get("/api/v1/agents/?email=expert@example.org").status_code == 403


def test_an_admin_lets_people_in_by_a_link_that_is_used_once(cast: Cast) -> None:
    person = {"email": "New@Example.org", "name": "New"}
    made = cast.admin.api.post("/api/v1/agents/", person, content_type=JSON)
    assert made.status_code == 201
    again = cast.admin.api.post("/api/v1/agents/", person, content_type=JSON)
    assert (again.status_code, again.json()["code"]) == (409, "email_taken")
    path = f"/api/v1/agents/{made.json()['id']}/links"
    secret = cast.admin.api.post(path, {"purpose": "sign_in"}, content_type=JSON).json()["path"].split("/")[2]
    assert accounts.redeem_link(secret).agent_id == made.json()["id"]
    with pytest.raises(accounts.LinkNotUsable):
        accounts.redeem_link(secret)


def test_teams_are_made_by_admins_and_their_members_come_and_go(cast: Cast) -> None:
    team = {"name": "Night shift", "kind": "outsourced"}
    assert cast.manager.api.post("/api/v1/teams/", team, content_type=JSON).status_code == 403
    made = cast.admin.api.post("/api/v1/teams/", team, content_type=JSON).json()
    member = f"/api/v1/teams/{made['id']}/members/{cast.labeler.agent_id}/"
    assert cast.admin.api.put(member).status_code == 200
    seen = cast.manager.api.get(f"/api/v1/teams/{made['id']}/members/").json()["results"]
    assert [one["agent"] for one in seen] == [cast.labeler.agent_id]
    assert cast.admin.api.delete(member).status_code == 204
    assert cast.admin.api.delete(member).status_code == 404


def test_external_workers_are_agents_who_cannot_sign_in(db: None) -> None:
    first = accounts.external_agents("crowd", ["w1", "w2"])
    assert accounts.external_agents("crowd", ["w2", "w3"])["w2"] == first["w2"]
    assert accounts.external_agents("elsewhere", ["w1"])["w1"] != first["w1"]
    identity = Identity.objects.get(agent_id=first["w1"])
    assert not identity.is_active
    assert not identity.has_usable_password()


def test_a_repeated_create_under_one_key_happens_once(cast: Cast, sent_jobs: list[UUID]) -> None:
    api = cast.manager.api
    headers = {"idempotency-key": "create-1-abc"}
    first = api.post("/api/v1/datasets/", {"name": "Once"}, content_type=JSON, headers=headers)
    again = api.post("/api/v1/datasets/", {"name": "Once"}, content_type=JSON, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    other = api.post("/api/v1/datasets/", {"name": "Other"}, content_type=JSON, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    short = api.post(
        "/api/v1/datasets/", {"name": "Once"}, content_type=JSON, headers={"idempotency-key": "x"}
    )
    assert short.status_code == 422
    mine = [one["name"] for one in api.get("/api/v1/datasets/").json()["results"]]
    assert mine.count("Once") == 1
    assert "Other" not in mine
    elses = cast.outsider.api.post("/api/v1/datasets/", {"name": "Other"}, content_type=JSON, headers=headers)
    assert elses.status_code == 201
