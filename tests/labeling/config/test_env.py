"""The environment, read once."""

import pytest
from pgmq.base import PGMQConfig
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from labeling.config.env import CONNECTING, InvalidEnvironment, database_address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://postgres@/concord?host=/run/pg",
            {"host": "/run/pg", "user": "postgres", "dbname": "concord"},
        ),
        (
            "postgresql://me:it%27s%20a%5Cb@db.example:6543/work",
            {"host": "db.example", "port": "6543", "user": "me", "password": r"it's a\b", "dbname": "work"},
        ),
    ],
)
def test_the_queue_is_reached_at_the_database_s_whole_address(url: str, expected: dict[str, str]) -> None:
    read = PGMQConfig(conn_string=database_address(url).queue_conninfo, init_extension=False)
    reached = conninfo_to_dict(read.dsn)
    assert {name: reached[name] for name in expected} == expected


def test_the_queue_connects_as_the_rest_does() -> None:
    address = database_address(
        "postgresql://me@db.example/work?sslmode=verify-full&sslrootcert=/etc/our%20ca.pem"
    )
    known = {
        option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar
    }
    assert address.options == {"sslmode": "verify-full", "sslrootcert": "/etc/our ca.pem"}
    assert address.queue_environment == {known[word]: value for word, value in address.options.items()}


def test_every_word_of_connecting_is_one_of_libpq_s() -> None:
    known = {
        option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar
    }
    assert CONNECTING.items() <= known.items()


def test_an_address_cannot_switch_off_what_the_service_relies_on() -> None:
    with pytest.raises(InvalidEnvironment, match=r"DATABASE_URL.*options"):
        database_address("postgresql://me@db.example/work?options=-c%20synchronous_commit=off")
