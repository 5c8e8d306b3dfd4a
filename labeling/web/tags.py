"""Template tags of pages about a project; registered as built-ins in the settings."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from labeling import policies
from labeling.selectors.access import ProjectAccess
from labeling.services.exports import FORMATS
from labeling.web.bundles import LABEL, modules_for

register = template.Library()


@register.inclusion_tag("parts/side_project.html", takes_context=True)
def project_side(context: template.RequestContext, access: ProjectAccess) -> dict[str, Any]:
    """The list of a project's places that this caller may open."""
    return {
        "request": context["request"],
        "project": access.project,
        "may_label": policies.can_label(access),
        "may_manage": policies.can_manage(access),
        "leads": policies.can_lead(access) and access.team_id is not None,
        "sees_figures": policies.can_see_figures(access),
    }


@register.simple_tag
def desk_modules(questions: Sequence[Mapping[str, Any]], page: str = LABEL) -> list[str]:
    """Addresses of the modules that a label page with these questions needs, or another page of the same editors."""
    names = modules_for((one["label_type"] for one in questions), page)
    return [static(f"labeling/build/{name}") for name in names]


@register.simple_tag
def page_texts() -> SafeString:
    """Every text of the editors: hundreds, and always the same for one language."""
    return _texts_in(get_language())


@cache
def _texts_in(language: str | None) -> SafeString:
    with override(language):
        return render_to_string("labeling/label_texts.html")


@register.simple_tag
def export_formats() -> list[tuple[str, str]]:
    """The formats a version can be exported in, with their names for people."""
    words = {
        "jsonl": _("JSONL, everything"),
        "csv": _("CSV, accepted answers"),
        "votes_csv": _("CSV, every vote in a line"),
        "rttm": _("RTTM, stretches of sounds"),
        "coco": _("COCO, boxes and points on pictures"),
    }
    return [(name, words.get(name, name)) for name in FORMATS]
