"""The demo ledger: a Xero-shaped server with books of its own, generated or loaded from a file.

It imports nothing of its neighbours: it could be lifted out and would still serve any Xero client.
"""
