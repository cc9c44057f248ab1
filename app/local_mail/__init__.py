"""A mail server for trying things out: it takes every mail, delivers none, and shows what arrived."""
