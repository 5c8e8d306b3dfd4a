"""Signing in and out by the page."""

import pytest
from django.test import Client

from metadata.services import accounts

PASSWORD = "a horse in the rain"


@pytest.fixture
def mara(db: None) -> str:
    accounts.create_identity("mara@example.org", "Mara Ilic", password=PASSWORD)
    return "mara@example.org"


def test_the_right_password_leads_to_the_page_that_was_asked_for(mara: str) -> None:
    client = Client()
    asked = client.get("/account/")
    assert asked["Location"] == "/sign-in/?next=/account/"
    answer = client.post("/sign-in/", {"email": mara, "password": PASSWORD, "next": "/account/"})
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200


def test_another_site_is_never_where_one_is_sent(mara: str) -> None:
    answer = Client().post(
        "/sign-in/", {"email": mara, "password": PASSWORD, "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


def test_a_wrong_password_keeps_the_address_that_was_typed(mara: str) -> None:
    answer = Client().post("/sign-in/", {"email": mara, "password": "wrong"})
    assert answer.status_code == 422
    assert b"Email and password do not match." in answer.content
    assert mara.encode() in answer.content


def test_after_ten_wrong_passwords_the_right_one_has_to_wait(mara: str) -> None:
    for _ in range(10):
        Client().post("/sign-in/", {"email": mara, "password": "wrong"})
    answer = Client().post("/sign-in/", {"email": mara, "password": PASSWORD})
    assert answer.status_code == 422
    assert b"Too many tries" in answer.content


def test_somebody_shut_out_cannot_sign_in(mara: str) -> None:
    from metadata.models import Identity

    accounts.deactivate(Identity.objects.get(email=mara))
    assert Client().post("/sign-in/", {"email": mara, "password": PASSWORD}).status_code == 422


def test_a_get_does_not_sign_out(mara: str) -> None:
    client = Client()
    client.post("/sign-in/", {"email": mara, "password": PASSWORD})
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/account/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/account/").status_code == 302


def test_a_page_that_is_not_there_says_so_in_words(db: None) -> None:
    answer = Client().get("/no/such/page/")
    assert answer.status_code == 404
    assert b"There is no such page, or it is not yours to see." in answer.content
