"""What is answered to a request that is not let in: a sentence, and problem details for programs."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response

from qa.interfaces.rest.problems import problem

_FOR_PROGRAMS = ("/api/", "/mcp")
_FOR_THE_PAGE = "/gradio_api/"
_WHY = {
    400: "the request broke off, or is none of the page.",
    401: "the token is missing or wrong, or this browser is not known any more. Open the link that the terminal of the "
    "server printed; a program sends the header Authorization: Bearer TOKEN.",
    403: "pages from elsewhere are refused: a request must come from the address it is sent to.",
    404: "there is no such address here.",
    408: "the request did not come whole in time.",
    413: "the body is larger than 65,536 bytes. Ask one thing.",
    421: "this server answers to its own addresses, and to the names that it was started with (--name).",
    429: "too many at once: pages of this chat are open, or wrong tokens were sent. Wait a minute.",
}


def refusal(path: str, status: int) -> Response:
    """Return the refusal of a request by its status."""
    headers = {"Connection": "close"}  # so that it holds no place
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if path.startswith(_FOR_PROGRAMS):
        return problem(status, _WHY[status], headers=headers)
    if path.startswith(_FOR_THE_PAGE):
        return JSONResponse({"detail": _WHY[status], "error": _WHY[status]}, status, headers)
    return PlainTextResponse(_WHY[status], status, headers)
