"""Acceptance by sampling on pages: what vendors signed off, the plan with its operating curve, the sample, the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from consistency import policies
from consistency.core.acceptance.iso2859 import LEVELS, QUALITIES
from consistency.selectors.acceptance import (
    CHANCES,
    LARGEST_GOOD,
    TABLE,
    Curve,
    Wanted,
    curve_of,
    judged_tasks,
    plan_of,
)
from consistency.services import acceptance
from labeling.selectors.access import ProjectAccess, project_for
from labeling.selectors.deliveries import DeliveryState, deliveries_of, delivery_for, way_words
from labeling.selectors.statements import vendors_in
from metadata.kernel.errors import DomainError, InvalidInput, NotFound
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

if TYPE_CHECKING:
    from labeling.models import Delivery

SHOWN: Final = 200


class PlanForm(PageForm):
    method = forms.ChoiceField(
        label=_("Plan by"),
        choices=[(TABLE, _("the table of ISO 2859-1")), (CHANCES, _("chances, exact for the batch’s size"))],
        initial=TABLE,
    )
    quality = forms.TypedChoiceField(
        label=_("Acceptable share of wrong items, percent"),
        choices=[(f"{one:g}", f"{one:g}") for one in QUALITIES],
        coerce=float,
        required=False,
        initial="2.5",
        help_text=_("By the table: a batch of this quality is accepted most of the time."),
    )
    level = forms.ChoiceField(
        label=_("Inspection level"),
        choices=[(one, one) for one in LEVELS],
        required=False,
        initial="II",
        help_text=_("By the table: II is usual; S-1 to I check less, III more."),
    )
    good = forms.FloatField(
        label=_("Good: percent wrong"), min_value=0, max_value=LARGEST_GOOD, required=False, initial=1
    )
    good_accepted = forms.FloatField(
        label=_("… accepted with a chance of, percent"),
        required=False,
        initial=95,
        min_value=0,
        max_value=100,
    )
    bad = forms.FloatField(
        label=_("Bad: percent wrong"), required=False, initial=10, min_value=0, max_value=100
    )
    bad_accepted = forms.FloatField(
        label=_("… accepted with a chance of at most, percent"),
        required=False,
        initial=10,
        min_value=0,
        max_value=100,
    )
    tolerance = forms.FloatField(
        label=_("Wrong is what is further away than"),
        min_value=0,
        max_value=0.99,
        required=False,
        initial=0,
        help_text=_(
            "0: every difference from the expert’s answer; for drawings and transcripts rather 0.2 to 0.5."
        ),
    )

    def wanted(self) -> Wanted:
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        return Wanted(**given)


def accepting(request: HttpRequest, project_id: int) -> ProjectAccess:
    access = project_for(page_caller(request), project_id)
    policies.require(policies.can_accept(access), access)
    return access


@login_required
@require_GET
def deliveries(request: HttpRequest, project_id: int) -> HttpResponse:
    access = accepting(request, project_id)
    page = {
        "access": access,
        "project": access.project,
        "deliveries": deliveries_of(project_id)[:SHOWN],
        "vendors": vendors_in(project_id),
    }
    return render(request, "consistency/deliveries.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def delivery(request: HttpRequest, project_id: int, delivery_id: int) -> HttpResponse:
    access = accepting(request, project_id)
    found = delivery_for(access, delivery_id)
    action = request.POST.get("action", "")
    typed = request.POST if action == "draw" else request.GET if "method" in request.GET else None
    form = PlanForm(typed or _initial())
    refused = ""
    curve = None
    try:
        if action == "conclude":
            _concluded(request, found)
            return redirect("delivery", project_id, delivery_id)
        if action not in ("", "draw"):
            raise NotFound
        if form.is_valid():
            curve = curve_of(found.size, form.wanted(), plan_of(found.size, form.wanted()))
            if action == "draw":
                acceptance.draw_sample(found, form.wanted(), by=page_caller(request).agent_id)
                messages.success(
                    request, gettext("The sample is drawn: experts get its items when they label.")
                )
                return redirect("delivery", project_id, delivery_id)
    except NotFound:
        raise
    except DomainError as error:
        if isinstance(error, InvalidInput) and set(error.fields) <= set(form.fields):
            form.refuse(error)
        else:
            refused = " ".join(error.fields.values()) or error.message
    return _page(request, access, found, form, curve, refused)


def _initial() -> dict[str, Any]:
    return {name: field.initial for name, field in PlanForm.base_fields.items()}


def _concluded(request: HttpRequest, found: Delivery) -> None:
    done = acceptance.conclude(found, reason=request.POST.get("reason", ""), by=page_caller(request).agent_id)
    if done.state == DeliveryState.CHECKING:
        messages.warning(
            request,
            gettext("Archived items of the sample were replaced: experts get the others when they label."),
        )
    elif done.state == DeliveryState.ACCEPTED:
        messages.success(request, gettext("The batch is accepted."))
    else:
        messages.success(request, gettext("The batch is returned: the vendor has its items again."))


def _page(
    request: HttpRequest,
    access: ProjectAccess,
    found: Delivery,
    form: PlanForm,
    curve: Curve | None,
    refused: str,
) -> HttpResponse:
    sample = judged_tasks(found) if found.state == DeliveryState.CHECKING else []
    if found.state != DeliveryState.SIGNED:
        wanted = Wanted(**found.plan)
        curve = curve_of(found.size, wanted, plan_of(found.size, wanted))
    labeled = sum(one.is_wrong is not None for one in sample)
    gone = sum(one.is_gone for one in sample)
    wrong = [one for one in sample if one.is_wrong]
    recorded = found.tasks.filter(is_wrong=True).select_related("task").order_by("task_id")
    rows = (
        [(one.task_id, one.item_id, one.differences) for one in wrong]
        if sample
        else [(one.task_id, one.task.item_id, one.differences) for one in recorded[:SHOWN]]
    )
    page = {
        "access": access,
        "project": access.project,
        "delivery": found,
        "form": form,
        "curve": curve,
        "plot": plotted(curve) if curve else None,
        "refused": refused,
        "labeled": labeled,
        "wrong": len(wrong),
        "rows": [(task, item, [way_words(one) for one in ways]) for task, item, ways in rows],
        "gone": gone,
        "may_conclude": bool(sample) and labeled == len(sample),
        "may_replace": gone > 0 and labeled + gone == len(sample),
        "would_accept": found.tolerated is not None and len(wrong) <= found.tolerated,
        "summary": _summary(curve) if curve else "",
    }
    status = 409 if refused else 422 if request.method == "POST" else 200
    return render(request, "consistency/delivery.html", page, status=status)


def _summary(curve: Curve) -> str:
    size, most = curve.plan.size, curve.plan.tolerated
    words = ngettext("Check %(size)d item.", "Check %(size)d items.", size) % {"size": size}
    accept = ngettext(
        "Accept the batch if at most %(most)d is wrong.",
        "Accept the batch if at most %(most)d are wrong.",
        most,
    ) % {"most": most}
    return f"{words} {accept}"


def plotted(curve: Curve) -> dict[str, Any]:
    """The operating curve in percent of the plot, its marks and the words beside its axes."""

    def x(share: float) -> float:
        return 100 * share / curve.widest

    return {
        "line": " ".join(f"{x(share):.2f},{100 - 100 * height:.2f}" for share, height in curve.points),
        "marks": [
            {
                "x": f"{x(share):.2f}%",
                "y": f"{100 - 100 * height:.2f}%",
                "share": share,
                "chance": 100 * height,
            }
            for share, height in curve.marks
        ],
        "ticks_y": [(f"{100 - at}%", at) for at in (0, 25, 50, 75, 100)],
        "ticks_x": [
            (f"{100 * at / curve.steps:.4g}%", curve.widest * at / curve.steps)
            for at in range(curve.steps + 1)
        ],
        "table": [
            (share, 100 * height)
            for share, height in curve.points[:: (len(curve.points) - 1) // (2 * curve.steps)]
        ],
    }
