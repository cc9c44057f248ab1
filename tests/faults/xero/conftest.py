"""Borealis and a demo ledger."""

from tests.xero_rig import firm, rig, synced

__all__ = ["firm", "rig", "synced"]
