"""The HotTask family. Its requests, its envelope and its success are documented; its errors only by their shape."""

from typing import Any

from batchsend.providers import Enquiry, HttpResponse, Stop
from batchsend.runs import Status
from tests.providers.contract import MESSAGE, Case, Golden, Sent, Table, answer, trial

SESSION = 9_007_199_254_740_993  # a float would make it ...992
KEY = "fake-secret-key"
USAGE = {"Total": -1, "Used": 243, "Remain": -1}


def envelope(data: Any, code: Any = 200, message: str = "", *, success: Any = True, status: int = 200) -> HttpResponse:
    body = {"Data": data, "Version": "1.0.0", "Success": success, "Code": code, "Message": message}
    return answer(status, body)


def taken(status: Any = "True", session: Any = SESSION) -> HttpResponse:
    return envelope({"Status": status, "Message": "test", "SessionID": session})


def failed(code: Any, message: str = "", *, status: int = 200) -> HttpResponse:
    return envelope(None, code, message, success=False, status=status)


def balance(provider: Any) -> Enquiry[Any]:
    asked: Enquiry[Any] = provider.balance()
    return asked


def sent(base: str, operation: str, body: Any) -> Sent:
    headers = {"authorization": KEY, "content-type": "application/json"}
    return Sent(method="POST", url=f"{base}/chat/Chatbot/{operation}", headers=headers, body=body)


def message(base: str) -> Sent:
    body = {"SerialNumber": "SN7", "ToPhoneNumber": MESSAGE.to, "Message": MESSAGE.text}
    return sent(base, "SendTwilioMessage", body)


def usage(base: str) -> Sent:
    url = f"{base}/chat/Chatbot/GetMessageCreditsUsage"
    return Sent(method="GET", url=url, headers={"authorization": KEY}, body=None)


def case(about: str, response: HttpResponse, status: Status, stop: Stop | None = None, **more: Any) -> Case:
    return Case(about=about, script=(response,), status=status, stop=stop, **more)


def accepted(about: str, response: HttpResponse, reference: str = str(SESSION)) -> Case:
    return case(about, response, Status.ACCEPTED, reference=reference)


def tried(about: str, response: HttpResponse, status: Status, stop: Stop | None = None, **more: Any) -> Case:
    return Case(about=f"test: {about}", script=(response,), status=status, stop=stop, ask=trial, **more)


CASES = (
    accepted("taken", taken()),
    accepted("taken, in small letters", taken("true")),
    accepted("taken, as a boolean", taken(True)),
    accepted("the largest session", taken(session=2**63 - 1), str(2**63 - 1)),
    accepted("a session in words", taken(session="123123123123"), "123123123123"),
    accepted("a session that has lost digits", taken(session=1.23123e11), ""),
    accepted("no session", envelope({"Status": "True"}), ""),
    case("Twilio refused", taken("False"), Status.REJECTED, says="test"),
    case("neither", taken("Queued"), Status.UNKNOWN),
    case("no status", envelope({"SessionID": 1}), Status.UNKNOWN),
    case("no data", envelope(None), Status.UNKNOWN),
    case("refused", failed(400, "The 'To' number is not valid"), Status.REJECTED, says="not valid (code 400)"),
    case("refused without a code", failed(None, "No such number"), Status.REJECTED, says="No such number"),
    case("refused by a small code", failed(0, "No"), Status.REJECTED),
    case("nothing there, in an envelope", failed(404, "No such chatbot"), Status.REJECTED),
    case("wrong key by its code", failed(401, "Unauthorized"), Status.NOT_SENT, Stop.CREDENTIALS),
    case("forbidden by its code", failed(403), Status.NOT_SENT, Stop.CREDENTIALS),
    case("wrong key by its words", failed(400, "Invalid secret key"), Status.NOT_SENT, Stop.CREDENTIALS),
    case("wrong key, HTTP", failed(401, "Unauthorized", status=401), Status.NOT_SENT, Stop.CREDENTIALS),
    case("wrong key by its words, HTTP", failed(400, "Key is invalid", status=400), Status.NOT_SENT, Stop.CREDENTIALS),
    case("no credits by its code", failed(402), Status.NOT_SENT, Stop.CREDITS),
    case("no credits by its words", failed(400, "Not enough message credits"), Status.NOT_SENT, Stop.CREDITS),
    case("too many", failed(429, "Slow down"), Status.NOT_SENT, retry=True),
    case("too many, in words", failed("429"), Status.NOT_SENT, retry=True),
    case("gave up waiting", failed(408), Status.UNKNOWN),
    case("failed inside", failed(500, "Twilio: timeout"), Status.UNKNOWN, says="Twilio: timeout"),
    case("failed inside, in words", failed("503"), Status.UNKNOWN),
    case("failed inside with a code of its own", failed(10_001), Status.UNKNOWN),
    case("failed inside, HTTP 400", failed(500, status=400), Status.UNKNOWN),
    case("failed inside but a success", envelope({"Status": "True"}, 500), Status.UNKNOWN),
    case("failed inside, whatever it says", failed(401, "Unauthorized", status=500), Status.UNKNOWN),
    case("a success with another code", envelope({"Status": "True"}, 429), Status.UNKNOWN),
    case("no success but sent", envelope({"Status": "True"}, 400, success=False), Status.UNKNOWN),
    case("a success in words", envelope({"Status": "True"}, success="true"), Status.UNKNOWN),
    tried("told", envelope(USAGE), Status.ACCEPTED),
    tried("wrong key", failed(401, "Unauthorized", status=401), Status.NOT_SENT, Stop.CREDENTIALS),
    tried("wrong key by its code", failed(403), Status.NOT_SENT, Stop.CREDENTIALS),
    tried("a page", answer(200, "<html>Log in</html>"), Status.UNKNOWN, says="cannot be understood"),
    tried("another answer", envelope({"Total": 1}), Status.UNKNOWN),
    tried("a failure", answer(502), Status.UNKNOWN, says="the gateway failed"),
    Case(
        about="test: another server",
        script=(answer(404), answer(404)),
        status=Status.NOT_SENT,
        stop=Stop.PROVIDER,
        says="base_url",
        ask=trial,
    ),
)


def table(name: str, base: str, others: tuple[dict[str, str], ...], **settings: str) -> Table:
    return Table(
        name=name,
        settings={"secret_key": KEY, "serial_number": "SN7", **settings},
        secrets=(KEY,),
        account=f"{base.removeprefix('https://')}/SN7",
        renewed={"secret_key": "renewed"},
        others=({"serial_number": "SN8"}, {"base_url": "http://127.0.0.1:1"}, *others),
        accepted=taken(),
        goldens=(
            Golden(about="a message", sent=(message(base),)),
            Golden(
                about="another address",
                settings={"base_url": "http://127.0.0.1:1/"},
                sent=(message("http://127.0.0.1:1"),),
            ),
            Golden(about="balance", sent=(usage(base),), script=(envelope(USAGE),), ask=balance),
            Golden(about="test", sent=(usage(base),), script=(envelope(USAGE),), ask=trial),
            Golden(
                about="balance where only POST is known",
                sent=(usage(base), sent(base, "GetMessageCreditsUsage", {})),
                script=(answer(405), envelope(USAGE)),
                ask=balance,
            ),
        ),
        cases=CASES,
    )


EU = {"region": "eu"}
TABLES = [
    table("smarterbot", "https://chat.smarterbot.ai", ()),
    table("newoaks", "https://usapi.hottask.com", (EU,)),
    table("hottask", "https://app.neoagent.co", (), base_url="https://app.neoagent.co/"),
]
