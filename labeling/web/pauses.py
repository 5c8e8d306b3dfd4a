"""Pauses on pages: why somebody gets no tasks and what they say to it, and for who steers the rules and the log."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labeling.errors import AlreadyAppealed, PauseDecided, RuleThere
from labeling.models import Pause, PauseRule
from labeling.selectors.access import project_for
from labeling.selectors.pauses import own_pauses, pauses_of, rules_of
from labeling.services import pauses
from labeling.web.projects import managed
from metadata.kernel.errors import DomainError, InvalidInput, NotFound
from metadata.kernel.numbers import whole_number
from metadata.selectors.people import names_of
from metadata.web.callers import is_worker_from_elsewhere, page_caller
from metadata.web.forms import PageForm

SHOWN = 200


class RuleForm(PageForm):
    kind = forms.ChoiceField(
        label=_("Looks at"),
        choices=[("gold", _("right answers where one is known")), ("speed", _("time an answer takes"))],
    )
    least = forms.IntegerField(
        label=_("Pauses below"),
        min_value=1,
        max_value=pauses.LONGEST_MS,
        initial=70,
        help_text=_("Percent right; or milliseconds, the median active time."),
    )
    last = forms.IntegerField(
        label=_("Over the last … answers"),
        min_value=pauses.SHORTEST_LAST,
        max_value=pauses.LONGEST_LAST,
        initial=10,
    )


def why_paused(pause: Pause) -> str:
    """The reason with its figures, as whom it stops and who decides read it."""
    figures = pause.figures
    if pause.kind == Pause.Kind.GOLD:
        return gettext(
            "%(right)d of the last %(answers)d answers that could be checked were right; %(least)d%% are asked for."
        ) % {name: figures.get(name, 0) for name in ("right", "answers", "least")}
    if pause.kind == Pause.Kind.SPEED:
        return gettext(
            "The last %(answers)d answers took %(seconds).1f seconds each; fewer than %(least).1f are hard to believe."
        ) % {
            "answers": figures.get("answers", 0),
            "seconds": figures.get("ms", 0) / 1000,
            "least": figures.get("least", 0) / 1000,
        }
    return pause.words


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def paused(request: HttpRequest, project_id: int) -> HttpResponse:
    """Why somebody gets no tasks here, what they may say to it once, and what was decided."""
    caller = page_caller(request)
    access = project_for(caller, project_id)
    pause = own_pauses(caller.agent_id, project_id).first()
    refused = ""
    if request.method == "POST":
        try:
            pauses.appeal(
                caller.agent_id,
                whole_number(request.POST.get("pause"), "pause") or 0,
                request.POST.get("appeal", ""),
            )
        except (AlreadyAppealed, PauseDecided, InvalidInput) as error:
            refused = _told(error)
        else:
            messages.success(request, gettext("What you wrote is with the people who decide."))
            return redirect("paused", project_id)
    page = {
        "project": access.project,
        "pause": pause,
        "why": why_paused(pause) if pause else "",
        "refused": refused,
        "is_crowd": is_worker_from_elsewhere(request),
        "longest": pauses.APPEAL_LENGTH,
    }
    return render(request, "labeling/paused.html", page, status=422 if refused else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def pause_log(request: HttpRequest, project_id: int) -> HttpResponse:
    access = managed(request, project_id)
    action = request.POST.get("action", "")
    form = RuleForm(request.POST if action == "rule" else None)
    refused = ""
    if request.method == "POST":
        try:
            if _changed(request, project_id, action, form):
                return redirect("pause_log", project_id)
        except (InvalidInput, RuleThere, PauseDecided) as error:
            if action == "rule" and isinstance(error, InvalidInput):
                form.refuse(error)
            else:
                refused = _told(error)
    log = list(pauses_of(project_id)[:SHOWN])
    names = names_of(
        {one for row in log for one in (row.agent_id, row.decided_by_id, row.opened_by_id) if one}
    )
    page = {
        "access": access,
        "project": access.project,
        "rules": [(one, rule_words(one)) for one in rules_of(project_id)],
        "form": form,
        "refused": refused,
        "rows": [
            (
                row,
                names.get(row.agent_id, str(row.agent_id)),
                why_paused(row),
                names.get(row.decided_by_id or 0, ""),
            )
            for row in log
        ],
        "is_cut": len(log) == SHOWN,
    }
    return render(request, "labeling/pause_log.html", page, status=422 if refused or form.errors else 200)


def _changed(request: HttpRequest, project_id: int, action: str, form: RuleForm) -> bool:
    """Does what was asked for; False if the form could not be read."""
    me = page_caller(request).agent_id
    if action == "rule":
        if form.is_valid():
            pauses.add_rule(project_id, **form.cleaned_data, by=me)
        return form.is_valid()
    if action == "end":
        rule = rules_of(project_id).filter(pk=whole_number(request.POST.get("rule"), "rule") or 0).first()
        if rule is None:
            raise NotFound
        pauses.end_rule(rule.pk, by=me)
    elif action in pauses.DECISIONS:
        found = pauses_of(project_id).filter(pk=whole_number(request.POST.get("pause"), "pause") or 0).first()
        if found is None:
            raise NotFound
        pauses.decide(found.pk, action, request.POST.get("reason", ""), by=me)
    else:
        raise NotFound
    return True


def _told(error: DomainError) -> str:
    return " ".join(error.fields.values()) or error.message


def rule_words(rule: PauseRule) -> str:
    """What a rule asks for, in a sentence."""
    if rule.kind == PauseRule.Kind.GOLD:
        words = gettext("Under %(least)d%% right over the last %(last)d answers that can be checked")
        return words % {"least": rule.least, "last": rule.last}
    words = gettext("Under %(least).1f seconds each over the last %(last)d answers")
    return words % {"least": rule.least / 1000, "last": rule.last}
