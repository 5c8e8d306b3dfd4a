"""The environment, read once."""

import pytest
from pgmq.base import PGMQConfig
from psycopg.conninfo import conninfo_to_dict

from labeling.config.env import database_address


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
