"""The admin console: every table of every app, for admins alone, bounded, and read-only but through services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from labeling.config.console import register_tables
from labeling.models import Project, ProjectMembership, Round
from labeling.services import rounds
from metadata.admin import frame
from metadata.admin.frame import ConsoleAdmin
from metadata.kernel.json_guard import Json
from metadata.models import (
    ApiToken,
    AuditEntry,
    Batch,
    Dataset,
    Event,
    Identity,
    Item,
    Job,
    OneTimeLink,
    Team,
    TeamMembership,
)
from metadata.services import accounts, imports, jobs, teams
from tests.conftest import PROJECT_ROLES, Cast, member
from tests.labeling.config.any_rows import a_row
from tests.labeling.services.conftest import add_items

APPS: Final = ("metadata", "labeling", "consistency", "augmentation")
MODELS: Final = [model for app in APPS for model in apps.get_app_config(app).get_models()]
EDITABLE: Final = {
    "dataset",
    "datasetmembership",
    "identity",
    "project",
    "projectmembership",
    "team",
    "teammembership",
}
SECRETS: Final = re.compile(r"password|digest|body_hash|leaf|idempot\w*key", re.IGNORECASE)

every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.model_name)


def changelist(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page(model: type[models.Model], name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def table(model: type[models.Model]) -> ConsoleAdmin:
    found = admin.site._registry[model]
    assert isinstance(found, ConsoleAdmin)
    return found


@pytest.fixture
def browser(cast: Cast) -> Client:
    return cast.admin.browser


@pytest.fixture
def console(db: None) -> Client:
    """An admin's browser where there is nobody else."""
    return member("admin", is_admin=True).browser


def queries(browser: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = browser.get(address)
    assert answer.status_code == 200, answer.headers.get("location", answer.content[:300])
    return len(seen)


# --- Which tables there are ------------------------------------------------------------------------------------------


def test_every_model_of_the_apps_has_a_table_and_nothing_else_has() -> None:
    assert set(admin.site._registry) == set(MODELS)


def test_registering_twice_changes_nothing() -> None:
    before = dict(admin.site._registry)
    register_tables()
    assert admin.site._registry == before


@every_model
def test_a_table_says_why_it_is_as_it_is(model: type[models.Model]) -> None:
    assert type(table(model)).__doc__ != ConsoleAdmin.__doc__
    assert (type(table(model)).__doc__ or "").strip()


# --- Lists -----------------------------------------------------------------------------------------------------------


@every_model
def test_a_list_answers_empty_and_its_queries_do_not_grow_with_its_rows(
    model: type[models.Model], console: Client
) -> None:
    address = changelist(model)
    queries(console, f"{address}?q=nobody-has-this")
    for _ in range(2):
        a_row(model)
    few = queries(console, address)
    for _ in range(8):
        a_row(model)
    assert queries(console, address) == few


@every_model
def test_search_finds_by_word_and_number_and_survives_anything(
    model: type[models.Model], console: Client
) -> None:
    row = a_row(model)
    assert 'name="q"' in console.get(changelist(model)).content.decode()
    for words in (str(row.pk), "word", "9" * 30, "'\"", "%_\\", "-1", "é"):
        assert console.get(changelist(model), {"q": words}).status_code == 200
    if table(model).search_ids and isinstance(row.pk, int):
        answer = console.get(changelist(model), {"q": str(row.pk)})
        assert row in answer.context["cl"].result_list


@every_model
def test_every_filter_and_order_that_is_offered_works(model: type[models.Model], console: Client) -> None:
    for _ in range(3):
        a_row(model)
    answer = console.get(changelist(model))
    offered = {
        choice["query_string"]
        for spec in answer.context["cl"].filter_specs
        for choice in spec.choices(answer.context["cl"])
    }
    assert bool(offered) == bool(table(model).list_filter)
    for query in sorted(offered) + [f"?o={n}" for n in range(1, len(table(model).list_display) + 1)]:
        followed = console.get(changelist(model) + query)
        assert followed.status_code == 200, query


@every_model
def test_a_row_has_a_page_that_shows_no_secret(model: type[models.Model], console: Client) -> None:
    row = a_row(model)
    answer = console.get(page(model, "change", row.pk))
    assert answer.status_code == 200
    shown = [str(name) for name in table(model).get_fields(answer.wsgi_request, row)]
    assert shown
    assert [
        name
        for name in shown
        if SECRETS.search(name) and (model, name) != (apps.get_model("metadata.version"), "digest")
    ] == []
    body = answer.content.decode()
    for name in table(model).hidden:
        value = getattr(row, name, None)
        if isinstance(value, str) and len(value) > 8:
            assert value not in body
    history = console.get(page(model, "history", row.pk))
    assert history.status_code == 302
    assert console.get(history["location"]).status_code == 200


def test_what_is_kept_from_sight_is_what_is_secret() -> None:
    hidden = {model._meta.model_name: set(table(model).hidden) for model in MODELS if table(model).hidden}
    assert hidden["identity"] >= {"password"}
    assert hidden["apitoken"] == hidden["onetimelink"] == {"digest"}
    assert hidden["idempotentrequest"] >= {"body", "key", "body_hash"}
    assert hidden["dataset"] == {"leaf_key"}
    assert hidden["annotation"] == {"key", "body_hash"}


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Identity, "password__startswith=pbkdf2"),
        (Identity, "password=x"),
        (ApiToken, "digest__startswith=a"),
        (ApiToken, "agent__identity__password__startswith=a"),
        (OneTimeLink, "digest__gte=a"),
        (Dataset, "leaf_key__gte=a"),
        (Dataset, "name__regex=(a*)*"),
    ],
)
def test_a_secret_cannot_be_guessed_by_a_filter(
    model: type[models.Model], query: str, browser: Client
) -> None:
    assert browser.get(f"{changelist(model)}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["q=%00", "state__exact=%00", "created_at__gte=x", "p=99999", "p=-1", "o=x", "_facets=1", "all="]
)
def test_nonsense_in_an_address_is_no_server_error(query: str, browser: Client) -> None:
    a_row(Job)
    assert browser.get(f"{changelist(Job)}?{query}").status_code < 500


