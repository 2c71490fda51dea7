"""The guard of the web application: which requests are let in, and the headers of every response."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from qa.interfaces.rest.problems import problem

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # gradio's start-up script and its HTML templates
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_CLOSED = (
    *(f"/gradio_api/{name}" for name in ("upload", "component_server", "proxy", "vibe", "dev", "openapi.json")),
    *("/openapi.json", "/monitoring", "/gradio_api/monitoring"),
)
_POLICY_VIOLATION = 1008
_FOR_PROGRAMS = ("/api/", "/mcp")
_WHY = {
    403: "pages from elsewhere are refused: the origin of a request must be the address it is sent to.",
    421: "this server answers to this computer's names only. Ask it at 127.0.0.1, or start it with --host.",
}


class Guard:
    """ASGI middleware: refuses foreign hosts and origins, closes routes the page does not use, adds the headers.

    WebSockets are refused, since no route needs them; one that does must have its Host and Origin checked here.

    A page elsewhere could reach a server on this computer through a name that leads here; its Host or Origin tells.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response back with the headers added."""
        if scope["type"] == "websocket":
            await WebSocketClose(code=_POLICY_VIOLATION)(scope, receive, send)  # before it is accepted: HTTP 403
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        status = self._refused(scope)
        await (_refusal(str(scope["path"]), status) if status else self._app)(scope, receive, with_headers)

    def _refused(self, scope: Scope) -> int:
        """Return the status to refuse a request with; 0 to let it in."""
        if str(scope["path"]).startswith(_CLOSED):
            return 404
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._hosts and _name(host) not in self._hosts:
            return 421
        return 403 if origin is not None and _netloc(origin) != host else 0


def _refusal(path: str, status: int) -> Response:
    """Return problem details for programs, a word for browsers."""
    if path.startswith(_FOR_PROGRAMS):
        return problem(status, _WHY[status])
    return PlainTextResponse("not here", status)


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:  # "[": no address
        return ""


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
