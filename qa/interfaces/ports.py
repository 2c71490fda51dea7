"""Whether the page can be served at an address."""

from __future__ import annotations

import socket

from embeddings.errors import ServeError


def check_free(host: str, port: int) -> None:
    """Raise ServeError where the port is taken; looked at before anything slow is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise taken(host, port) from error


def only_here(host: str) -> bool:
    """Tell whether a server at this address is reached from this computer alone."""
    return host.casefold() == "localhost" or host.startswith("127.")


def taken(host: str, port: int) -> ServeError:
    """Return the error for a port that cannot be had."""
    return ServeError(
        f"the page cannot be served at {host}:{port}: the port is in use, or that is no address of this computer. "
        "Choose another: qa chat --port N, or make chat PORT=N."
    )
