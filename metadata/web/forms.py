"""What every form of a page has: the look, and a domain error shown at the field it names."""

from typing import Any

from django import forms

from metadata.kernel.errors import DomainError

PLAIN = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.HiddenInput)


class PageForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, PLAIN):
                field.widget.attrs.setdefault("class", "input")

    def refuse(self, error: DomainError) -> None:
        """Shows the error where it belongs: at the fields it names, else above the form."""
        placed = False
        for name, reason in error.fields.items():
            if name in self.fields:
                self.add_error(name, reason)
                placed = True
        if not placed:
            named = " ".join(f"{name}: {reason}." for name, reason in error.fields.items())
            self.add_error(None, f"{error.message} {named}".strip())
