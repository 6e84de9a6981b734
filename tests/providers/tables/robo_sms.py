"""Robo-SMS, robo-sms.com/en/api. Its request, its success and its errors are documented; no code of them is."""

from batchsend.providers import Stop
from batchsend.runs import Status
from tests.providers.contract import MESSAGE, Case, Golden, Sent, Table, answer

URL = "https://robo-sms.com/api/sms/"
JSON = {"content-type": "application/json"}
BODY = {"to": MESSAGE.to, "content": MESSAGE.text, "country_code": "RO"}


def sent(body: dict[str, str], authorization: str = "Basic fake-token", url: str = URL) -> Sent:
    return Sent(method="POST", url=url, headers=JSON | {"authorization": authorization}, body=body)


TABLES = [
    Table(
        name="robo-sms",
        settings={"token": "fake-token"},
        secrets=("fake-token",),
        account="robo-sms.com",
        renewed={"token": "renewed"},
        others=({"base_url": "http://127.0.0.1:1"},),
        accepted=answer(200, {"success": True}),
        goldens=(
            Golden(about="a message", sent=(sent(BODY),)),
            Golden(about="the other scheme", settings={"scheme": "Token"}, sent=(sent(BODY, "Token fake-token"),)),
            Golden(about="one device", settings={"device_id": "d7"}, sent=(sent(BODY | {"device_id": "d7"}),)),
            Golden(
                about="another address",
                settings={"base_url": "http://127.0.0.1:1/"},
                sent=(sent(BODY, url="http://127.0.0.1:1/api/sms/"),),
            ),
        ),
        cases=(
            Case(about="taken", script=(answer(201, {"success": True}),), status=Status.ACCEPTED),
            Case(about="not the documented word", script=(answer(200, {"success": "True"}),), status=Status.UNKNOWN),
            Case(
                about="wrong token",
                script=(answer(401, {"detail": "Invalid token."}),),
                status=Status.NOT_SENT,
                stop=Stop.CREDENTIALS,
            ),
        ),
    )
]