@pytest.mark.parametrize("key", ["x", "9" * 30, "1_00", "-1"])
def test_a_row_that_is_not_there_is_no_server_error(key: str, browser: Client) -> None:
    for model in (Item, Job):
        assert browser.get(page(model, "change", key)).status_code in (302, 404)
        assert browser.get(page(model, "history", key)).status_code in (302, 404)


def test_a_long_table_is_counted_to_a_bound_and_says_so(
    browser: Client, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    monkeypatch.setattr(frame, "COUNTED", 60)
    add_items(cast.dataset.pk, 60)
    assert "60 items" in browser.get(changelist(Item)).content.decode()
    add_items(cast.foreign_dataset.pk, 5)
    answer = browser.get(changelist(Item))
    assert "The first 60 rows" in answer.content.decode()
    assert "?p=2" in answer.content.decode()
    assert "?p=3" not in answer.content.decode()


# --- Who comes in ----------------------------------------------------------------------------------------------------


def addresses(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        path = prefix + re.sub(r"<[^>]+>", "1", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, path)
        elif "^" not in path and "(?P" not in path:
            yield path


def console_addresses() -> list[str]:
    (console,) = [p for p in get_resolver().url_patterns if str(p.pattern) == "admin/"]
    assert isinstance(console, URLResolver)
    found = list(addresses(console.url_patterns, "/admin/"))
    assert len(found) > 4 * len(MODELS)
    return [*found, "/admin/metadata/", "/admin/no/such/page/"]


@pytest.mark.parametrize("role", [*PROJECT_ROLES, "outsider"])
def test_only_admins_come_in(role: str, cast: Cast) -> None:
    browser = cast[role].browser
    for address in console_addresses():
        assert browser.get(address).status_code in (403, 404), address
        if role == "manager":
            assert browser.post(address).status_code in (403, 404), address


def test_strangers_are_sent_to_sign_in(db: None) -> None:
    for address in console_addresses():
        for method in ("get", "post"):
            answer = getattr(Client(), method)(address)
            assert answer.status_code == 302, (method, address)
            assert answer["location"].startswith("/sign-in/?next=")


def test_whoever_stops_being_admin_is_out_with_their_next_request(cast: Cast, browser: Client) -> None:
    assert browser.get("/admin/").status_code == 200
    Identity.objects.filter(pk=cast.admin.identity.pk).update(is_superuser=False)
    assert browser.get("/admin/").status_code == 403
    Identity.objects.filter(pk=cast.admin.identity.pk).update(is_superuser=True, is_active=False)
    assert browser.get("/admin/").status_code == 302


def test_staff_that_is_no_admin_stays_out(cast: Cast) -> None:
    Identity.objects.filter(pk=cast.expert.identity.pk).update(is_staff=True)
    assert cast.expert.browser.get("/admin/").status_code == 403


def test_a_bearer_token_opens_no_console(cast: Cast) -> None:
    assert cast.admin.api.get("/admin/").status_code == 302


def test_pages_carry_a_policy_without_unsafe_parts_and_no_inline_code(browser: Client, cast: Cast) -> None:
    add_items(cast.dataset.pk, 1)
    item = Item.objects.get()
    for address in ("/admin/", changelist(Item), page(Item, "change", item.pk), page(Team, "add")):
        answer = browser.get(address)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        body = answer.content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", body) == []
        assert re.findall(r"<style|\sstyle=|\son\w+=", body) == []
        assert "no-store" in answer.headers["cache-control"]


# --- What cannot be done ---------------------------------------------------------------------------------------------


@every_model
def test_nothing_is_deleted_here_one_by_one_or_many(model: type[models.Model], console: Client) -> None:
    row = a_row(model)
    before = model._base_manager.count()
    assert console.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    console.post(
        changelist(model),
        {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes", "confirmed": "yes"},
    )
    assert model._base_manager.filter(pk=row.pk).exists()
    assert model._base_manager.count() >= before


@every_model
def test_rows_without_a_service_refuse_to_be_added_and_changed(
    model: type[models.Model], console: Client
) -> None:
    row = a_row(model)
    before = model._base_manager.filter(pk=row.pk).values().get()
    sent = {field.name: "9" for field in model._meta.concrete_fields}
    added = console.post(page(model, "add"), sent)
    changed = console.post(page(model, "change", row.pk), sent)
    if model._meta.model_name in EDITABLE:
        return
    assert (added.status_code, changed.status_code) == (403, 403)
    assert model._base_manager.filter(pk=row.pk).values().get() == before


def test_the_tables_that_take_changes_are_these() -> None:
    assert {
        model._meta.model_name for model in MODELS if table(model).editable or table(model).addable
    } == EDITABLE


# --- What can be done, by services -----------------------------------------------------------------------------------


def act(browser: Client, rows: list[Any], action: str) -> str:
    """Chooses rows, is asked, says yes; the messages that come back."""
    model = type(rows[0])
    sent = {"action": action, "_selected_action": [str(row.pk) for row in rows], "index": "0"}
    asked = browser.post(changelist(model), sent)
    assert asked.status_code == 200
    assert "Change nothing" in asked.content.decode()
    del sent["index"]
    done = browser.post(changelist(model), {**sent, "confirmed": "yes"}, follow=True)
    assert done.status_code == 200
    return " ".join(str(message) for message in done.context["messages"])


def audited(action: str, cast: Cast) -> bool:
    return AuditEntry.objects.filter(action=action, agent_id=cast.admin.agent_id).exists()


def test_asking_changes_nothing(cast: Cast, browser: Client) -> None:
    token = ApiToken.objects.get(agent_id=cast.labeler.agent_id)
    browser.post(
        changelist(ApiToken), {"action": "revoke", "_selected_action": [str(token.pk)], "index": "0"}
    )
    token.refresh_from_db()
    assert token.revoked_at is None


def test_tokens_are_revoked(cast: Cast, browser: Client) -> None:
    assert cast.labeler.api.get("/api/v1/me/").status_code == 200
    act(browser, list(ApiToken.objects.filter(agent_id=cast.labeler.agent_id)), "revoke")
    assert cast.labeler.api.get("/api/v1/me/").status_code == 401
    assert audited("token.revoked", cast)


def test_people_are_shut_out_and_let_in_but_nobody_shuts_out_themselves(cast: Cast, browser: Client) -> None:
    words = act(browser, [cast.labeler.identity, cast.admin.identity], "deactivate")
    assert "You cannot shut yourself out" in words
    assert Identity.objects.filter(is_active=False).get() == cast.labeler.identity
    assert audited("identity.deactivated", cast)
    act(browser, [cast.labeler.identity], "activate")
    assert not Identity.objects.filter(is_active=False).exists()


def test_links_are_withdrawn_once(cast: Cast, browser: Client) -> None:
    secret = accounts.issue_link("sign_in", agent_id=cast.labeler.agent_id, by=None)
    act(browser, [OneTimeLink.objects.get()], "withdraw")
    with pytest.raises(accounts.LinkNotUsable):
        accounts.redeem_link(secret)
    assert audited("link.withdrawn", cast)
    assert "used, has expired" in act(browser, [OneTimeLink.objects.get()], "withdraw")


def test_datasets_and_items_are_archived(cast: Cast, browser: Client) -> None:
    add_items(cast.dataset.pk, 2)
    add_items(cast.foreign_dataset.pk, 1)
    act(browser, list(Item.objects.all()), "archive")
    assert not Item.objects.filter(archived_at=None).exists()
    assert AuditEntry.objects.filter(action="items.archived").count() == 2
    act(browser, [cast.dataset], "archive")
    assert Dataset.objects.get(pk=cast.dataset.pk).archived_at is not None
    act(browser, [cast.dataset], "restore")
    assert Dataset.objects.get(pk=cast.dataset.pk).archived_at is None


def test_a_batch_is_undone(cast: Cast, browser: Client) -> None:
    batch = imports.open_batch(cast.dataset.pk, name="Camera 3", by=None)
    act(browser, [batch], "undo")
    assert Batch.objects.get(pk=batch.pk).state == "undone"
    assert audited("batch.undone", cast)


def test_rounds_and_projects_are_paused_and_set_going(cast: Cast, browser: Client) -> None:
    add_items(cast.dataset.pk, 1)
    opened = rounds.open_round(cast.project.pk, name="First", by=None)
    for action, state in (("pause", "paused"), ("open", "open"), ("close", "closed")):
        act(browser, [opened], action)
        assert Round.objects.get(pk=opened.pk).state == state
        assert audited(f"round.{state}", cast)
    for action, state in (("pause", "paused"), ("archive", "archived"), ("activate", "active")):
        act(browser, [cast.project], action)
        assert Project.objects.get(pk=cast.project.pk).state == state
    assert audited("project.changed", cast)


def test_memberships_end_but_the_last_manager_stays(cast: Cast, browser: Client) -> None:
    rows = list(ProjectMembership.objects.filter(project=cast.project, role__in=("labeler", "manager")))
    assert len(rows) == 2
    assert "manager" in act(browser, rows, "end")
    assert {row.role for row in ProjectMembership.objects.filter(project=cast.project, ended_at=None)} == {
        "manager",
        "expert",
        "vendor_lead",
        "crowd_worker",
    }
    assert audited("member.removed", cast)
    team = teams.create_team("Vendor Y", "crowd", by=None)
    joined = teams.put_in_team(team.pk, cast.labeler.agent_id, by=None)
    act(browser, [joined], "leave")
    assert TeamMembership.objects.get(pk=joined.pk).ended_at is not None


def test_a_question_is_retired(cast: Cast, browser: Client) -> None:
    act(browser, [cast.project.questions.get()], "retire")
    assert cast.project.questions.get().retired_at is not None
    assert audited("question.retired", cast)


@pytest.mark.django_db(transaction=True)
def test_jobs_are_canceled_and_done_again(cast: Cast, browser: Client, sent_jobs: list[Any]) -> None:
    runs: list[int] = []

    def run(context: jobs.JobContext) -> dict[str, Json]:
        runs.append(context.attempt)
        return {}

    jobs.register("test.again", run)
    job = jobs.enqueue("test.again", args={})
    assert "Only a job that failed" in act(browser, [job], "retry")
    act(browser, [job], "cancel")
    jobs.run(job.pk)
    assert runs == []
    sent_jobs.clear()
    act(browser, [job], "retry")
    assert sent_jobs == [job.pk]
    jobs.run(job.pk)
    assert runs == [1]
    assert Job.objects.get(pk=job.pk).state == "done"
    assert audited("job.canceled", cast)
    assert audited("job.retried", cast)


def test_no_more_than_a_thousand_rows_are_changed_at_once(cast: Cast, browser: Client) -> None:
    add_items(cast.dataset.pk, 1_001)
    first = Item.objects.earliest("pk")
    sent = {
        "action": "archive",
        "_selected_action": [str(first.pk)],
        "select_across": "1",
        "confirmed": "yes",
    }
    answer = browser.post(changelist(Item), sent, follow=True)
    assert "At most 1000 rows" in answer.content.decode()
    assert not Item.objects.exclude(archived_at=None).exists()


def test_a_chosen_row_that_cannot_be_one_is_refused(browser: Client) -> None:
    for model in (Item, Job):
        sent = {"action": "archive", "_selected_action": ["x\0"], "index": "0"}
        assert browser.post(changelist(model), sent).status_code == 422


def test_a_person_a_team_and_memberships_are_made_by_services(cast: Cast, browser: Client) -> None:
    def add(model: type[models.Model], **values: object) -> None:
        assert browser.post(page(model, "add"), values).status_code == 302

    add(Identity, email="New@example.org", name="Noor", is_superuser="")
    noor = Identity.objects.get(email="new@example.org")
    assert not noor.is_superuser
    assert audited("identity.created", cast)
    add(Team, name="Vendor Z", kind="outsourced")
    team = Team.objects.get(name="Vendor Z")
    add(TeamMembership, team=team.pk, agent=noor.agent_id)
    assert team.memberships.get().agent_id == noor.agent_id
    add(ProjectMembership, project=cast.project.pk, agent=noor.agent_id, role="expert", team="")
    membership = ProjectMembership.objects.get(project=cast.project, agent_id=noor.agent_id)
    assert Event.objects.filter(kind="member.added", subject_id=noor.agent_id).exists()
    assert cast.dataset.memberships.get(agent_id=noor.agent_id).role == "expert"
    changed = browser.post(page(ProjectMembership, "change", membership.pk), {"role": "labeler", "team": ""})
    assert changed.status_code == 302
    membership.refresh_from_db()
    assert membership.role == "labeler"


def test_words_change_by_services_and_what_they_refuse_is_said(cast: Cast, browser: Client) -> None:
    for model, row, values, action in (
        (Identity, cast.labeler.identity, {"name": "Lea"}, "identity.renamed"),
        (Dataset, cast.dataset, {"name": "Messages", "description": "All"}, "dataset.changed"),
        (Project, cast.project, {"name": "Topics", "description": "", "state": "paused"}, "project.changed"),
    ):
        before = AuditEntry.objects.count()
        assert browser.post(page(model, "change", row.pk), values).status_code == 302
        row.refresh_from_db()
        assert row.name == values["name"]
        assert audited(action, cast)
        assert AuditEntry.objects.count() == before + 1
    refused = browser.post(
        page(Dataset, "change", cast.dataset.pk),
        {"name": " x" * 40 + "\t", "description": "x" * 20_001},
        follow=True,
    )
    assert "at most 20000 characters" in refused.content.decode()
    cast.dataset.refresh_from_db()
    assert cast.dataset.name == "Messages"


def test_no_name_is_copied_into_a_log_that_erasure_does_not_reach(cast: Cast, browser: Client) -> None:
    browser.post(page(Identity, "change", cast.labeler.identity.pk), {"name": "Lea"})
    assert apps.get_model("admin.LogEntry").objects.count() == 0


def test_there_is_one_way_in_and_one_way_to_change_a_password(browser: Client) -> None:
    assert browser.get("/admin/login/")["location"] == "/admin/"
    assert browser.get("/admin/password_change/")["location"] == reverse("account")
    assert browser.get("/admin/logout/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_group_changelist")
