"""Project pages."""

import json
from typing import Any

import pytest

from labeling.models import GoldAnswer, Project, Round
from labeling.selectors.resolutions import RESOLVE_JOB
from labeling.services import annotations, rounds
from labeling.services.desk import ClaimedTask, claim
from metadata.models import Item, Job, Team
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import imports, jobs
from tests.conftest import Cast
from tests.labeling.services.conftest import add_items

QUESTION = {
    "prompt": "What is wrong?",
    "label_type": "choice",
    "classes-0-name": "late",
    "classes-0-color": "3",
    "classes-2-name": "broken",
    "classes-2-hotkey": "b",
    "classes-5-name": "  ",
}


@pytest.fixture
def filled(cast: Cast) -> Cast:
    batch = imports.open_batch(cast.dataset.pk, name="lines", by=None)
    lines = [json.dumps({"key": f"m{n}", "text": f"message {n}"}).encode() + b"\n" for n in range(3)]
    imports.import_lines(cast.dataset.pk, lines, format="jsonl", batch=batch, by=None)
    return cast


def test_a_project_is_made_from_the_rows_that_have_a_name(cast: Cast) -> None:
    answer = cast.manager.browser.post(
        "/projects/new/", {"name": "Faults", "dataset": cast.dataset.pk, **QUESTION}
    )
    made = Project.objects.get(name="Faults")
    assert answer["Location"] == f"/projects/{made.pk}/"
    question = made.questions.get()
    assert [(c["code"], c["name"]) for c in question.spec["classes"]] == [(1, "late"), (2, "broken")]
    assert question.spec["classes"][0]["color"] == 3
    assert question.required


def test_a_name_used_twice_is_refused_at_its_row(cast: Cast) -> None:
    typed = {**QUESTION, "classes-2-name": "LATE"}
    answer = cast.manager.browser.post(
        "/projects/new/", {"name": "Faults", "dataset": cast.dataset.pk, **typed}
    )
    assert answer.status_code == 422
    assert [bool(row.error) for row in answer.context["card"].rows[:2]] == [False, True]
    assert b'value="LATE"' in answer.content


def test_a_foreign_dataset_cannot_be_chosen(cast: Cast) -> None:
    answer = cast.manager.browser.post(
        "/projects/new/", {"name": "Faults", "dataset": cast.foreign_dataset.pk, **QUESTION}
    )
    assert answer.status_code == 422
    assert not Project.objects.filter(name="Faults").exists()


def test_an_added_class_makes_a_new_guideline_version(cast: Cast) -> None:
    question = cast.project.questions.get()
    typed = {
        "action": "change",
        "question": question.pk,
        "prompt": "What is it about?",
        "classes-0-name": "billing",
        "classes-0-code": "1",
        "classes-1-name": "delivery",
        "classes-1-code": "2",
        "classes-2-name": "praise",
        "classes-2-code": "",
    }
    assert cast.manager.browser.post(f"/projects/{cast.project.pk}/setup/", typed).status_code == 302
    question.refresh_from_db()
    assert [c["code"] for c in question.spec["classes"]] == [1, 2, 3]
    newest = cast.project.guideline_versions.order_by("-major", "-minor").first()
    assert str(newest) == "1.1"


def test_leaving_a_class_out_takes_it_away_while_nobody_answered(cast: Cast) -> None:
    question = cast.project.questions.get()
    typed = {"action": "change", "question": question.pk, "prompt": "x"}
    typed |= {"classes-0-name": "billing", "classes-0-code": "1"}
    assert b"data-remove" in setup_row(cast)
    assert cast.manager.browser.post(f"/projects/{cast.project.pk}/setup/", typed).status_code == 302
    question.refresh_from_db()
    assert [c["code"] for c in question.spec["classes"]] == [1]


def test_leaving_an_answered_class_out_is_refused_and_changes_nothing(cast: Cast) -> None:
    question = cast.project.questions.get()
    item = Item.objects.create(dataset=cast.dataset, external_key="known", fields={})
    GoldAnswer.objects.create(item=item, question=question, value={"class": 1}, origin="given")
    typed = {"action": "change", "question": question.pk, "prompt": "x"}
    typed |= {"classes-0-name": "billing", "classes-0-code": "1"}
    assert b"data-remove" not in setup_row(cast)
    answer = cast.manager.browser.post(f"/projects/{cast.project.pk}/setup/", typed)
    assert answer.status_code == 422
    assert b"map it to another one instead" in answer.content
    question.refresh_from_db()
    assert len(question.spec["classes"]) == 2


