"""A vendor's statement of work done, for its lead and for managers: the page, and the same as CSV."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from labeling import policies
from labeling.interchange.csv_table import written_table
from labeling.selectors.statements import Period, statement_access, statement_of, terms_of
from labeling.services import terms
from metadata.kernel.errors import DomainError, InvalidInput
from metadata.selectors.people import names_of, team_named
from metadata.web.callers import page_caller
from metadata.web.forms import PageForm

if TYPE_CHECKING:
    from labeling.models import VendorTerms
    from labeling.selectors.statements import AcceptedBatch

COLUMNS: Final = (
    "round",
    "batch",
    "accepted_at",
    "items",
    "answers",
    "active_ms",
    "hours",
    "currency",
    "per_item",
    "per_hour",
    "amount",
)


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class PeriodForm(PageForm):
    since = day_field(_("Accepted from"), required=False)
    until = day_field(_("until"), required=False)


class TermsForm(PageForm):
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="EUR")
    per_item = forms.DecimalField(
        label=_("For an accepted item"), min_value=0, max_value=terms.HIGHEST, decimal_places=terms.PLACES
    )
    per_hour = forms.DecimalField(
        label=_("For an hour of active time"),
        min_value=0,
        max_value=terms.HIGHEST,
        decimal_places=terms.PLACES,
        initial=0,
    )
    starts_on = day_field(
        _("Holds from"),
        initial=timezone.localdate,
        help_text=_("For what is accepted from this day on. The same day once more corrects what was set."),
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def statement(request: HttpRequest, project_id: int, vendor_id: int) -> HttpResponse:
    access = statement_access(page_caller(request), project_id, vendor_id)
    may_manage = policies.can_manage(access)
    chosen = PeriodForm(request.GET)
    period = Period(**chosen.cleaned_data) if chosen.is_valid() else Period()
    form = TermsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        policies.require(may_manage, access)
        if form.is_valid() and _saved(request, project_id, vendor_id, form):
            return redirect("statement", project_id, vendor_id)
    try:
        found = statement_of(project_id, vendor_id, period)
    except InvalidInput as error:
        chosen.refuse(error)
        found = statement_of(project_id, vendor_id, Period())
    history = terms_of(project_id, vendor_id)
    authors = names_of({one.created_by_id for one in history if one.created_by_id}) if may_manage else {}
    asked = {name: request.GET[name] for name in chosen.fields if request.GET.get(name)}
    page = {
        "access": access,
        "project": access.project,
        "vendor_id": vendor_id,
        "team": team_named(vendor_id),
        "statement": found,
        "lines": [(one, *rates(one.terms)) for one in found.batches],
        "history": [(one, *rates(one), authors.get(one.created_by_id or 0, "")) for one in history],
        "chosen": chosen,
        "query": urlencode(asked),
        "form": form,
        "may_manage": may_manage,
    }
    status = 422 if form.errors or chosen.errors else 200
    return render(request, "labeling/statement.html", page, status=status)


def _saved(request: HttpRequest, project_id: int, vendor_id: int, form: TermsForm) -> bool:
    try:
        terms.set_terms(project_id, vendor_id, by=page_caller(request).agent_id, **form.cleaned_data)
    except DomainError as error:
        form.refuse(error)
        return False
    messages.success(request, gettext("The rates are noted."))
    return True


def rates(held: VendorTerms | None) -> tuple[str, str]:
    """Per item and per hour, without the noughts that the column pads them with, and with at least two decimals."""
    return ("", "") if held is None else (shortened(held.per_item), shortened(held.per_hour))


def shortened(rate: Decimal) -> str:
    whole, _point, decimals = f"{rate:.{terms.PLACES}f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


@never_cache
@login_required
@require_GET
def statement_csv(request: HttpRequest, project_id: int, vendor_id: int) -> HttpResponse:
    statement_access(page_caller(request), project_id, vendor_id)
    chosen = PeriodForm(request.GET)
    if not chosen.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in chosen.errors.items()})
    found = statement_of(project_id, vendor_id, Period(**chosen.cleaned_data))
    rows = (cells(one) for one in found.batches)
    answer = HttpResponse(written_table(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="statement-{project_id}-{vendor_id}.csv"'
    return answer


def cells(one: AcceptedBatch) -> tuple[str | int | None, ...]:
    per_item, per_hour = rates(one.terms)
    return (
        one.name,
        one.number,
        one.accepted_at.isoformat(timespec="seconds"),
        one.items,
        one.answers,
        one.active_ms,
        str(one.hours),
        one.terms.currency if one.terms else None,
        per_item or None,
        per_hour or None,
        None if one.amount is None else str(one.amount),
    )
