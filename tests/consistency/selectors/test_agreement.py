"""Live agreement: figures from profiles, against a computation from the single votes."""

from itertools import product
from typing import Any

import pytest

from consistency.core.agreement.alpha import alpha, nominal_alpha
from consistency.core.profiles import profiles_of_tuples
from consistency.selectors import agreement
from consistency.selectors.ratings import ratings_of
from labeling.models import ProfileDelta, Project, ProjectMembership
from labeling.services import annotations, desk, members, profiles, projects, rounds
from metadata.kernel.errors import NotFound
from metadata.models import Asset, Item, Part
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import datasets
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, add_items, bench_of


def say(bench: Bench, answers: dict[int, list[int]]) -> int:
    """People answer, each item by its position: `{caller: [code of item 1, …]}`; the question."""
    for at, codes in answers.items():
        caller = bench.callers[at]
        while isinstance(given := desk.claim(caller, bench.project.pk), desk.ClaimedTask):
            position = sorted(Item.objects.filter(dataset=bench.cast.dataset).values_list("pk", flat=True))
            code = codes[position.index(given.item_id)]
            key = f"answer-{caller.agent_id}-{given.task_id}"
            annotations.submit(caller, given.task_id, key=key, body=bench.body(code))
    return int(bench.project.questions.get().pk)


def test_alpha_of_a_published_table_comes_out_live(bench: Bench) -> None:
    # Two people, six items, one disagreement: o = 2, n = (7, 5), so alpha = 1 - 11 * 2 / (2 * 7 * 5) = 24/35.
    question = say(bench, {0: [1, 1, 1, 2, 2, 1], 1: [1, 1, 1, 2, 2, 2]})
    found = agreement.live(question)
    assert found.headline is not None
    assert found.headline.value == pytest.approx(24 / 35, abs=1e-12)
    assert found.headline.n_items == 6
    assert found.headline.low is None
    assert "100 needed" in found.headline.reason
    assert found.figures[1].value == pytest.approx(5 / 6)
    assert found.headline.filter == {"question": str(question), "agreement": "disagree"}


def test_the_figures_move_with_each_answer_and_not_with_folding(bench: Bench) -> None:
    question = say(bench, {0: [1, 1, 1, 2, 2, 1], 1: [1, 1, 1, 2, 2, 2]})
    before = agreement.live(question)
    profiles.fold_profiles()
    assert agreement.live(question) == before
    say(bench, {2: [1, 1, 1, 2, 2, 1]})
    after = agreement.live(question)
    assert after.votes == 18
    assert after.headline is not None
    assert before.headline is not None
    assert after.headline.value != before.headline.value


def test_live_figures_equal_those_from_single_votes(cast: Cast) -> None:
    bench = bench_of(cast, items=8)
    question = say(
        bench, {0: [1, 2, 1, 2, 1, 2, 1, 2], 1: [1, 2, 2, 2, 1, 1, 1, 2], 2: [1, 1, 2, 2, 1, 2, 2, 2]}
    )
    found = agreement.live(question)
    (ratings,) = ratings_of(question).values()
    expected = nominal_alpha(ratings)
    assert found.headline is not None
    assert found.headline.value == pytest.approx(expected.value, abs=1e-12)
    assert [one.votes for one in found.classes] == [int((ratings.code == code).sum()) for code in (0, 1)]
    assert all(
        one.alpha.value == pytest.approx(expected.value) for one in found.classes
    )  # two classes: the same
    (confused,) = found.confusions
    disagreeing = (
        4 / 2
    )  # items 2, 3, 6 and 7 hold (1, 1, 2) or (1, 2, 2): two ordered pairs each way, over m - 1
    assert confused.count == pytest.approx(2 * 2 * disagreeing)
    assert confused.filter == {"question": str(question), "classes": "1,2"}
    assert {(pair.first, pair.second) for pair in found.pairs} == {
        (a, b) for a, b in product(sorted(caller.agent_id for caller in bench.callers[:3]), repeat=2) if a < b
    }
    assert len(found.labelers) == 3


def test_beyond_the_limit_pairs_are_withheld_and_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    question = say(bench, {0: [1] * 6, 1: [2] * 6})
    monkeypatch.setattr(agreement, "LIVE_PAIRS", 11)
    found = agreement.live(question)
    assert found.pairs == ()
    assert "newest report" in found.withheld["pairs"]
    assert len(agreement.live(question, complete=True).pairs) == 1


def test_beyond_the_limit_causes_are_withheld_and_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = say(bench, {0: [1] * 6, 1: [2] * 6})
    assert "causes" not in agreement.live(question).withheld
    monkeypatch.setattr(agreement, "LIVE_CAUSES", 11)
    assert "newest report" in agreement.live(question).withheld["causes"]


def test_a_question_without_votes_has_no_headline(bench: Bench) -> None:
    found = agreement.live(bench.project.questions.get().pk)
    assert found.headline is None
    assert found.votes == 0


def test_an_unknown_question_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        agreement.live(987_654)


