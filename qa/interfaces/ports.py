"""Whether the page can be served at an address."""

from __future__ import annotations

import socket

from embeddings.errors import ServeError


def listening(host: str, port: int) -> socket.socket:
    """Return a socket on which a server will listen. Raises ServeError where the port cannot be had."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ServeError(
            f"the page cannot be served at {host}:{port}: the port is in use, or that is no address of this computer. "
            "Choose another: qa chat --port N, or make chat PORT=N."
        ) from error
    return listening


def outward() -> str:
    """Return the address at which other computers reach this one, as far as it can be told; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of nobody
        except OSError:  # no network
            return socket.gethostname()
        return str(probe.getsockname()[0])


def only_here(host: str) -> bool:
    """Tell whether a server at this address is reached from this computer alone."""
    return host.casefold() == "localhost" or host.startswith("127.")
