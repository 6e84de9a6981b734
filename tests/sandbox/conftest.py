"""A running practice gateway and a client for it."""

from collections.abc import Iterator

import httpx
import pytest

from batchsend.sandbox import Sandbox

from .wire import client_of


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(slow_seconds=0.05) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with client_of(sandbox) as one:
        yield one
