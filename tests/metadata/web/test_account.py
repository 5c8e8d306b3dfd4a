"""A person's own page."""

from metadata.models import ApiToken
from tests.conftest import Cast


def test_a_token_is_shown_once_and_works_until_it_is_revoked(cast: Cast) -> None:
    browser = cast.labeler.browser
    made = browser.post(
        "/account/", {"action": "token", "token_name": "laptop", "scopes": ["read"], "days": "30"}
    )
    secret = made.context["secret"]
    assert secret.encode() in made.content
    assert secret.encode() not in browser.get("/account/").content
    token = ApiToken.objects.get(name="laptop")
    assert token.agent_id == cast.labeler.agent_id
    browser.post(f"/account/tokens/{token.pk}/revoke")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_somebody_elses_token_cannot_be_revoked(cast: Cast) -> None:
    foreign = ApiToken.objects.get(agent_id=cast.manager.agent_id)
    assert cast.labeler.browser.post(f"/account/tokens/{foreign.pk}/revoke").status_code == 404
    foreign.refresh_from_db()
    assert foreign.revoked_at is None


def test_a_refused_token_says_why_at_its_field(cast: Cast) -> None:
    answer = cast.labeler.browser.post(
        "/account/", {"action": "token", "token_name": "x", "scopes": ["admin"], "days": "30"}
    )
    assert answer.status_code == 422
    assert "only an admin" in str(answer.context["token_form"].errors["scopes"])


def test_the_password_changes_only_with_the_old_one(cast: Cast) -> None:
    cast.labeler.identity.set_password("the old password")
    cast.labeler.identity.save()
    browser = cast.labeler.browser
    wrong = browser.post("/account/", {"action": "password", "current": "x", "password": "quite a new one"})
    assert wrong.status_code == 422
    browser.post(
        "/account/", {"action": "password", "current": "the old password", "password": "quite a new one"}
    )
    cast.labeler.identity.refresh_from_db()
    assert cast.labeler.identity.check_password("quite a new one")
    assert browser.get("/account/").status_code == 200, "the session that changed it goes on"


def test_only_admins_see_everybody(cast: Cast) -> None:
    assert cast.manager.browser.get("/people/").status_code == 403
    assert b"manager@example.org" in cast.admin.browser.get("/people/").content


def test_shutting_out_ends_a_session_at_once(cast: Cast) -> None:
    browser = cast.labeler.browser
    assert browser.get("/account/").status_code == 200
    cast.admin.browser.post(f"/people/{cast.labeler.agent_id}/state")
    assert browser.get("/account/").status_code == 302


def test_an_admin_cannot_shut_themselves_out(cast: Cast) -> None:
    assert cast.admin.browser.post(f"/people/{cast.admin.agent_id}/state").status_code == 403
    cast.admin.identity.refresh_from_db()
    assert cast.admin.identity.is_active
