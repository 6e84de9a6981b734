"""Two gateways that are nowhere but in batchsend.toml: the worked example of the docs, and one with every key."""

import base64

from batchsend.providers import Stop
from batchsend.runs import Status
from tests.acceptance.conftest import ROOT
from tests.providers.contract import MESSAGE, Case, Golden, Rule, Sent, Table, answer

DOCS = (ROOT / "docs" / "custom-provider.md").read_text(encoding="utf-8")
TWILIO = DOCS.partition("```toml\n")[2].partition("```")[0]
BASIC = base64.b64encode(b"AC0000fake:fake-auth-token").decode()

ACME = """
    [providers.acme]
    kind = "custom"
    about = "Acme"
    url = "https://api.acme.example/v1/send?route={route}"
    method = "put"
    headers = {Authorization = "Bearer {api_key}", Idempotency-Key = "{key}"}
    retry_503 = true

    [providers.acme.json]
    messages = [{recipients = ["{digits}"], body = "{text}", meta = {name = "{name}", country = "{region}"}}]
    dry = false
    parts = 3
    literal = "{{text}}"

    [providers.acme.answer]
    status = [200, 202]
    path = "results.0.ok"
    accepted = true
    refused = false
    reference = "results.0.id"
    error = "results.0.why"
    no_credits = ["Balance too low"]
"""

TABLES = [
    Table(
        name="twilio",
        toml=TWILIO,
        settings={"account_sid": "AC0000fake", "auth_token": "fake-auth-token", "from_number": "+14155550100"},
        secrets=("fake-auth-token", BASIC),
        account="api.twilio.com/2010-04-01/Accounts/{account_sid}/Messages.json",
        renewed={"auth_token": "renewed"},
        others=({"base_url": "http://127.0.0.1:1"},),
        accepted=answer(201, {"sid": "SM0001", "status": "queued", "error_code": None}),
        goldens=(
            Golden(
                about="a message",
                sent=(
                    Sent(
                        method="POST",
                        url="https://api.twilio.com/2010-04-01/Accounts/AC0000fake/Messages.json",
                        headers={
                            "content-type": "application/x-www-form-urlencoded",
                            "authorization": f"Basic {BASIC}",
                        },
                        body={"To": MESSAGE.to, "From": "+14155550100", "Body": MESSAGE.text},
                    ),
                ),
            ),
        ),
        cases=(
            Case(
                about="queued",
                script=(answer(201, {"sid": "SM0001", "status": "queued"}),),
                status=Status.ACCEPTED,
                reference="SM0001",
            ),
            Case(
                about="failed at once",
                script=(answer(201, {"sid": "SM0001", "status": "failed"}),),
                status=Status.REJECTED,
            ),
            Case(about="no known word", script=(answer(201, {"status": "on holiday"}),), status=Status.UNKNOWN),
            Case(about="not the status", script=(answer(200, {"status": "queued"}),), status=Status.UNKNOWN),
            Case(
                about="number refused",
                script=(answer(400, {"code": 21211, "message": "The 'To' number is not valid", "status": 400}),),
                status=Status.REJECTED,
                says="refused by the gateway: The 'To' number is not valid",
            ),
            Case(
                about="too many at once",
                script=(answer(429, {"code": 20429, "message": "Too Many Requests", "status": 429}),),
                status=Status.NOT_SENT,
                retry=True,
            ),
        ),
    ),
    Table(
        name="acme",
        toml=ACME,
        settings={"api_key": "fake-key", "route": "a b&c"},
        secrets=("fake-key",),
        account="api.acme.example/v1/send",
        renewed={"api_key": "renewed"},
        accepted=answer(202, {"results": [{"ok": True, "id": 77, "why": None}]}),
        goldens=(
            Golden(
                about="a message",
                sent=(
                    Sent(
                        method="PUT",
                        url="https://api.acme.example/v1/send?route=a%20b%26c",
                        headers={
                            "content-type": "application/json",
                            "authorization": "Bearer fake-key",
                            "idempotency-key": MESSAGE.key,
                        },
                        body={
                            "messages": [
                                {
                                    "recipients": ["40723555666"],
                                    "body": MESSAGE.text,
                                    "meta": {"name": "Ana", "country": "RO"},
                                }
                            ],
                            "dry": False,
                            "parts": 3,
                            "literal": "{text}",
                        },
                    ),
                ),
            ),
        ),
        cases=(
            Case(
                about="taken",
                script=(answer(200, {"results": [{"ok": True, "id": 77}]}),),
                status=Status.ACCEPTED,
                reference="77",
            ),
            Case(about="1 is not true", script=(answer(200, {"results": [{"ok": 1}]}),), status=Status.UNKNOWN),
            Case(about="another 2xx", script=(answer(201, {"results": [{"ok": True}]}),), status=Status.UNKNOWN),
            Case(
                about="refused in a 200",
                script=(answer(200, {"results": [{"ok": False, "why": "blocked"}]}),),
                status=Status.REJECTED,
                says="refused by the gateway: blocked",
            ),
            Case(
                about="money",
                script=(answer(200, {"results": [{"ok": False, "why": "balance too low!"}]}),),
                status=Status.NOT_SENT,
                stop=Stop.CREDITS,
            ),
            Case(
                about="unavailable, with a time",
                script=(answer(503, b"", **{"retry-after": "3"}),),
                status=Status.NOT_SENT,
                retry=True,
            ),
            Case(
                about="words that steer a terminal, and are long",
                script=(answer(400, {"results": [{"why": f"\x1b[2Jblocked\n{'x' * 1000}"}]}),),
                status=Status.REJECTED,
                says=f"refused by the gateway: [2Jblocked {'x' * 100}",
            ),
            Case(about="an empty list", script=(answer(200, {"results": []}),), status=Status.UNKNOWN),
        ),
        unlike={503: Rule(status=Status.UNKNOWN)},  # no time to come back at: still unknown
    ),
]