def drawn(*edges: tuple[float, float, float, float]) -> dict[str, Any]:
    return {
        "elements": [
            {
                "id": f"e{number}",
                "class": 1,
                "part": "image",
                "geometry": dict(zip(("x0", "y0", "x1", "y1"), rect, strict=True)),
                "attributes": {},
            }
            for number, rect in enumerate(edges)
        ]
    }


def test_boxes_report_presence_f1_and_overlap_with_empty_pictures_apart(cast: Cast) -> None:
    owner = cast.manager.agent_id
    dataset = datasets.create_dataset(name="Phones", fields=[], by=owner)
    asset = Asset.objects.create(sha256="b" * 64, size=1, media_type="image/png", width=100, height=100)
    for number in range(3):
        item = Item.objects.create(dataset=dataset, external_key=f"p{number}")
        Part.objects.create(item=item, role="image", asset=asset)
    spec = {"classes": [{"code": 1, "name": "scratch"}]}
    asked = [{"key": "where", "prompt": "Where?", "label_type": "box", "spec": spec}]
    project = projects.create_project(dataset_id=dataset.pk, name="Scratches", questions=asked, by=owner)
    project.memberships.create(agent_id=cast.labeler.agent_id, role="labeler")
    opened = rounds.open_round(project.pk, name="First", places_per_task=2, by=owner)
    first, second, third = Item.objects.filter(dataset=dataset).order_by("pk").values_list("pk", flat=True)
    said = {
        # picture 1: one box alike (overlap 0.8), one box only the first drew; 2: nobody drew; 3: one of them drew
        owner: {first: drawn((0, 0, 10, 10), (50, 50, 60, 60)), second: drawn(), third: drawn((0, 0, 5, 5))},
        cast.labeler.agent_id: {first: drawn((0, 0, 10, 8)), second: drawn(), third: drawn()},
    }
    for agent_id, values in said.items():
        caller = Caller(agent_id, False, ALL_SCOPES)
        while isinstance(given := desk.claim(caller, project.pk), desk.ClaimedTask):
            body = {
                "guideline_version": opened.guideline_version_id,
                "answers": {"where": values[given.item_id]},
                "active_ms": 1,
            }
            annotations.submit(caller, given.task_id, key=f"answer-{agent_id}-{given.task_id}", body=body)
    found = agreement.live(project.questions.get().pk)
    figures = {figure.name: figure for figure in found.figures}
    assert figures["f1"].value == pytest.approx(2 / (2 + 1 + 1))  # 1 found by both, 1 + 1 by one only
    assert figures["matched_iou"].value == pytest.approx(0.8)
    assert figures["f1"].left_out == {"pairs that both drew nothing": 1}
    assert figures["one_empty"].value == 1
    (presence,) = found.classes
    assert presence.name == "scratch"
    assert presence.votes == 3
    assert presence.alpha.value == pytest.approx(1 - 5 * 2 / (2 * 3 * 3))


def rated(cast: Cast, spec: dict[str, Any], rows: list[tuple[list[int], int]]) -> int:
    """A project that asks for a level, with votes; the question."""
    asked = [{"key": "level", "prompt": "How bad?", "label_type": "rating", "spec": spec}]
    project = projects.create_project(
        dataset_id=cast.dataset.pk, name="Levels", questions=asked, by=cast.manager.agent_id
    )
    question = project.questions.get()
    for codes, n in rows:
        ProfileDelta.objects.create(question=question, facet="", codes=codes, n=n)
    return int(question.pk)


LEVELS = [{"code": code, "name": name} for code, name in ((3, "none"), (1, "light"), (2, "heavy"))]
ROWS = [([3, 3], 6), ([1, 1], 5), ([2, 2], 4), ([1, 3], 3), ([2, 3], 1)]


@pytest.mark.parametrize("scale", ["ordinal", "interval"])
def test_levels_are_measured_on_the_scale_they_are_declared_on(cast: Cast, scale: Any) -> None:
    question = rated(cast, {"classes": LEVELS, "scale": scale}, ROWS)
    found = agreement.live(question).headline
    place = {3: 1, 1: 2, 2: 3}
    in_places = profiles_of_tuples([(tuple(sorted(place[c] for c in codes)), n) for codes, n in ROWS])
    assert found is not None
    assert found.value == pytest.approx(alpha(in_places, level=scale).value, abs=1e-12)
    assert found.value != pytest.approx(nominal_alpha(in_places).value, abs=1e-3)
    assert scale in found.formula


def test_a_level_that_was_given_up_has_no_place_and_levels_count_as_classes(cast: Cast) -> None:
    question = rated(cast, {"classes": LEVELS}, [*ROWS, ([4, 4], 1)])
    found = agreement.live(question).headline
    assert found is not None
    assert "nominal" in found.formula


