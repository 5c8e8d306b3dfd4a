"""Making a project, its overview, its rounds and its definition."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from labeling import policies
from labeling.models import Project, Question, Round
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.exams import exam_choices
from labeling.selectors.projects import is_round_of, own_progress, progress
from labeling.selectors.questions import answered_among
from labeling.selectors.resolutions import last_pass
from labeling.services import projects, rounds
from labeling.web.questions import QuestionCard, card_of, typed_card, with_earlier
from labeling.web.starters import STARTERS, starter_card
from metadata.kernel.errors import Conflict, DomainError, NotFound
from metadata.selectors.datasets import manages_something, steered_datasets
from metadata.selectors.jobs import jobs_of
from metadata.selectors.people import team_choices
from metadata.selectors.versions import versions_of
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

SHARES = ("gold_share", "repeat_share", "experts")
MOST_TEAMS = 12
KINDS = [(k.value, k.label) for k in (Round.Kind.PRODUCTION, Round.Kind.PROBE, Round.Kind.HUMAN_CHECK)]


class ProjectForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    dataset = forms.ChoiceField(label=_("Dataset"))

    def __init__(self, *args: Any, datasets: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["dataset"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = datasets


class RoundForm(PageForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=KINDS, help_text=_("A probe measures agreement on a sample, labeled blind.")
    )
    places_per_task = forms.IntegerField(
        label=_("Independent answers an item"),
        min_value=1,
        max_value=rounds.LARGEST_OVERLAP,
        initial=3,
        help_text=_("Exactly so many people answer each item. Two or more show agreement."),
    )
    ordering = forms.ChoiceField(label=_("Order"), choices=Round.Ordering.choices)
    repeats_items = forms.BooleanField(
        label=_("Also to people who met the item in another round"),
        required=False,
        help_text=_("Else nobody gets an item twice, whatever round it is in."),
    )
    repeat_share = forms.IntegerField(
        label=_("Percent asked again of the same person"),
        min_value=0,
        max_value=rounds.LARGEST_REPEAT_SHARE,
        required=False,
        initial=0,
        help_text=_("At least a day later; shows how far people agree with themselves. It takes no place."),
    )
    experts = forms.IntegerField(
        label=_("Of these, from experts"),
        min_value=0,
        max_value=rounds.LARGEST_OVERLAP,
        required=False,
        help_text=_("Only experts and managers fill them. They get first what somebody flagged or skipped."),
    )
    priority_field = forms.ChoiceField(
        label=_("First what has a higher"), required=False, help_text=_("A field of the items with numbers.")
    )
    gold_share = forms.IntegerField(
        label=_("Percent with a known answer"),
        min_value=0,
        max_value=rounds.LARGEST_GOLD_SHARE,
        required=False,
        initial=0,
        help_text=_("Mixed in without labelers noticing; their first answers show how right each person is."),
    )

    exam = forms.ChoiceField(
        label=_("Only for who passed"), required=False, help_text=_("An exam; it is asked first.")
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["exam"]
        assert isinstance(asked, forms.ChoiceField)
        exams = exam_choices(project.pk)
        asked.choices = [("", _("no exam")), *exams]
        if not exams:
            del self.fields["exam"]
        choices = self.fields["priority_field"]
        assert isinstance(choices, forms.ChoiceField)
        names = rounds.numeric_fields(project)
        choices.choices = [("", _("no priority")), *((name, name) for name in names)]
        if not names:
            del self.fields["priority_field"]
        self.teams = team_choices()[:MOST_TEAMS]
        for team, name in self.teams:
            self.fields[f"team_{team}"] = forms.IntegerField(
                label=_("Of these, from %s") % name,
                min_value=0,
                max_value=rounds.LARGEST_OVERLAP,
                required=False,
                widget=forms.NumberInput(attrs={"class": "input", "placeholder": "0"}),
            )

    def shares(self) -> list[tuple[int | None, int]]:
        """The places of each team, and what is left for anybody."""
        given = [(team, self.cleaned_data.get(f"team_{team}") or 0) for team, _name in self.teams]
        named: list[tuple[int | None, int]] = [(team, places) for team, places in given if places]
        rest = self.cleaned_data["places_per_task"] - sum(places for _team, places in named)
        rest -= self.cleaned_data.get("experts") or 0
        return [*named, (None, rest)] if named and rest > 0 else named

    def settings(self) -> dict[str, Any]:
        """What the service takes of it."""
        exam = self.cleaned_data.get("exam")
        plain = {name: value for name, value in self.cleaned_data.items() if not name.startswith("team_")}
        whole = {name: plain[name] or 0 for name in SHARES}
        return plain | whole | {"teams": self.shares(), "exam": int(exam) if exam else None}


class DetailsForm(PageForm):
    prefix = "about"
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it is about"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    state = forms.ChoiceField(label=_("State"), choices=Project.State.choices)
    visible_fields = forms.MultipleChoiceField(  # type: ignore[assignment]  # Form.visible_fields is not used here
        label=_("Item fields that labelers see"), required=False, widget=forms.CheckboxSelectMultiple
    )


def managed(request: HttpRequest, project_id: int) -> ProjectAccess:
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_manage(access), access)
    return access


@login_required
@require_http_methods(["GET", "POST"])
def project_new(request: HttpRequest) -> HttpResponse:
    caller = page_caller(request)
    policies.require(manages_something(caller))
    choices = list(steered_datasets(caller).values_list("pk", "name")[:500])
    posted = request.POST if request.method == "POST" else None
    form = ProjectForm(posted, datasets=choices, initial={"dataset": request.GET.get("dataset")})
    chosen = request.GET.get("start", "")
    card = typed_card(request.POST) if posted is not None else starter_card(chosen)
    if posted is not None and form.is_valid():
        try:
            made = projects.create_project(
                dataset_id=int(form.cleaned_data["dataset"]),
                name=form.cleaned_data["name"],
                questions=[card.as_raw()],
                by=caller.agent_id,
            )
        except DomainError as error:
            if not card.refuse(error.fields):
                form.refuse(error)
        else:
            messages.success(
                request, gettext("The project is there. Look at it as a labeler does, then open a round.")
            )
            return redirect("project", made.pk)
    starters = [(key, one) for key, one in STARTERS.items()]
    page = {"form": form, "card": card, "datasets": choices, "starters": starters, "chosen": chosen}
    return render(request, "labeling/project_new.html", page, status=422 if posted is not None else 200)


@login_required
@require_GET
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    access = project_for(page_caller(request), project_id)
    if not policies.can_see_figures(access):
        return redirect("label", project_id)
    return _overview(
        request, access, RoundForm(project=access.project, initial={"name": _suggested_name(access.project)})
    )


@login_required
@require_POST
def round_open(request: HttpRequest, project_id: int) -> HttpResponse:
    access = managed(request, project_id)
    form = RoundForm(request.POST, project=access.project)
    if form.is_valid():
        try:
            made = rounds.open_round(project_id, by=page_caller(request).agent_id, **form.settings())
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("“%s” is open: labelers get its items now.") % made.name)
            return redirect("project", project_id)
    return _overview(request, access, form, status=422)


@login_required
@require_POST
def round_change(request: HttpRequest, project_id: int, round_id: int) -> HttpResponse:
    """Pauses, reopens or closes a round, or brings new items into it."""
    managed(request, project_id)
    if not is_round_of(project_id, round_id):
        raise NotFound
    me = page_caller(request).agent_id
    action = request.POST.get("action", "")
    if action == "grow":
        added = rounds.add_new_items(round_id, by=me)
        messages.success(request, gettext("%d items were added to the round.") % added)
    else:
        rounds.set_round_state(round_id, action, by=me)
    return redirect("project", project_id)


def _overview(
    request: HttpRequest, access: ProjectAccess, form: RoundForm, *, status: int = 200
) -> HttpResponse:
    standing = progress(access.project.pk)
    own_done, own_total = own_progress(access, page_caller(request).agent_id)
    guideline = access.project.guideline_versions.order_by("-major", "-minor").first()
    open_rounds = [one for one in standing.rounds if one.state == Round.State.OPEN]
    asked = list(access.project.questions.filter(retired_at=None).values_list("pk", flat=True))
    page = {
        "access": access,
        "project": access.project,
        "standing": standing,
        "resolved": last_pass(access.project.dataset_id, asked),
        "is_frozen": versions_of(access.project.dataset_id).filter(closed_at__isnull=False).exists(),
        "jobs": jobs_of(page_caller(request)).filter(
            dataset_id=access.project.dataset_id, state__in=("queued", "running")
        )[:5],
        "round_form": form,
        "guideline": guideline,
        "may_manage": policies.can_manage(access),
        "may_resolve": policies.can_review(access),
        "may_label": policies.can_label(access),
        "own_left": min(own_total - own_done, sum(one.unfinished for one in open_rounds)),
        "open_rounds": open_rounds,
        "members": access.project.memberships.filter(ended_at=None).count(),
    }
    return render(request, "labeling/project.html", page, status=status)


def _suggested_name(project: Project) -> str:
    return gettext("Round %d") % (project.rounds.count() + 1)


@login_required
@require_http_methods(["GET", "POST"])
def project_setup(request: HttpRequest, project_id: int) -> HttpResponse:
    access = managed(request, project_id)
    asked = list(access.project.questions.filter(retired_at=None))
    action = request.POST.get("action", "")
    details = _details_form(request, access.project, action)
    cards = [card_of(question) for question in asked]
    new_card = QuestionCard()
    if request.method == "POST":
        try:
            if _saved(request, access, action, details, asked):
                return redirect("project_setup", project_id)
        except DomainError as error:
            if action == "details":
                details.refuse(error)
            else:
                new_card, cards = _refused_card(request, error, asked, cards)
    with_earlier([*cards, new_card], asked)
    answered = answered_among([question.pk for question in asked])
    for card in cards:
        card.is_answered = card.question_id in answered
    page = {
        "access": access,
        "project": access.project,
        "details": details,
        "cards": cards,
        "new_card": new_card,
        "guideline": access.project.guideline_versions.order_by("-major", "-minor").first(),
        "history": access.project.guideline_versions.order_by("-major", "-minor")[:20],
        "has_fields": bool(access.project.dataset.fields),
    }
    return render(request, "labeling/setup.html", page, status=422 if request.method == "POST" else 200)


def _details_form(request: HttpRequest, project: Project, action: str) -> DetailsForm:
    initial = {
        "name": project.name,
        "description": project.description,
        "state": project.state,
        "visible_fields": project.visible_fields,
    }
    form = DetailsForm(request.POST if action == "details" else None, initial=initial)
    shown = form.fields["visible_fields"]
    assert isinstance(shown, forms.MultipleChoiceField)
    shown.choices = [(field["name"], field["name"]) for field in project.dataset.fields]
    return form


def _asked(asked: list[Question], raw: str) -> Question:
    found = next((one for one in asked if str(one.pk) == raw), None)
    if found is None:
        raise NotFound
    return found


def _saved(
    request: HttpRequest, access: ProjectAccess, action: str, details: DetailsForm, asked: list[Question]
) -> bool:
    me = page_caller(request).agent_id
    if action == "details":
        if not details.is_valid():
            return False
        projects.update_project(access.project.pk, by=me, **details.cleaned_data)
        messages.success(request, gettext("Saved."))
        return True
    if action == "retire":
        projects.retire_question(_asked(asked, request.POST.get("question", "")).pk, by=me)
        messages.success(request, gettext("The question is no longer asked. Its answers stay."))
        return True
    if action == "add":
        projects.add_question(access.project.pk, typed_card(request.POST).as_raw(), by=me)
        messages.success(request, gettext("The question is added. The next round can ask it."))
        return True
    question = _asked(asked, request.POST.get("question", ""))
    raw = typed_card(request.POST, question=question).as_raw()
    projects.update_question(
        question.pk,
        prompt=raw["prompt"],
        spec=raw["spec"],
        required=raw["required"],
        shown_if=raw["shown_if"],
        by=me,
    )
    messages.success(request, gettext("The guideline has a new version; open rounds show it from now on."))
    return True


def _refused_card(
    request: HttpRequest, error: DomainError, asked: list[Question], cards: list[QuestionCard]
) -> tuple[QuestionCard, list[QuestionCard]]:
    """The cards again, the refused one as it was typed."""
    question = next((one for one in asked if str(one.pk) == request.POST.get("question", "")), None)
    typed = typed_card(request.POST, question=question)
    if not typed.refuse(error.fields) or not error.fields or isinstance(error, Conflict):
        messages.error(request, str(error))
    if question is None:
        return typed, cards
    return QuestionCard(), [typed if card.question_id == question.pk else card for card in cards]
