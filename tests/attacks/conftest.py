"""Attackers use the same application over HTTP as everybody else."""

from tests.web.conftest import application, borealis, client, htmx, meridian, sign_in, with_password

__all__ = ["application", "borealis", "client", "htmx", "meridian", "sign_in", "with_password"]
