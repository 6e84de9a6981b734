"""What only Robo-SMS has. The rest is its table, held to by test_contract."""

import pytest

from batchsend.errors import UsageError
from batchsend.providers import build_provider
from batchsend.settings import Settings


def test_a_scheme_that_is_none_is_refused_before_anything_is_sent() -> None:
    environment = {"BATCHSEND_ROBO_SMS_TOKEN": "fake-token", "BATCHSEND_ROBO_SMS_SCHEME": "Bearer"}
    with pytest.raises(UsageError, match="scheme = 'Bearer'") as refused:
        build_provider("robo-sms", Settings(environment, {}))
    assert "Basic, Token" in refused.value.hint
