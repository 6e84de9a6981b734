"""A Tiledesk project's subscriptions over a real socket, as section 3.5 of the wire facts saw them."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.inbox.deliveries import PROJECT, SECRET

BASIC = "Basic " + base64.b64encode(b"admin@example.org:fake-password").decode()
JWT = "JWT fake.admin.token"


@dataclass
class Project:
    """subscriptions: oldest first. role: of who asks. tells: whether the secret is told. rival: who is faster."""

    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    role: str = "admin"
    tells: bool = True
    rival: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    base_url: str = ""

    def add(self, target: str, event: str = "message.create") -> dict[str, Any]:
        made = {"_id": f"{len(self.asked) + len(self.subscriptions) + 1:024x}", "event": event, "target": target}
        self.subscriptions.append(made)
        return made

    def answer(self, method: str, path: str, authorization: str, body: Any) -> tuple[int, Any, bool]:
        """Status, JSON, and whether the secret goes into the header."""
        self.asked.append((method, path))
        if authorization not in {BASIC, JWT}:
            return 401, f"Unauthorized {authorization}", False
        if not path.startswith(f"/{PROJECT}/subscriptions"):
            return 400, {"error": f"Project not found with id: {path}"}, False
        if self.role != "admin":
            return 403, {"success": False, "msg": "you dont have the required role."}, False
        if method == "GET":
            return 200, self.subscriptions, False
        if method == "DELETE":
            found = [it for it in self.subscriptions if path.endswith(f"/{it['_id']}")]
            self.subscriptions = [it for it in self.subscriptions if it not in found]
            return 200, found[0] if found else None, False
        if self.rival:
            self.add(self.rival)
        for it in self.subscriptions:
            if it["event"] == body["event"]:
                return 200, it, False
        made = self.add(body["target"], body["event"])
        return 200, made | ({"secret": SECRET} if self.tells else {}), self.tells


@contextmanager
def running(project: Project) -> Iterator[Project]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            given = self.headers.get("authorization", "")
            status, answer, tells = project.answer(self.command, self.path, given, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if tells:
                self.send_header("x-hook-secret", SECRET)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - http.server looks for these

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        project.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        yield project
        server.shutdown()