def setup_row(cast: Cast) -> bytes:
    """The row of the class that is there."""
    page: bytes = cast.manager.browser.get(f"/projects/{cast.project.pk}/setup/").content
    return page.split(b'value="billing"')[1].split(b"</div>")[0]


def test_a_round_opens_with_the_places_that_were_typed(filled: Cast) -> None:
    typed = {"name": "One", "kind": "probe", "places_per_task": "2", "ordering": "finish"}
    answer = filled.manager.browser.post(f"/projects/{filled.project.pk}/rounds/", typed)
    assert answer.status_code == 302
    made = Round.objects.get(project=filled.project)
    assert (made.kind, made.places_per_task, made.tasks.count()) == ("probe", 2, 3)


def test_a_round_over_nothing_says_what_to_do(cast: Cast) -> None:
    typed = {"name": "One", "kind": "production", "places_per_task": "2", "ordering": "finish"}
    answer = cast.manager.browser.post(f"/projects/{cast.project.pk}/rounds/", typed)
    assert answer.status_code == 422
    assert b"import some first" in answer.content


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("admin", 200),
        ("manager", 200),
        ("expert", 200),
        ("labeler", 302),
        ("crowd_worker", 302),
        ("outsider", 404),
    ],
)
def test_the_overview_is_for_those_who_decide(cast: Cast, who: str, expected: int) -> None:
    answer = cast[who].browser.get(f"/projects/{cast.project.pk}/")
    assert answer.status_code == expected


@pytest.mark.parametrize("place", ["setup/", "members/", "preview/"])
@pytest.mark.parametrize(
    ("who", "expected"), [("manager", 200), ("expert", 403), ("labeler", 403), ("outsider", 404)]
)
def test_only_managers_define_and_invite(filled: Cast, place: str, who: str, expected: int) -> None:
    assert filled[who].browser.get(f"/projects/{filled.project.pk}/{place}").status_code == expected


