"""The page of known answers: who is how right about them, and where they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from consistency.selectors.gold import GoldScore, gold_scores_of, self_agreement_of
from consistency.web.agreement import chosen_question, seen_project
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.selectors.gold import gold_of, rulings_to_take_over
from labeling.services import gold
from metadata.kernel.errors import DomainError, NotFound
from metadata.kernel.numbers import whole_number
from metadata.selectors.people import names_of
from metadata.web.callers import page_caller
from metadata.web.charts import Strip
from metadata.web.forms import PageForm

if TYPE_CHECKING:
    from labeling.models import GoldAnswer, Question

SHOWN = 100


@dataclass(frozen=True)
class ScoreRow:
    name: str
    score: GoldScore
    strip: Strip


@dataclass(frozen=True)
class KnownRow:
    gold: GoldAnswer
    words: list[str]


class GoldForm(PageForm):
    file = forms.FileField(
        label=_("File of known answers"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt"}),
        help_text=_("CSV with the columns item and answer: a class by its name, other answers as JSON."),
    )


@login_required
@require_http_methods(["GET", "POST"])
def gold_answers(request: HttpRequest, project_id: int) -> HttpResponse:
    access, questions = seen_project(request, project_id)
    question = chosen_question(questions, request.POST.get("question") or request.GET.get("question"))
    action = request.POST.get("action", "")
    form = GoldForm(*((request.POST, request.FILES) if action == "file" else ()))
    refused: dict[str, str] = {}
    if request.method == "POST" and question is not None:
        try:
            done = _done(request, action, question, form)
        except DomainError as error:
            if action != "file":
                raise
            form.refuse(error)
        else:
            refused = done.refused if done else {}
            if done is not None and not refused:
                return redirect(f"{reverse('gold', args=[project_id])}?question={question.pk}")
    page: dict[str, Any] = {
        "access": access,
        "project": access.project,
        "questions": questions,
        "question": question,
        "form": form,
        "refused": refused,
    }
    if question is not None:
        measured, repeated = gold_scores_of(question.pk), self_agreement_of(question.pk)
        names = names_of({one.agent for one in (*measured.scores, *repeated.scores)})
        page["measured"], page["repeated"] = measured, repeated
        page["repeated_rows"] = _rows(repeated.scores, names)
        page["rows"] = _rows(measured.scores, names)
        known = gold_of(question.pk).select_related("item")[:SHOWN]
        page["known"] = [KnownRow(one, _words(one.value, question)) for one in known]
        page["known_count"] = gold_of(question.pk).count()
        page["settled"] = rulings_to_take_over(question.pk)
    is_refused = request.method == "POST"
    return render(request, "consistency/gold.html", page, status=422 if is_refused else 200)


def _rows(scores: Sequence[GoldScore], names: Mapping[int, str]) -> list[ScoreRow]:
    return [
        ScoreRow(
            names.get(one.agent, str(one.agent)),
            one,
            Strip(one.share, one.low, one.high, None, not one.enough),
        )
        for one in scores
    ]


def _words(value: Any, question: Question) -> list[str]:
    """The classes that an answer counts for; where it counts for none, the answer as it is stored."""
    names = {entry["code"]: entry["name"] for entry in question.spec.get("classes", [])}
    kind = label_type(question.label_type)
    spec = kind.check_spec(question.spec)
    try:
        votes = list(kind.votes(kind.parse(value, spec, {"parts": {}}), spec))
    except InvalidValue:
        votes = []
    codes = [
        int(vote.facet) if vote.facet.isdecimal() else vote.code
        for vote in votes
        if not vote.facet or vote.code
    ]
    return [str(names[code]) for code in codes if code in names] or [
        json.dumps(value, ensure_ascii=False)[:200]
    ]


def _done(request: HttpRequest, action: str, question: Question, form: GoldForm) -> gold.GoldSet | None:
    """What the posted form asks for; None if it could not be read."""
    me = page_caller(request).agent_id
    if action == "rulings":
        done = gold.take_over_rulings(question.pk, by=me)
    elif action == "end":
        known = gold_of(question.pk).filter(pk=whole_number(request.POST.get("gold"), "gold") or 0).first()
        if known is None:
            raise NotFound
        gold.end_gold(known.pk, by=me)
        messages.success(request, gettext("The answer is no longer held to be known."))
        return gold.GoldSet()
    elif form.is_valid():
        done = gold.bring_gold(question.pk, form.cleaned_data["file"].chunks(), by=me)
    else:
        return None
    words = ngettext("%d answer is known now.", "%d answers are known now.", done.known) % done.known
    if done.known or not done.refused:
        messages.success(request, words)
    return done
