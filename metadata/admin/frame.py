"""What every table of the console shares: read-only unless a service takes the change, bounded in what it reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from metadata.kernel.errors import DomainError, InvalidInput, NotFound
from metadata.kernel.numbers import LARGEST_ID
from metadata.models import Identity

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    ModelAdmin: TypeAlias = admin.ModelAdmin[Any]
    AnyPaginator: TypeAlias = Paginator[Any]
else:
    ModelAdmin = admin.ModelAdmin
    AnyPaginator = Paginator

COUNTED: Final = 10_000
AT_ONCE: Final = 1_000
FILTER_SUFFIXES: Final = ("", "__exact", "__isempty", "__isnull", "__gte", "__lt", "__id__exact")


class BoundedPaginator(AnyPaginator):
    """Counts no further than 10,000 rows and skips over no more, so that a page costs the same at any size."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: COUNTED + 1].count())

    @property
    def is_cut(self) -> bool:
        return self.count > COUNTED

    @property
    def reach(self) -> int:
        return COUNTED

    @cached_property
    def num_pages(self) -> int:
        return max(1, -(-min(self.count, COUNTED) // self.per_page))


class ConsoleAdmin(ModelAdmin):
    """A table of the console. Rows are read-only, since a write that no service makes has no event and no audit entry;
    `editable` and `addable` name what a service takes, in `store`. Nothing is ever deleted here.

    `hidden` fields are secrets or bytes and stand on no page; filters and orders are only those a table declares.
    """

    hidden: ClassVar[tuple[str, ...]] = ()
    editable: ClassVar[tuple[str, ...]] = ()
    addable: ClassVar[tuple[str, ...]] = ()
    search_ids: ClassVar[tuple[str, ...]] = ("id",)  # found by an exact number, through their index
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    ordering = ("-pk",)
    sortable_by: ClassVar[tuple[str, ...]] = ("id",)
    view_on_site = False
    actions_selection_counter = True

    def agent_id(self, request: HttpRequest) -> int:
        assert isinstance(request.user, Identity)
        return request.user.agent_id

    # --- What may be done ---------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.addable)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        """Calls the service that makes or changes a row; gives back the row."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in (self.editable if change else self.addable)}
        obj.pk = self.store(obj, values, is_new=not change, by=self.agent_id(request)).pk

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:  # the transaction around the form was rolled back
            messages.error(request, str(error))
            return redirect(request.get_full_path())

    # The audit log is the history, written by the services; Django's own would keep names that erasure must reach.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise NotFound
        log = reverse("admin:metadata_auditentry_changelist")
        return redirect(f"{log}?{urlencode({'q': self.audit_words(row)})}")

    def audit_words(self, row: Any) -> str:
        """What the audit log calls a row of this table, as a search."""
        return f'"{self.opts.verbose_name} {row.pk}"'

    # --- What is shown ------------------------------------------------------------------------------------------------

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.addable
        plain = [field.name for field in self.opts.concrete_fields if field.name not in self.hidden]
        return [*plain, *(field.name for field in self.opts.many_to_many if field.name not in self.hidden)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = self.addable if obj is None else self.editable
        return [name for name in self.get_fields(request, obj) if name not in given]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Django allows any field of the table itself, so that a digest could be guessed letter by letter."""
        declared = [entry[0] if isinstance(entry, tuple) else entry for entry in self.list_filter]
        return any(lookup == f"{name}{suffix}" for name in declared for suffix in FILTER_SUFFIXES)

    def get_search_fields(self, request: HttpRequest) -> Any:
        return self.search_fields or self.search_ids  # a table that is found by number alone has its box, too

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Words in the declared fields, or a number that is one of `search_ids`."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found, is_double = queryset.none(), False
        if self.search_fields:
            found, is_double = super().get_search_results(request, queryset, term)
        if term.isdecimal() and int(term) <= LARGEST_ID and self.search_ids:
            by_number = models.Q.create(
                [(name, int(term)) for name in self.search_ids], connector=models.Q.OR
            )
            if not self.search_fields:
                return queryset.filter(by_number), False
            found = queryset.filter(models.Q(pk__in=found.order_by().values("pk")) | by_number)
        return found, is_double

    # --- Actions ------------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                self.opts.pk.to_python(chosen)
            except ValidationError:
                raise InvalidInput from None
        return super().changelist_view(request, extra_context)

    def asked(
        self, request: HttpRequest, name: str, label: StrPromise, rows: Sequence[models.Model]
    ) -> HttpResponse:
        """The page that asks before an action is carried out."""
        page = {
            **self.admin_site.each_context(request),
            "title": label,
            "opts": self.opts,
            "action": name,
            "rows": rows,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/confirm_action.html", page)


Action: TypeAlias = Callable[[ConsoleAdmin, HttpRequest, "models.QuerySet[Any]"], "HttpResponse | None"]


def bulk_action(name: str, label: StrPromise, do: Callable[[Sequence[Any], int], object]) -> Action:
    """An action on the chosen rows by a service that takes many; asked about on a page of its own first."""

    def act(table: ConsoleAdmin, request: HttpRequest, chosen: models.QuerySet[Any]) -> HttpResponse | None:
        rows = list(chosen[: AT_ONCE + 1])
        if len(rows) > AT_ONCE:
            messages.error(request, gettext("At most %d rows at once; nothing was changed.") % AT_ONCE)
            return None
        if "confirmed" not in request.POST:
            return table.asked(request, name, label, rows)
        refused = do(rows, table.agent_id(request))
        problems: list[str] = refused if isinstance(refused, list) else []
        for problem in problems:
            messages.error(request, problem)
        if done := len(rows) - len(problems):
            words = ngettext("%(what)s: %(n)d row.", "%(what)s: %(n)d rows.", done)
            messages.success(request, words % {"what": label, "n": done})
        return None

    act.__name__ = name
    act.short_description = label  # type: ignore[attr-defined]  # how Django names an action
    return act


def row_action(name: str, label: StrPromise, do: Callable[[Any, int], object]) -> Action:
    """An action that calls a service once a row: what it refuses is named, the rest is done."""

    def each(rows: Sequence[Any], by: int) -> list[str]:
        refused = []
        for row in rows:
            try:
                do(row, by)
            except DomainError as error:
                refused.append(f"{row}: {error}")
        return refused

    return bulk_action(name, label, each)


def who(path: str, title: StrPromise) -> Callable[[models.Model], str]:
    """A column with the name of an agent; select `path__identity` along."""

    @admin.display(description=title)
    def column(row: models.Model) -> str:
        agent: Any = row
        for name in filter(None, path.split("__")):
            agent = getattr(agent, name, None)
        return str(getattr(agent, "identity", None) or agent or "–")

    return column