def desk(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.context["desk"]
    return found


def test_the_label_page_tells_a_labeler_nothing_but_the_questions(filled: Cast) -> None:
    answer = filled.labeler.browser.get(f"/projects/{filled.project.pk}/label/")
    settings = desk(answer)
    assert settings["preview"] is False
    assert settings["claim_url"] == f"/api/v1/projects/{filled.project.pk}/claim"
    assert [set(question) for question in settings["questions"]] == [
        {"key", "prompt", "label_type", "required", "shown_if", "spec"}
    ]


def test_an_admin_who_is_no_member_is_told_to_join(filled: Cast) -> None:
    answer = filled.admin.browser.get(f"/projects/{filled.project.pk}/label/")
    assert answer.status_code == 403
    assert b"Join it on its Members page" in answer.content


def test_the_preview_shows_an_item_without_its_hidden_fields(filled: Cast) -> None:
    item = desk(filled.manager.browser.get(f"/projects/{filled.project.pk}/preview/"))["preview"]["item"]
    assert item["parts"][0]["text"] == "message 0"
    assert (item["key"], item["fields"]) == ("", {})
    assert not Round.objects.exists()


def test_a_labelers_home_is_their_work_and_a_managers_the_projects(filled: Cast) -> None:
    assert "labeling/your_work.html" in [t.name for t in filled.labeler.browser.get("/").templates]
    assert "labeling/home.html" in [t.name for t in filled.manager.browser.get("/").templates]


def test_the_demo_is_removed_only_by_an_admin(cast: Cast) -> None:
    cast.dataset.demo = True
    cast.dataset.save()
    assert cast.manager.browser.post("/demo/remove").status_code == 403
    assert cast.admin.browser.post("/demo/remove").status_code == 302
    cast.dataset.refresh_from_db()
    assert cast.dataset.archived_at is not None


NO_CLASSES = {name: "" for name in QUESTION if name.endswith("-name")}


def made_question(cast: Cast, **typed: str) -> tuple[Any, Any]:
    """The answer of the page, and the question it made, if any."""
    posted = {"name": "New", "dataset": cast.dataset.pk, **QUESTION, **typed}
    answer = cast.manager.browser.post("/projects/new/", posted)
    made = Project.objects.filter(name="New").first()
    return answer, made.questions.get() if made else None


def test_a_rating_is_made_with_its_levels_and_its_scale(cast: Cast) -> None:
    _, question = made_question(
        cast, **{"label_type": "rating", "rating-settings": "1", "rating-scale": "interval"}
    )
    assert question.spec["scale"] == "interval"
    assert [level["name"] for level in question.spec["classes"]] == ["late", "broken"]


def test_several_classes_are_made_with_their_limits(cast: Cast) -> None:
    typed = {"label_type": "choices", "choices-settings": "1", "choices-min": "1", "choices-max": ""}
    _, question = made_question(cast, **typed)
    assert {key: value for key, value in question.spec.items() if key != "classes"} == {"min": 1}


def test_a_setting_that_cannot_be_is_refused_at_its_field_and_kept_as_typed(cast: Cast) -> None:
    typed = {"label_type": "choices", "choices-settings": "1", "choices-min": "several"}
    answer, question = made_question(cast, **typed)
    assert (answer.status_code, question) == (422, None)
    (group,) = [one for one in answer.context["card"].type_settings if one.is_chosen]
    (field,) = [one for one in group.fields if one.name == "min"]
    assert (field.value, field.error) == ("several", "must be a whole number")


def test_settings_of_another_type_are_not_mixed_in(cast: Cast) -> None:
    typed = {"label_type": "choice", "choices-settings": "1", "choices-min": "1", "rating-scale": "interval"}
    _, question = made_question(cast, **typed)
    assert list(question.spec) == ["classes"]


def test_settings_stay_when_a_form_did_not_show_them(cast: Cast) -> None:
    _, question = made_question(
        cast, **{"label_type": "rating", "rating-settings": "1", "rating-scale": "interval"}
    )
    typed = {"action": "change", "question": question.pk, "prompt": "How late?"}
    classes = {f"classes-{at}-{key}": c[key] for at, c in enumerate(question.spec["classes"]) for key in c}
    answer = cast.manager.browser.post(f"/projects/{question.project_id}/setup/", {**typed, **classes})
    question.refresh_from_db()
    assert (answer.status_code, question.spec["scale"]) == (302, "interval")


def test_spans_that_may_overlap_are_set_up_with_a_box_that_is_ticked(cast: Cast) -> None:
    typed = {"label_type": "span", "span-settings": "1", "span-overlapping": "on", "span-min": "1"}
    _, question = made_question(cast, **typed)
    assert (question.spec["overlapping"], question.spec["whole_words"], question.spec["min"]) == (
        True,
        False,
        1,
    )


CONVENTIONS = "Um, | Um...; Uhm | Filled pauses end in a comma.\n\n okay | ok "


def test_a_transcript_is_made_without_classes_and_with_its_conventions(cast: Cast) -> None:
    typed = {
        "transcript-settings": "1",
        "transcript-conventions": CONVENTIONS,
        "transcript-ignore_case": "on",
    }
    _, question = made_question(cast, label_type="transcript", **NO_CLASSES, **typed)
    assert "classes" not in question.spec
    assert question.spec["ignore_case"] is True
    assert question.spec["conventions"] == [
        {"write": "Um,", "not": ["Um...", "Uhm"], "because": "Filled pauses end in a comma."},
        {"write": "okay", "not": ["ok"]},
    ]
    page = cast.manager.browser.get(f"/projects/{question.project_id}/setup/").content.decode()
    assert "Um, | Um...; Uhm | Filled pauses end in a comma.\nokay | ok</textarea>" in page


FIELDS = """Amount due | number | 0 to 100 | whole | optional
sort | choice | invoice; receipt
due | date | 2026-01-01 to 2026-12-31
note | 80 |
Paid | yes or no"""


def test_a_form_is_made_of_a_line_for_each_field_and_shown_as_such_again(cast: Cast) -> None:
    lines = FIELDS.replace("note | 80 |", "note | text | 80")
    typed = {"record-settings": "1", "record-fields": lines}
    _, question = made_question(cast, label_type="record", **NO_CLASSES, **typed)
    assert question.spec["fields"] == [
        {"name": "amount_due", "label": "Amount due", "kind": "number", "min": 0, "max": 100, "whole": True,
         "required": False},
        {"name": "sort", "kind": "choice", "options": ["invoice", "receipt"]},
        {"name": "due", "kind": "date", "min": "2026-01-01", "max": "2026-12-31"},
        {"name": "note", "kind": "text", "max_length": 80},
        {"name": "paid", "label": "Paid", "kind": "yes_no"},
    ]  # fmt: skip
    page = cast.manager.browser.get(f"/projects/{question.project_id}/setup/").content.decode()
    assert f"{lines}</textarea>" in page


def test_a_field_of_no_kind_is_refused_and_its_line_kept(cast: Cast) -> None:
    typed = {"record-settings": "1", "record-fields": FIELDS}
    answer, _ = made_question(cast, label_type="record", **NO_CLASSES, **typed)
    (group,) = [one for one in answer.context["card"].type_settings if one.is_chosen]
    (field,) = [one for one in group.fields if one.name == "fields"]
    assert "text, number, choice, date, yes_no" in field.error
    assert "note | 80" in field.value


def test_a_convention_without_a_form_to_avoid_is_refused_at_its_field(cast: Cast) -> None:
    typed = {"transcript-settings": "1", "transcript-conventions": "Um,"}
    answer, _ = made_question(cast, label_type="transcript", **NO_CLASSES, **typed)
    (group,) = [one for one in answer.context["card"].type_settings if one.is_chosen]
    (field,) = [one for one in group.fields if one.name == "conventions"]
    assert "at least one way not to write it" in field.error
    assert field.value.startswith("Um,")


def test_the_overview_says_what_the_last_count_of_the_votes_left(filled: Cast) -> None:
    project = filled.project
    address = f"/projects/{project.pk}/"
    question = project.questions.get()
    opened = rounds.open_round(project.pk, name="R", places_per_task=2, by=None)
    for who, codes in ((filled.labeler, (1, 1, 1)), (filled.manager, (1, 1, 2))):
        caller = Caller(who.agent_id, False, ALL_SCOPES)
        for _ in codes:
            given = claim(caller, project.pk)
            assert isinstance(given, ClaimedTask)
            code = codes[sorted(opened.tasks.values_list("pk", flat=True)).index(given.task_id)]
            body = {
                "guideline_version": given.guideline_version_id,
                "answers": {question.key: {"class": code}},
                "active_ms": 900,
            }
            annotations.submit(
                caller, given.task_id, key=f"overview-{who.agent_id}-{given.task_id}", body=body
            )
    assert b"Close a version" not in filled.manager.browser.get(address).content
    filled.manager.browser.post(f"{address}resolve")
    jobs.run(Job.objects.get(kind=RESOLVE_JOB).pk)
    page = filled.manager.browser.get(address).content
    assert b"2 answers were accepted" in page
    assert b"1 item tied" in page
    assert b"Close a version" in page


def test_the_places_of_a_round_are_shared_on_its_form(cast: Cast) -> None:
    add_items(cast.dataset.pk, 2)
    vendor = Team.objects.get(name="Vendor X")
    form = {"name": "Shared", "kind": "production", "places_per_task": "4", "ordering": "finish"}
    shares = {f"team_{vendor.pk}": "2", "experts": "1"}
    posted = cast.manager.browser.post(f"/projects/{cast.project.pk}/rounds/", form | shares)
    assert posted.status_code == 302
    made = Round.objects.get(name="Shared")
    told = {(one.team_id, one.experts, one.share) for one in made.shares}
    assert told == {(vendor.pk, False, 2), (None, True, 1), (None, False, 1)}
    over = cast.manager.browser.post(
        f"/projects/{cast.project.pk}/rounds/", form | {f"team_{vendor.pk}": "4", "experts": "1"}
    )
    assert over.status_code == 422
    assert "the places must add up to 4" in over.content.decode()
    assert Round.objects.count() == 1
