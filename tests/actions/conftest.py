"""The Intercom sandbox of the vendor's own tests, with every exchange checked against the published file."""

from tests.vendors.intercom.conftest import intercom, served, stage

__all__ = ["intercom", "served", "stage"]
