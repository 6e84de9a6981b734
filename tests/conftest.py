"""Settings for all tests."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

# a test says what is right, not how fast: the machine may be busy with something else
settings.register_profile("batchsend", deadline=None)
settings.load_profile("batchsend")


@pytest.fixture(scope="session", autouse=True)
def _ledger_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the ledger of whoever runs it: its opt-outs are theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BATCHSEND_LEDGER", str(tmp_path_factory.mktemp("nobody") / "ledger.sqlite"))
        yield