def test_each_field_of_a_form_has_its_own_agreement_under_its_name(cast: Cast) -> None:
    fields = [{"name": "is_paid", "kind": "yes_no"}, {"name": "note", "kind": "text"}]
    asked = [{"key": "form", "prompt": "What?", "label_type": "record", "spec": {"fields": fields}}]
    project = projects.create_project(
        dataset_id=cast.dataset.pk, name="Forms", questions=asked, by=cast.manager.agent_id
    )
    question = project.questions.get()
    for codes, n in (([0, 0], 3), ([1, 1], 2), ([0, 1], 1)):
        ProfileDelta.objects.create(question=question, facet="is_paid", codes=codes, n=n)
    found = agreement.live(question.pk)
    (field,) = found.classes
    assert (field.name, field.votes) == ("is paid", 12)
    assert field.alpha.value == pytest.approx(1 - 11 * 2 / (2 * 5 * 7))
    assert "field" in field.alpha.formula


def test_relations_have_their_own_agreement_beside_the_classes_of_their_spans(cast: Cast) -> None:
    spec = {"classes": [{"code": 1, "name": "person"}], "relations": [{"name": "knows"}]}
    asked = [{"key": "who", "prompt": "Who?", "label_type": "relation", "spec": spec}]
    project = projects.create_project(
        dataset_id=cast.dataset.pk, name="Relations", questions=asked, by=cast.manager.agent_id
    )
    question = project.questions.get()
    for facet, codes, n in (
        ("1", [1, 1], 4),
        ("knows", [1, 1], 2),
        ("knows", [0, 1], 1),
        ("knows", [0, 0], 1),
    ):
        ProfileDelta.objects.create(question=question, facet=facet, codes=codes, n=n)
    person, knows = agreement.live(question.pk).classes
    assert (person.name, person.votes, knows.name, knows.votes) == ("person", 8, "knows", 5)
    assert person.code != knows.code
    assert knows.alpha.value == pytest.approx(1 - 7 * 2 / (2 * 5 * 3))
    assert "relation" in knows.alpha.formula


def test_equally_good_is_a_class_of_its_own_among_preferences(cast: Cast) -> None:
    sides = [{"code": 1, "name": "left"}, {"code": 2, "name": "right"}]
    asked = [{"key": "better", "prompt": "Which?", "label_type": "pairwise", "spec": {"classes": sides}}]
    project = projects.create_project(
        dataset_id=cast.dataset.pk, name="Pairs", questions=asked, by=cast.manager.agent_id
    )
    question = project.questions.get()
    for codes, n in (([1, 1], 3), ([0, 2], 1)):
        ProfileDelta.objects.create(question=question, facet="", codes=codes, n=n)
    found = agreement.live(question.pk)
    assert {one.name: one.votes for one in found.classes} == {"left": 6, "right": 1, "equally good": 1}


@pytest.mark.parametrize("scale", ["ordinal", "interval"])
def test_pairs_and_labelers_are_measured_on_that_scale_too(cast: Cast, scale: Any) -> None:
    rated(cast, {"classes": LEVELS, "scale": scale}, [])
    project = Project.objects.get(name="Levels")
    add_items(cast.dataset.pk, 6)
    opened = rounds.open_round(project.pk, name="All", places_per_task=3, by=cast.manager.agent_id)
    people = [cast.labeler, cast.crowd_worker, cast.manager]
    for one in people[:2]:
        members.add_member(project.pk, one.agent_id, ProjectMembership.Role.LABELER, None, by=None)
    bench = Bench(cast, project, opened, [Caller(one.agent_id, False, ALL_SCOPES) for one in people])
    said = {0: [3, 3, 1, 1, 2, 2], 1: [3, 1, 1, 2, 2, 2], 2: [3, 3, 1, 1, 2, 3]}
    for at, codes in said.items():
        caller = bench.callers[at]
        while isinstance(given := desk.claim(caller, project.pk), desk.ClaimedTask):
            position = sorted(Item.objects.filter(dataset=cast.dataset).values_list("pk", flat=True))
            body = bench.body() | {"answers": {"level": {"level": codes[position.index(given.item_id)]}}}
            annotations.submit(caller, given.task_id, key=f"level-{at}-{given.task_id}", body=body)
    found = agreement.live(int(project.questions.get().pk))
    place = {3: 1, 1: 2, 2: 3}
    for pair in found.pairs:
        both = [
            one for one, caller in enumerate(bench.callers) if caller.agent_id in (pair.first, pair.second)
        ]
        rows = [(tuple(sorted(place[said[who][item]] for who in both)), 1) for item in range(6)]
        in_places = profiles_of_tuples(rows, classes=[1, 2, 3])
        assert pair.alpha == pytest.approx(alpha(in_places, level=scale).value, abs=1e-12)
    assert len(found.pairs) == 3
    by_agent = {one.agent: one for one in found.labelers}
    steps = [[abs(place[said[0][item]] - place[said[other][item]]) for other in (1, 2)] for item in range(6)]
    anywhere = [(place[a] - place[b]) ** 2 for a in said[0] for other in (1, 2) for b in said[other]]
    observed = sum(step**2 for pair_of in steps for step in pair_of) / 12
    first = by_agent[bench.callers[0].agent_id]
    if scale == "interval":
        assert first.corrected == pytest.approx(1 - observed / (sum(anywhere) / len(anywhere)))
    assert first.agreement == pytest.approx(sum(step == 0 for pair_of in steps for step in pair_of) / 12)
