"""Template tags every page may use; registered as built-ins in the settings."""

import json
from typing import Any
from urllib.parse import urlencode

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite; always beside words, so hidden from screen readers."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>',
        extra,
        static("labeling/icons.svg"),
        name,
    )


@register.filter
def initials(name: object) -> str:
    """Two letters that stand for a person in the bar.

    >>> initials("Mara Ilic"), initials("mara@northline.example")
    ('MI', 'M')
    """
    words = str(name).split("@")[0].split()
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter
def lookup(mapping: Any, key: object) -> Any:
    """A value of a mapping by a key that is not known to the template."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.simple_tag(takes_context=True)
def query(context: template.RequestContext, **changes: object) -> str:
    """This page's address with some parameters changed; an empty value drops one. Paging starts anew."""
    kept = context["request"].GET.copy()
    kept.pop("cursor", None)
    for name, value in changes.items():
        if value in (None, ""):
            kept.pop(name, None)
        else:
            kept[name] = str(value)
    return f"?{kept.urlencode()}"


@register.filter
def as_query(mapping: dict[str, object]) -> str:
    """A filter as the end of an address."""
    return urlencode({key: value for key, value in mapping.items() if value not in (None, "")})


@register.filter
def as_json(value: str) -> str:
    """A text as a JSON string, for an attribute; Django escapes it there."""
    return json.dumps(value)
