"""Shapes that every endpoint's documentation shares."""

from typing import Any, Final

from rest_framework import serializers


class WithFields(serializers.Serializer[Any]):
    # For a member called `fields`, a name that serializers keep for themselves: declare `fields_`. No docstring, since
    # every shape made from this one would show it in the API's description.

    def get_fields(self) -> dict[str, Any]:
        declared = super().get_fields()
        return {name.removesuffix("_"): shape for name, shape in declared.items()}


class ErrorBody(WithFields):
    """The one form of a refusal."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields_ = serializers.DictField(child=serializers.CharField())


class JobStarted(serializers.Serializer[Any]):
    """Work that goes on in the background: ask `/api/v1/jobs/{job}/`."""

    job = serializers.UUIDField()


READ_ERRORS: Final = dict.fromkeys((400, 401, 403, 404, 422, 429), ErrorBody)
WRITE_ERRORS: Final = dict.fromkeys((400, 401, 403, 404, 409, 415, 422, 429), ErrorBody)


def page_shape(name: str, rows: type[serializers.BaseSerializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of one page of `rows`."""
    members = {"results": rows(many=True), "next": serializers.CharField(allow_null=True)}
    return type(name, (serializers.Serializer,), members)


def checked(shape: type[serializers.BaseSerializer[Any]], data: object) -> dict[str, Any]:
    """The body's members by its shape; a body that is no object is refused like any other mistake."""
    filled = shape(data=data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)
