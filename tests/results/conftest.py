"""The installed command, for the few tests of this room that go through all of it."""

from tests.acceptance.conftest import batchsend

__all__ = ["batchsend"]
