"""Tiledesk, and Smartify, which is one; github.com/Tiledesk/tiledesk-server at b70caa42 (2.19.16).

Most of what it answers has to be settled by reading back: tests/providers/test_tiledesk.py.
"""

from collections.abc import Mapping
from typing import Any

from batchsend.providers import HttpResponse, Stop
from batchsend.runs import Status
from batchsend.sandbox import Trouble
from tests.providers.contract import MESSAGE, NOTHING, Case, Golden, Rule, Sent, Table, answer, trial

PROJECT = "5e71139f61dd040bc9594cee"
TOKEN = "JWT fake.token.one"
SIGNED_IN = answer(200, {"success": True, "token": TOKEN, "user": {"_id": "g1", "firstname": "x"}})
STORED = answer(200, {"_id": "65f0aa", "text": MESSAGE.text, "attributes": {"client_ref": MESSAGE.key}})
UNAUTHORIZED = HttpResponse(401, {"www-authenticate": 'Basic realm="Users"'}, b"Unauthorized")
PLAIN = "support-group-01234567-89ab-cdef-0123-456789abcdef"
NOBODYS = "support-group-00000000-0000-4000-8000-000000000000"
SMS = f"support-group-{PROJECT}-01234567-sms-twilio-40723555666-14155550100"
JSON = {"content-type": "application/json"}


def table(name: str, base: str) -> Table:
    sign_in = Sent(
        method="POST",
        url=f"{base}/auth/signinAnonymously",
        headers=JSON,
        body={"id_project": PROJECT, "firstname": "batchsend"},
    )

    def sent(conversation: str, more: Mapping[str, Any] = NOTHING) -> Sent:
        return Sent(
            method="POST",
            url=f"{base}/{PROJECT}/requests/{conversation}/messages",
            headers=JSON | {"authorization": TOKEN},
            body={
                "text": MESSAGE.text,
                "senderFullname": "Ana",
                "attributes": {"client_ref": MESSAGE.key, "client_to": MESSAGE.to},
                **more,
            },
        )

    def read(conversation: str) -> Sent:
        url = f"{base}/{PROJECT}/requests/{conversation}/messages"
        return Sent(method="GET", url=url, headers={"authorization": TOKEN}, body=None)

    host = base.removeprefix("https://")
    return Table(
        name=name,
        settings={"project_id": PROJECT},
        secrets=(TOKEN,),
        account=f"{host}/{PROJECT}",
        others=(
            {"project_id": "another"},
            {"base_url": "http://127.0.0.1:1"},
            {"channel": "sms-twilio", "from_number": "+14155550100"},
        ),
        before=(SIGNED_IN,),
        accepted=STORED,
        unlike={401: Rule(status=Status.NOT_SENT, retry=True)},  # a new token is asked for, and does not come
        practice={  # it strikes the signing in first; what comes after the message was taken is settled by reading back
            Trouble.ERROR: Rule(status=Status.NOT_SENT, retry=True),
            Trouble.DROP_BEFORE_ACCEPT: Rule(status=Status.NOT_SENT, retry=True),
            Trouble.HTML: Rule(status=Status.NOT_SENT, stop=Stop.PROVIDER),
            Trouble.ERROR_AFTER_ACCEPT: Rule(status=Status.ACCEPTED),
            Trouble.DROP_AFTER_ACCEPT: Rule(status=Status.ACCEPTED),
        },
        goldens=(
            Golden(about="a message", sent=(sign_in, sent(PLAIN))),
            Golden(
                about="the SMS channel",
                settings={"channel": "sms-twilio", "from_number": "+14155550100"},
                sent=(sign_in, sent(SMS, {"channel": {"name": "sms-twilio"}})),
            ),
            Golden(
                about="silence is read back",
                script=(SIGNED_IN, answer(502, "<html>Bad Gateway</html>")),
                sent=(sign_in, sent(PLAIN), read(PLAIN)),
            ),
            Golden(about="the test", ask=trial, script=(SIGNED_IN, answer(200, [])), sent=(sign_in, read(NOBODYS))),
        ),
        cases=(
            Case(about="stored", script=(STORED,), status=Status.ACCEPTED, reference="65f0aa"),
            Case(
                about="token refused twice",
                script=(UNAUTHORIZED, SIGNED_IN, UNAUTHORIZED),
                status=Status.NOT_SENT,
                stop=Stop.CREDENTIALS,
            ),
            Case(
                about="no such project",
                script=(answer(400, {"error": f"Project not found with id: {PROJECT}"}),),
                status=Status.NOT_SENT,
                stop=Stop.CREDENTIALS,
                says="check project_id",
            ),
            Case(
                about="quota of 2024",
                script=(answer(403, {"success": False, "message": "Requests quota exceeded"}),),
                status=Status.NOT_SENT,
                stop=Stop.CREDITS,
                says="quota of conversations",
            ),
            Case(
                about="no text",
                script=(answer(422, {"errors": ["text field is required"]}),),
                status=Status.REJECTED,
                says="text field is required",
            ),
        ),
    )


TABLES = [table("smartify", "https://panel.smartifyai.in/api"), table("tiledesk", "https://api.tiledesk.com/v3")]
