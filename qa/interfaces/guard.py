"""The guard of the web application: which requests are let in, and the headers of every response."""

from __future__ import annotations

import re
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

_FEATURES = (
    "accelerometer autoplay camera clipboard-read display-capture encrypted-media fullscreen gamepad geolocation "
    "gyroscope hid idle-detection keyboard-map local-fonts magnetometer microphone midi payment picture-in-picture "
    "publickey-credentials-create publickey-credentials-get screen-wake-lock serial storage-access usb web-share "
    "window-management xr-spatial-tracking"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join([*(f"{name}=()" for name in _FEATURES.split()), "clipboard-write=(self)"]),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_OURS = (b"/api/", b"/mcp")
_PAGE = {
    "GET": re.compile(
        rb"/|/theme\.css|/favicon\.ico|/assets/[\w.-]+|/static/js/iframeResizer\.contentWindow\.min\.js"
        rb"|/gradio_api/(queue/data|heartbeat/\w+)"
    ),
    "POST": re.compile(rb"/gradio_api/queue/join"),
}
"""What of gradio the page uses, as it is spelt in the request. Everything else of gradio is closed."""

_UNTRUSTED = re.compile(rb"x-(forwarded|gradio)-.*")  # gradio would believe them where they say where it is served
_POLICY_VIOLATION = 1008
_FOR_PROGRAMS = ("/api/", "/mcp")
_WHY = {
    400: "the request broke off.",
    403: "pages from elsewhere are refused: a request must come from the address it is sent to.",
    404: "there is no such address here.",
    408: "the request did not come whole in time.",
    413: "the body is larger than 65,536 bytes. Ask one thing.",
    421: "this server answers to this computer's names only. Ask it at 127.0.0.1, or start it with --host.",
    429: "too many pages of this chat are open. Close some of them.",
}


class Guard:
    """ASGI middleware: opens the routes that are listed, refuses foreign hosts and origins, adds the headers.

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
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        status = self._refused(scope)
        answer = refusal(str(scope["path"]), status) if status else self._app
        await answer(_plain(scope), receive, with_headers)

    def _refused(self, scope: Scope) -> int:
        """Return the status to refuse a request with; 0 to let it in."""
        if not _is_open(scope):
            return 404
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if self._hosts and _name(host) not in self._hosts:
            return 421
        if origin not in (None, f"{scope['scheme']}://{host}"):
            return 403
        return 403 if _is_of_a_foreign_page(scope["method"], headers) else 0


def _is_of_a_foreign_page(method: str, headers: Headers) -> bool:
    """Return whether a page elsewhere asks, as for an image; who follows a link from there only opens the page."""
    site, mode, use = (headers.get(f"sec-fetch-{name}", "") for name in ("site", "mode", "dest"))
    return site not in ("", "none", "same-origin") and (method, mode, use) != ("GET", "navigate", "document")


def _is_open(scope: Scope) -> bool:
    """Return whether a route is listed, with its method; a path that is spelt in another way is not."""
    spelt, method = scope["raw_path"], scope["method"]
    return spelt.startswith(_OURS[0]) or spelt == _OURS[1] or (method in _PAGE and bool(_PAGE[method].fullmatch(spelt)))


def _plain(scope: Scope) -> Scope:
    """Return a request without what gradio would take from it: the page's scripts alone read the page's query."""
    path = str(scope["path"])
    query = scope["query_string"] if path.startswith("/api/") or path == "/gradio_api/queue/data" else b""
    headers = [(name, value) for name, value in scope["headers"] if not _UNTRUSTED.fullmatch(name)]
    return {**scope, "query_string": query, "headers": headers}


def refusal(path: str, status: int) -> Response:
    """Return problem details for programs, a sentence for browsers."""
    if path.startswith(_FOR_PROGRAMS):
        return problem(status, _WHY[status])
    return PlainTextResponse(_WHY[status], status)


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:  # "[": no address
        return ""
