"""Shapes that every endpoint's documentation shares."""

from typing import Any

from rest_framework import serializers


class ErrorBody(serializers.Serializer[Any]):
    """The one form of a refusal."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields_ = serializers.DictField(child=serializers.CharField())

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")  # `fields` is a name that serializers keep for themselves
        return fields
