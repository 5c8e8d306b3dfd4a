from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.ids import new_id, new_token, slug, token_digest


def test_ids_of_one_process_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {one.version for one in ids} == {7}


def test_threads_never_get_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_id(), range(5_000)))
    assert len(set(ids)) == len(ids)


@given(st.text())
def test_a_slug_is_lowercase_ascii_words_joined_by_single_hyphens(text: str) -> None:
    made = slug(text)
    assert made.isascii()
    assert 1 <= len(made) <= 60
    assert all(word.isalnum() and word == word.lower() for word in made.split("-"))


def test_a_token_shows_its_digest_and_never_its_secret() -> None:
    token = new_token("concord_")
    assert token.digest == token_digest(token.secret)
    assert token.secret.startswith("concord_")
    assert token.secret not in repr(token)
    assert new_token("concord_").secret != token.secret
