"""A gateway that only batchsend.toml knows, from the command to a listening socket."""

import json
import tomllib

from batchsend.providers import find_kind
from batchsend.sandbox import Sandbox
from batchsend.sandbox.custom import Custom
from batchsend.settings import Settings
from tests.acceptance.conftest import Shell, results_of
from tests.acceptance.test_send import people
from tests.providers.tables.custom import TWILIO

SECRETS = {
    "BATCHSEND_TWILIO_ACCOUNT_SID": "AC0000fake",
    "BATCHSEND_TWILIO_AUTH_TOKEN": "fake-auth-token",
    "BATCHSEND_TWILIO_FROM_NUMBER": "+14155550100",
}


def test_the_example_of_the_docs_sends_to_a_gateway_that_speaks_so(batchsend: Shell) -> None:
    (batchsend.folder / "batchsend.toml").write_text(TWILIO, encoding="utf-8")
    definition = find_kind("twilio", Settings({}, tomllib.loads(TWILIO))).definition
    assert definition is not None
    listed = people(batchsend.folder / "list.csv", 20)
    with Sandbox(dialects=[Custom(definition)], trouble=["reject=0.2", "drop_after_accept=0.1"], seed=3) as gateway:
        done = batchsend(
            "send", listed, "-m", "Hi {{ name }} & co", "-p", "twilio", "-y", "--rate", "1000", "-o", "out.xlsx",
            BATCHSEND_TWILIO_BASE_URL=gateway.base_url, **SECRETS,
        )  # fmt: skip
        record = {each.to: each for each in gateway.record.accepted()}
    assert done.returncode in {1, 6}, done.stderr
    rows = results_of(batchsend.folder / "out.xlsx")
    accepted = {row["send_to"]: row for row in rows if row["send_status"] == "accepted"}
    unknown = {row["send_to"] for row in rows if row["send_status"] == "unknown"}
    assert len(rows) == 20
    assert accepted
    assert accepted.keys() <= record.keys() <= accepted.keys() | unknown
    for number, row in accepted.items():
        assert record[number].body == {"To": number, "From": "+14155550100", "Body": row["send_text"]}
        assert row["send_reference"].startswith("practice-")
    ledger = (batchsend.folder / "ledger.sqlite").read_bytes() + (batchsend.folder / "out.xlsx").read_bytes()
    for shown in (done.stdout.encode(), done.stderr.encode(), ledger):
        assert b"fake-auth-token" not in shown


def test_it_is_listed_practised_and_named_when_it_is_wrong(batchsend: Shell) -> None:
    config = batchsend.folder / "batchsend.toml"
    config.write_text(TWILIO, encoding="utf-8")
    assert "twilio       Twilio, by its Messages resource" in batchsend("providers").stdout
    assert "BATCHSEND_TWILIO_AUTH_TOKEN" in batchsend("providers", "twilio").stdout
    listed = people(batchsend.folder / "list.csv", 3)
    done = batchsend(
        "send", listed, "-m", "Hi {{ name }}", "-p", "twilio", "-y", "--sandbox", "-o", "out.xlsx", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"]["accepted"] == 3
    config.write_text(TWILIO.replace("basic_auth", "basic_outh"), encoding="utf-8")
    refused = batchsend("send", listed, "-m", "Hi", "-p", "twilio", "-y")
    assert refused.returncode == 2
    assert "batchsend.toml: [providers.twilio] basic_outh is not a key" in refused.stderr
