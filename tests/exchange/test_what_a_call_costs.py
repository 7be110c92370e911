"""How many SQL statements a call takes; none more for a longer list."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Http
from django.test.utils import CaptureQueriesContext

from breakwater.access.queries import teams
from breakwater.access.rules import Actor
from breakwater.exchange.clients import actions, keys, queries
from breakwater.exchange.rules import Scope
from tests.exchange.partner import new_key, public
from tests.sharing.asking import a_partner, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def headers(triage: Actor) -> dict[str, Any]:
    (team,) = teams(set(a_partner().team_ids))
    given = keys.read(json.dumps(public(new_key())))
    client = queries.by_client_id(actions.add("School records", team, given, list(Scope)))
    assert client is not None
    token = actions.take_token(client, client.scopes)
    return {"Authorization": f"Bearer {token.key}"}


def test_a_list_costs_the_same_however_long_it_is(
    triage: Actor, headers: dict[str, Any], django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(2):
        asked(triage)
        # Whose session and account, their posts, the address's refusals, the calls, the list.
        with django_assert_num_queries(5):
            assert Http().get("/api/v1/requests", headers=headers).status_code == 200


def test_who_is_nobody_costs_three(django_assert_num_queries: Callable[..., Any]) -> None:
    # The address's refusals, no such session, and one refusal more.
    with django_assert_num_queries(3):
        response = Http().get("/api/v1/requests", headers={"Authorization": "Bearer nonsense"})
    assert response.status_code == 401
    with django_assert_num_queries(0):
        assert Http().get("/api/v1/requests").status_code == 401
        assert Http().get("/api/v1/openapi.json").status_code == 200


def test_what_is_anothers_costs_the_same_as_what_is_not_there(
    triage: Actor, headers: dict[str, Any]
) -> None:
    theirs = asked(triage, a_partner("Harbour Road Surgery", person="Dr Lee")).reference
    seen = []
    for reference in (theirs, "RQ-2222-2222-2222", "nonsense"):
        with CaptureQueriesContext(connection) as done:
            response = Http().get(f"/api/v1/requests/{reference}", headers=headers)
        assert response.status_code == 404
        told = [each["sql"] for each in done.captured_queries if "SAVEPOINT" not in each["sql"]]
        # Which statements, without their values.
        seen.append([re.sub(r"'[^']*'|\d+", "", sql) for sql in told])
    assert seen[0] == seen[1] == seen[2]
