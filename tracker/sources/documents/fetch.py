"""Fetch a document from an address, for the worker alone: bounded, and never from inside our own network.

Every name is resolved here, every address it has is looked at, and the connection goes to the very address that was
looked at: a name that answers differently the second time (DNS rebinding) gains nothing.
"""

import contextlib
import functools
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tracker.sources.documents.result import MAX_FILE_BYTES

if TYPE_CHECKING:
    import httpx  # below again: a web worker fetches nothing and is spared it

MAX_REDIRECTS = 5
TIMEOUT_SECONDS = 30
"""For the whole of it, redirects included."""
_MAX_ADDRESSES = 4
"""Addresses of one server that are tried."""
USER_AGENT = "PledgeRecord/0.1 (a tracker of public commitments; fetches a page when an editor asks)"


class FetchRefusedError(Exception):
    """Why nothing was fetched, in words for the person who asked."""


@dataclass(frozen=True)
class FetchedDocument:
    """A document as it came: its bytes, what the server says it is, and the address that it came from in the end."""

    content: bytes
    content_type: str
    url: str
    status: int
    hops: int = 0


@dataclass(frozen=True)
class _Request:
    """What is asked of a server, and the bounds of its answer."""

    method: str
    content: bytes | None
    max_bytes: int
    deadline: float
    is_private_allowed: bool


def fetch(
    url: str,
    *,
    method: str = "GET",
    content: bytes | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    seconds: float = TIMEOUT_SECONDS,
    is_private_allowed: bool = False,
) -> FetchedDocument:
    """Return what is at an address, or what a server answers to ``content``. Raises FetchRefusedError.

    Only http and https, at most five redirects (of what is sent, none), at most ``max_bytes`` bytes and ``seconds``
    in all. An answer of the server that is no success is returned as it is: its status says so. Only a witness may be
    asked on a private address, and only where the operator allows it.
    """
    import httpx

    deadline = time.monotonic() + seconds
    request = _Request(method, content, max_bytes, deadline, is_private_allowed)
    with httpx.Client(
        verify=_tls(), trust_env=False, follow_redirects=False, headers={"User-Agent": USER_AGENT}
    ) as client:
        # A timeout of httpx is for one read: a server that sends a byte at a time would hold us for ever.
        hang_up = threading.Timer(seconds, client.close)
        hang_up.daemon = True
        hang_up.start()
        try:
            return _follow_redirects(client, url, request)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError, OSError, RuntimeError) as error:
            if isinstance(error, httpx.TimeoutException) or time.monotonic() > deadline:
                raise FetchRefusedError(f"The server did not respond in {seconds:.0f} seconds.") from error
            raise FetchRefusedError(f"It could not be downloaded: {_short(error)}") from error
        finally:
            hang_up.cancel()


@functools.cache
def _tls() -> ssl.SSLContext:
    """What certificates are checked with: read once in a process, as all certificates that are trusted are in it."""
    import httpx

    return httpx.create_ssl_context(trust_env=False)


def _follow_redirects(client: "httpx.Client", url: str, request: _Request) -> FetchedDocument:
    for hop in range(MAX_REDIRECTS + 1):
        with _send(client, url, request) as response:
            if response.is_redirect and request.content is None:
                url = urljoin(url, response.headers["location"])
                continue
            content = b"" if request.method == "HEAD" else _read_bounded(response, request.max_bytes, request.deadline)
            return FetchedDocument(content, response.headers.get("content-type", ""), url, response.status_code, hop)
    raise FetchRefusedError(f"The address redirects more than {MAX_REDIRECTS} times.")


@contextlib.contextmanager
def _send(client: "httpx.Client", url: str, request: _Request) -> Iterator["httpx.Response"]:
    """Ask a server, at each of its addresses until one can be reached: a host without IPv6 takes the other."""
    import httpx

    split = urlsplit(url)
    if split.scheme not in ("http", "https") or not split.hostname:
        raise FetchRefusedError("Enter an address that starts with http:// or https://.")
    if split.username or split.password:
        raise FetchRefusedError("Enter an address without a user name or password.")
    port = split.port or (443 if split.scheme == "https" else 80)
    find = _look_up if request.is_private_allowed else resolve
    *others, last = find(split.hostname, port)
    with contextlib.ExitStack() as open_responses:
        for address in [*others, last]:
            left = max(0.1, request.deadline - time.monotonic())
            # The connection goes to the address that was looked at; the name stays for the certificate and the server.
            stream = client.stream(
                request.method,
                httpx.URL(url).copy_with(host=address),
                content=request.content,
                headers={"Host": split.netloc, "Accept-Encoding": "gzip, deflate"},
                extensions={"sni_hostname": split.hostname},
                timeout=httpx.Timeout(min(10.0, left), connect=min(3.0 if address != last else 10.0, left)),
            )
            try:
                response = open_responses.enter_context(stream)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if address == last:
                    raise
                continue
            break
        yield response


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host in the order in which to try them, once all of them were looked at.

    Raises FetchRefusedError for one of our own.
    """
    addresses = _look_up(host, port)
    for address in addresses:
        if not is_public_address(address):
            raise FetchRefusedError(
                f"{host[:100]} is not on the public internet ({address}), so it cannot be downloaded."
            )
    return addresses[:_MAX_ADDRESSES]


def _look_up(host: str, port: int) -> list[str]:
    try:
        # A dict keeps the order that the system gave them (RFC 6724).
        return list({str(row[4][0]): None for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError) as error:
        raise FetchRefusedError(f"The server {host[:100]} could not be found.") from error


def is_public_address(address: str) -> bool:
    """Whether an address is on the public internet: not private, loopback, link-local, multicast or reserved."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            embedded = ipaddress.ip_address(int(ip) & 0xFFFFFFFF)  # type: ignore[assignment]
        if embedded and not is_public_address(str(embedded)):
            return False
    return ip.is_global and not ip.is_multicast


def _read_bounded(response: "httpx.Response", max_bytes: int, deadline: float) -> bytes:
    declared = response.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise FetchRefusedError(
            f"The server says that it has {int(declared):,} bytes; at most {max_bytes:,} are fetched."
        )
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > max_bytes:
            raise FetchRefusedError(f"It has more than {max_bytes:,} bytes.")
        if time.monotonic() > deadline:
            raise FetchRefusedError("The download was too slow, so it was stopped.")
    return bytes(content)


def _short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
