"""Borealis and a demo ledger."""

import pytest

pytest.register_assert_rewrite("tests.faults.xero.histories", "tests.faults.xero.our_histories")

from tests.xero_rig import firm, rig, synced  # noqa: E402  what it imports is to explain its failures

__all__ = ["firm", "rig", "synced"]
