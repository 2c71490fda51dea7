"""The guard of the web application: which requests are let in, and the headers of every response."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from qa.interfaces.keys import Keys
from qa.interfaces.refusals import refusal

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


class Guard:
    """ASGI middleware: opens the routes that are listed to who is let in, and adds the headers.

    Foreign hosts and origins are refused. Keys say who is let in.

    WebSockets are refused, since no route needs them; one that does must have its Host and Origin checked here.

    A page elsewhere could reach a server on this computer through a name that leads here; its Host or Origin tells.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str], keys: Keys) -> None:
        self._app = app
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response back with the headers added."""
        if scope["type"] == "websocket":
            await WebSocketClose(code=_POLICY_VIOLATION)(scope, receive, send)  # before it is accepted: HTTP 403
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        status, answer, cookie = self._refused(scope), self._app, ""
        if status:
            answer = refusal(str(scope["path"]), status)
        else:
            instead, cookie = self._keys.admit(scope, from_elsewhere=_is_from_elsewhere(Headers(scope=scope)))
            answer = instead or answer

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {"Set-Cookie": cookie, "Cache-Control": "no-store"} if cookie else {}
                MutableHeaders(scope=message).update(_HEADERS | own)
            await send(message)

        await answer(_plain(scope), receive, with_headers)

    def _refused(self, scope: Scope) -> int:
        """Return the status to refuse a request with; 0 to let it in."""
        if not _is_open(scope):
            return 404
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        own = str((scope.get("server") or ("",))[0])  # the address of this computer that was asked
        if _name(host) not in self._hosts and (not own or _name(host) != own):
            return 421
        if origin not in (None, f"{scope['scheme']}://{host}"):
            return 403
        return 403 if _is_of_a_foreign_page(scope["method"], headers) else 0


def _is_from_elsewhere(headers: Headers) -> bool:
    return headers.get("sec-fetch-site", "none") not in ("none", "same-origin")


def _is_of_a_foreign_page(method: str, headers: Headers) -> bool:
    """Return whether a page elsewhere asks, as for an image; who follows a link from there only opens the page."""
    mode, use = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return _is_from_elsewhere(headers) and (method, mode, use) != ("GET", "navigate", "document")


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


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:  # "[": no address
        return ""
