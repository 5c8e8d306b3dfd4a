import pytest

from metadata.kernel.errors import Conflict, DomainError, InvalidInput, NotFound, PermissionRefused


class SeatTaken(Conflict):
    """The seat went to somebody else."""

    code = "seat_taken"


def test_the_docstring_is_the_message_unless_one_is_given() -> None:
    assert SeatTaken().message == "The seat went to somebody else."
    assert SeatTaken("Seat 3 is gone.").message == "Seat 3 is gone."


def test_the_body_names_code_message_and_fields() -> None:
    error = SeatTaken("Gone.", fields={"seat": "taken"})
    assert error.body() == {"code": "seat_taken", "message": "Gone.", "fields": {"seat": "taken"}}
    assert error.status == 409
    assert "seat: taken" in str(error)


@pytest.mark.parametrize(
    ("kind", "status"),
    [(DomainError, 400), (NotFound, 404), (PermissionRefused, 403), (Conflict, 409), (InvalidInput, 422)],
)
def test_each_family_has_its_status_and_a_message_for_people(kind: type[DomainError], status: int) -> None:
    assert kind.status == status
    assert kind().message.endswith(".")
