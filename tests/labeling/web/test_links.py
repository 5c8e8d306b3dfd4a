"""One-time links by the page."""

from django.test import Client

from labeling.models import ProjectMembership
from labeling.services import invitations
from metadata.models import Identity
from metadata.services import accounts
from tests.conftest import Cast

GOOD = {"name": "Eva Neu", "email": "eva@example.org", "password": "blue sky in june"}


def test_looking_at_a_link_does_not_use_it_up(cast: Cast) -> None:
    secret = invitations.invite(cast.project.pk, "labeler", by=cast.manager.agent_id)
    for _ in range(3):
        assert Client().get(f"/links/{secret}/").status_code == 200


def test_an_invitation_makes_a_member_once(cast: Cast) -> None:
    secret = invitations.invite(cast.project.pk, "labeler", by=cast.manager.agent_id)
    client = Client()
    assert client.post(f"/links/{secret}/", GOOD).status_code == 302
    member = ProjectMembership.objects.get(project=cast.project, agent__identity__email=GOOD["email"])
    assert member.role == "labeler"
    assert client.get("/").status_code == 200, "they are signed in"
    again = Client().post(f"/links/{secret}/", {**GOOD, "email": "other@example.org"})
    assert again.status_code == 404
    assert not Identity.objects.filter(email="other@example.org").exists()


def test_a_refused_password_does_not_use_the_link_up(cast: Cast) -> None:
    secret = invitations.invite(cast.project.pk, "labeler", by=cast.manager.agent_id)
    refused = Client().post(f"/links/{secret}/", {**GOOD, "password": "short"})
    assert refused.status_code == 422
    assert "password" in refused.context["form"].errors
    assert GOOD["email"].encode() in refused.content
    assert Client().post(f"/links/{secret}/", GOOD).status_code == 302


def test_an_invitation_never_takes_rights_away(cast: Cast) -> None:
    secret = invitations.invite(cast.project.pk, "labeler", by=cast.admin.agent_id)
    assert cast.manager.browser.post(f"/links/{secret}/").status_code == 302
    role = ProjectMembership.objects.get(project=cast.project, agent_id=cast.manager.agent_id).role
    assert role == "manager"


def test_the_first_admin_sets_name_and_password_by_the_printed_link(db: None) -> None:
    identity = accounts.create_identity("admin@example.org", "", is_admin=True)
    secret = accounts.issue_link("sign_in", agent_id=identity.agent_id)
    client = Client()
    assert client.post(f"/links/{secret}/", {}).status_code == 422
    assert (
        client.post(f"/links/{secret}/", {"name": "Ada", "password": "blue sky in june"}).status_code == 302
    )
    identity.refresh_from_db()
    assert identity.name == "Ada"
    assert identity.check_password("blue sky in june")
    assert client.get("/")["Location"] == "/first-run/"


def test_a_new_password_by_link_ends_other_sessions(cast: Cast) -> None:
    other = cast.labeler.browser
    assert other.get("/account/").status_code == 200
    secret = accounts.issue_link("reset", agent_id=cast.labeler.agent_id)
    assert Client().post(f"/links/{secret}/", {"password": "blue sky in june"}).status_code == 302
    assert other.get("/account/").status_code == 302


def test_a_link_of_somebody_shut_out_is_dead(cast: Cast) -> None:
    secret = accounts.issue_link("sign_in", agent_id=cast.labeler.agent_id)
    accounts.deactivate(cast.labeler.identity)
    assert Client().post(f"/links/{secret}/").status_code == 404
