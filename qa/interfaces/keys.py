"""Who is let in: the token that a link or a program brings, and the cookie of a browser that was let in."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Scope

from embeddings.disk import make_folder
from embeddings.errors import ServeError
from embeddings.location import data_folder
from qa.interfaces.refusals import refusal

logger = logging.getLogger(__name__)

VARIABLE = "SEEDS_TOKEN"
VISITOR = "seeds.visitor"
"""In the scope of a request: the secret name of the browser that it comes from; empty for a program."""

_SHORTEST = 16  # characters of a token
_UNGUESSABLE = 24  # characters
_MOST_WRONG, _BRAKE_S = 10, 60.0  # wrong tokens of one address, and for how long no other is looked at then
_YEAR_S = 365 * 24 * 60 * 60
_AGAIN = '<!doctype html><meta http-equiv="refresh" content="0"><title>Ask the documents</title>'


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in, and by which names; no ``token`` asks none, and cookies are signed with ``secret`` then.

    The server answers to its own addresses and to ``names``; forwarded headers are believed of ``proxies`` alone;
    ``root_path`` is the path at which a proxy serves the page.
    """

    token: str = ""
    secret: str = ""
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    root_path: str = ""


def token_of(file: Path | None, environment: Mapping[str, str] = os.environ) -> str:
    """Return the token in a file, else the one in the environment, else the one that was made for this user.

    The last is kept in the user's data folder, so that links and cookies hold after a restart. Raises ServeError for
    one that is too short, or in a file that cannot be read.
    """
    try:
        given = file.read_text(encoding="utf-8").strip() if file else environment.get(VARIABLE, "")
    except (OSError, UnicodeDecodeError) as error:
        raise ServeError(f"the file of the token, {file}, cannot be read: {error}") from error
    if not given and not file:
        return _kept(data_folder() / "token")
    if len(given) < _SHORTEST or not given.isascii():
        where = f"the file {file}" if file else f"the variable {VARIABLE}"
        raise ServeError(
            f"the token in {where} has {len(given)} characters; it must have {_SHORTEST} or more, all ASCII."
        )
    return given


def _kept(file: Path) -> str:
    """Return the token in the user's own file, made where there is none; a new one each time where none can be kept."""
    with suppress(OSError, UnicodeDecodeError):
        if len(kept := file.read_text(encoding="utf-8").strip()) >= _SHORTEST:
            return kept
    made = secrets.token_urlsafe(24)
    new = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    try:
        make_folder(file.parent)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(f"{made}\n")
        new.replace(file)
        return file.read_text(encoding="utf-8").strip()  # of whoever was last, where two began at once
    except OSError as error:
        logger.warning("the token cannot be kept, so that links end with the program: %s", error)
        with suppress(OSError):
            new.unlink(missing_ok=True)
    return made


class Keys:
    """The token and the cookies of one server; a cookie names a browser, and only who knows the token can make one."""

    def __init__(self, access: Access) -> None:
        self._token = access.token.encode()
        self._path = f"/{access.root_path.strip('/')}" if access.root_path.startswith("/") else "/"
        secret = access.token or access.secret or secrets.token_urlsafe(24)
        self._secret = hashlib.sha256(b"cookies " + secret.encode()).digest()
        self._wrong: Counter[str] = Counter()
        self._since = 0.0

    def admit(self, scope: Scope, *, from_elsewhere: bool) -> tuple[Response | None, str]:
        """Return what is answered in place of the application, None where that answers, and the cookie that is set."""
        request = Request(scope)
        name = f"seeds-{(scope.get('server') or ('', 0))[1]}"  # a cookie is sent to every port of a computer
        visitor = scope[VISITOR] = self._named(request.cookies.get(name, ""))
        path, offered = str(scope["path"]), request.query_params.get("token")
        if path != "/":
            scheme, _, sent = request.headers.get("authorization", "").partition(" ")
            offered = sent.strip() if scheme.casefold() == "bearer" else ""
            status = 0 if visitor or not self._token else self._status(offered, scope)
            return refusal(path, status) if status else None, ""
        if visitor:
            return (None if offered is None else _without_token(request)), ""
        if from_elsewhere:  # then the browser keeps the cookie back that it has
            return HTMLResponse(_AGAIN), ""
        status = self._status(offered or "", scope) if self._token else 0
        if status:
            return refusal(path, status), ""
        return (None if offered is None else _without_token(request)), self._cookie(name, scope)

    def session(self, visitor: str, name: str) -> str:
        """Return the session that a page of a browser means by a name: in another browser the name means another."""
        return hmac.new(self._secret, f"session {visitor} {name}".encode(), hashlib.sha256).hexdigest()

    def _status(self, offered: str, scope: Scope) -> int:
        """Return 0 for the token, 401 for another, 429 for every one after too many others.

        A token too long to be guessed always passes: who guesses must not lock out who knows it.
        """
        right = hmac.compare_digest(offered.encode(), self._token)
        if right and len(self._token) >= _UNGUESSABLE:
            return 0
        client = (scope.get("client") or ("",))[0]
        if time.monotonic() - self._since > _BRAKE_S:
            self._wrong.clear()
            self._since = time.monotonic()
        if self._wrong[client] >= _MOST_WRONG:
            return 429
        self._wrong[client] += bool(offered) and not right
        return 0 if right else 401

    def _named(self, cookie: str) -> str:
        """Return the browser that a cookie of ours names; empty for any other."""
        visitor, _, proof = cookie.partition(".")
        return visitor if hmac.compare_digest(proof.encode(), self._proof(visitor).encode()) else ""

    def _proof(self, visitor: str) -> str:
        return hmac.new(self._secret, f"visitor {visitor}".encode(), hashlib.sha256).hexdigest()

    def _cookie(self, name: str, scope: Scope) -> str:
        visitor = secrets.token_urlsafe(24)
        secure = "; Secure" if scope["scheme"] == "https" else ""
        value = f"{name}={visitor}.{self._proof(visitor)}; Path={self._path}; Max-Age={_YEAR_S}"
        return f"{value}; HttpOnly; SameSite=Strict{secure}"


def _without_token(request: Request) -> Response:
    """Send the browser on to the address without the token, so that it stands in no history."""
    rest = [(name, value) for name, value in parse_qsl(request.url.query) if name != "token"]
    return RedirectResponse(f"./{'?' if rest else ''}{urlencode(rest)}", 303)
