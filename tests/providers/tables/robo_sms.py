"""Robo-SMS, robo-sms.com/en/api. Its request, its success and its kinds of error are documented; no code of them is.

What the codes and words of its errors may be is Django REST framework's, which everything known points to.
"""

from batchsend.providers import Stop
from batchsend.runs import Status
from tests.providers.contract import MESSAGE, Case, Golden, Sent, Table, answer, trial

URL = "https://robo-sms.com/api/sms/"
JSON = {"content-type": "application/json"}
BODY = {"to": MESSAGE.to, "content": MESSAGE.text, "country_code": "RO"}
REQUIRED = ["This field is required."]
BAD_NUMBER = {"to": ["The phone number entered is not valid."]}


def sent(body: dict[str, str], authorization: str = "Basic fake-token", url: str = URL) -> Sent:
    return Sent(method="POST", url=url, headers=JSON | {"authorization": authorization}, body=body)


def refused(status: int, body: object, about: str) -> Case:
    return Case(about=f"{about} ({status})", script=(answer(status, body),), status=Status.REJECTED)


def stopped(status: int, body: object, stop: Stop, about: str) -> Case:
    return Case(about=f"{about} ({status})", script=(answer(status, body),), status=Status.NOT_SENT, stop=stop)


def unknown(status: int, body: object, about: str) -> Case:
    return Case(about=f"{about} ({status})", script=(answer(status, body),), status=Status.UNKNOWN)


def tried(status: int, body: object, result: Status, about: str, says: str, stop: Stop | None = None) -> Case:
    about = f"test: {about} ({status})"
    return Case(about=about, script=(answer(status, body),), status=result, stop=stop, says=says, ask=trial)


DOCUMENTED = (
    # (a) to or content is missing
    refused(400, {"to": REQUIRED, "content": REQUIRED}, "a field is missing"),
    refused(400, {"content": ["This field may not be blank."]}, "an empty text"),
    # (b) empty JSON body
    refused(400, {"non_field_errors": ["No data provided"]}, "no data"),
    refused(400, {"detail": "JSON parse error - Expecting value"}, "no JSON"),
    # (c) wrong content type: every message would be refused alike
    stopped(415, {"detail": 'Unsupported media type "text/plain" in request.'}, Stop.PROVIDER, "content type"),
    stopped(400, {"error": "Wrong content-type"}, Stop.PROVIDER, "content type in words"),
    # (d) wrong token
    stopped(401, {"detail": "Invalid token."}, Stop.CREDENTIALS, "wrong token"),
    stopped(401, {"detail": "Authentication credentials were not provided."}, Stop.CREDENTIALS, "wrong scheme"),
    stopped(403, {"detail": "Invalid token."}, Stop.CREDENTIALS, "wrong token"),
    stopped(400, {"error": "The token is invalid"}, Stop.CREDENTIALS, "wrong token in words"),
    stopped(200, {"success": False, "error": "Wrong token"}, Stop.CREDENTIALS, "wrong token in a success"),
    # (e) more contacts in `to` than credits
    stopped(402, {"detail": "Not enough credits."}, Stop.CREDITS, "no credits"),
    stopped(400, {"detail": "Not enough credits"}, Stop.CREDITS, "no credits in words"),
    stopped(403, {"detail": "Not enough credits"}, Stop.CREDITS, "no credits, forbidden"),
    stopped(400, {"to": ["Your contacts number is greater than your credits."]}, Stop.CREDITS, "no credits for to"),
    stopped(400, b"Insufficient credits", Stop.CREDITS, "no credits, plain"),
    stopped(200, {"success": False, "error": "You have no credits left"}, Stop.CREDITS, "no credits in a success"),
    # (f) invalid number
    refused(400, BAD_NUMBER, "bad number"),
    refused(200, {"success": False, "error": "The number is not valid"}, "bad number in a success"),
    # (g) the devices cannot send so many, or there is none
    stopped(400, {"detail": "No usable device"}, Stop.PROVIDER, "no device"),
    stopped(403, {"detail": "No usable device"}, Stop.PROVIDER, "no device, forbidden"),
    stopped(400, {"error": "SMS count exceeds remaining SMS of devices"}, Stop.PROVIDER, "device used up"),
    stopped(400, {"device_id": ["Invalid device."]}, Stop.PROVIDER, "unknown device"),
    stopped(400, {"message": "Your device is offline"}, Stop.PROVIDER, "device offline"),
    # an answer about the text may quote it: it says nothing of the account
    refused(400, {"content": ["Not allowed: no credit check, no device, invalid token"]}, "a text is quoted"),
    refused(400, {"detail": "Text too long, remaining characters: -3"}, "too long"),
    refused(200, {"success": False, "error": "blocked"}, "some other reason"),
    # what is not the documented success
    unknown(200, {"success": "True"}, "success in words"),
    unknown(200, {"status": "ok"}, "another success"),
    unknown(500, {"detail": "Not enough credits"}, "whatever a 500 says"),
    unknown(503, {"detail": "No usable device"}, "whatever a 503 says"),
)

TRIED = (
    tried(400, BAD_NUMBER, Status.ACCEPTED, "the number is refused", "is believed"),
    tried(400, {"detail": "Invalid phone number"}, Status.ACCEPTED, "the number is refused in words", "believed"),
    tried(200, {"success": False, "error": "invalid number"}, Status.ACCEPTED, "refused in a success", "believed"),
    tried(
        200, {"success": True}, Status.ACCEPTED, "taken", ""
    ),  # no credit is taken for what is no number (documented)
    tried(401, {"detail": "Invalid token."}, Status.NOT_SENT, "wrong token", "Invalid token", Stop.CREDENTIALS),
    tried(400, {"detail": "Not enough credits"}, Status.NOT_SENT, "no credits", "credits", Stop.CREDITS),
    tried(400, {"detail": "No usable device"}, Status.NOT_SENT, "no device", "device", Stop.PROVIDER),
    tried(400, {"to": REQUIRED, "content": REQUIRED}, Status.REJECTED, "it was not read", "refused"),
    tried(400, {"detail": "Failed to parse"}, Status.REJECTED, "some other mistake", "Failed to parse"),
    tried(200, "<html>Log in</html>", Status.UNKNOWN, "a page", "cannot be understood"),
    tried(500, b"", Status.UNKNOWN, "a failure", "the gateway failed"),
    tried(404, b"", Status.NOT_SENT, "another server", "base_url", Stop.PROVIDER),
)

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
            Golden(about="the other scheme", settings={"scheme": "token"}, sent=(sent(BODY, "Token fake-token"),)),
            Golden(about="one device", settings={"device_id": "d7"}, sent=(sent(BODY | {"device_id": "d7"}),)),
            Golden(
                about="another address",
                settings={"base_url": "http://127.0.0.1:1/"},
                sent=(sent(BODY, url="http://127.0.0.1:1/api/sms/"),),
            ),
            Golden(
                about="test",
                settings={"device_id": "d7"},
                sent=(sent({"to": "00", "content": "000"}),),
                script=(answer(400, BAD_NUMBER),),
                ask=trial,
            ),
        ),
        cases=(
            Case(about="taken (200)", script=(answer(200, {"success": True}),), status=Status.ACCEPTED),
            Case(about="taken (201)", script=(answer(201, {"success": True}),), status=Status.ACCEPTED),
            *DOCUMENTED,
            *TRIED,
        ),
    )
]
