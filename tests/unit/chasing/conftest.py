"""A planner test tells its facts in its docstring; these fixtures read them."""

import inspect

import pytest
from hypothesis import HealthCheck, settings

from app.chasing.planner import Plan
from tests.unit.chasing.scenarios import Scenario

settings.register_profile(
    "modest",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("modest")


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return Scenario(inspect.getdoc(request.function) or "")


@pytest.fixture
def planned(scenario: Scenario) -> Plan:
    return scenario.plan()
