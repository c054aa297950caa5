"""Addresses: bounded in time, size and steps, and never from inside our own network."""

import http.server
import threading
import time
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.sources.documents import fetch as fetcher
from tracker.sources.documents.fetch import FetchRefusedError, fetch, is_public_address

pytestmark = pytest.mark.once

INSIDE = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.1", "192.168.0.1",
    "192.168.1.1", "169.254.169.254", "169.254.0.1", "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1", "100::1", "fe80::1%eth0",
]  # fmt: skip
NAMES = [
    "localhost", "localhost.localdomain", "127.1", "127.0.1", "0", "0x7f.1", "0x7f000001", "2130706433",
    "017700000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "[::]", "127.0.0.1.",
]  # fmt: skip
NO_ADDRESSES = [
    "", "x", "http://", "https://", "http:///path", "//example.org", "ftp://example.org/", "file:///etc/passwd",
    "gopher://example.org/", "javascript:alert(1)", "data:text/plain,x", "http://user:secret@example.org/",
    "http://example.org:99999/", "http://example.org:x/", "http://exa mple.org/", "http://[::1", "http://\x00/",
    "http://" + "a" * 300 + ".org/", "http://.example.org/", "http://..", "dict://localhost:11211/", "ldap://127.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_of_our_own_network_is_public(address):
    assert not is_public_address(address)


@given(st.ip_addresses(network="8.0.0.0/8") | st.ip_addresses(network="2a00::/12"))
def test_the_internet_is_public(address):
    assert is_public_address(str(address))


@pytest.mark.parametrize(
    "url",
    [
        *(
            f"http://{f'[{one}]' if ':' in one else one}:{port}/"
            for one in INSIDE
            if "%" not in one
            for port in (80, 8000)
        ),
        *(f"{scheme}://{name}/latest/meta-data/" for name in NAMES for scheme in ("http", "https")),
        *NO_ADDRESSES,
    ],
)
def test_hostile_addresses_are_refused_in_words(url):
    start = time.monotonic()
    with pytest.raises(FetchRefusedError) as caught:
        fetch(url, seconds=5)
    assert len(str(caught.value)) > 15
    assert time.monotonic() - start < 6


def test_every_address_of_a_name_is_looked_at_and_the_one_looked_at_is_used(monkeypatch):
    answers = [[("93.184.216.34", 80), ("127.0.0.1", 80)], [("93.184.216.34", 80)]]
    monkeypatch.setattr(fetcher.socket, "getaddrinfo", lambda *a, **k: [(2, 1, 6, "", one) for one in answers[0]])
    with pytest.raises(FetchRefusedError, match=r"not on the public internet \(127.0.0.1\)"):
        fetcher.resolve("rebinding.test", 80)
    asked = []

    def once(*args, **kwargs):
        asked.append(args)
        return [(2, 1, 6, "", one) for one in answers[1]]

    monkeypatch.setattr(fetcher.socket, "getaddrinfo", once)
    assert fetcher.resolve("rebinding.test", 80) == ["93.184.216.34"]
    assert len(asked) == 1


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    asked: list[str]

    def handle_error(self, request, client_address):
        """Clients hang up here on purpose."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        self.server.asked.append(self.path)
        sent = self.rfile.read(int(self.headers["Content-Length"]))
        moved = {"Location": "/a"} if self.path.startswith("/to?") else {}
        self._head(307 if moved else 200, Content_Length=str(len(sent)), **moved)
        self.wfile.write(sent)

    def _head(self, status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def do_GET(self):
        self.server.asked.append(f"{self.headers['Host']} {self.path}")
        path, _, rest = self.path[1:].partition("?")
        if path == "to":
            return self._head(302, Location=rest, Content_Length="0")
        if path == "loop":
            return self._head(302, Location="/loop", Content_Length="0")
        if path == "huge":
            return self._head(Content_Length=str(1 << 30))
        if path == "endless":
            self._head(Connection="close")
            while True:
                self.wfile.write(b"x" * 65_536)
        if path == "bomb":
            import gzip

            content = gzip.compress(b"\x00" * 40_000_000, 9)
            self._head(Content_Encoding="gzip", Content_Length=str(len(content)))
            return self.wfile.write(content)
        if path == "slow-body":
            self._head(Content_Length="1000000")
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.2)
        if path == "slow-head":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(100):
                self.wfile.write(b"X-A: b\r\n")
                time.sleep(0.2)
        if path == "silent":
            time.sleep(20)
        if path == "nonsense":
            return self.wfile.write(b"\x00\x01nonsense\r\n\r\n")
        if path == "cut":
            self._head(Content_Length="1000")
            self.wfile.write(b"x")
            self.close_connection = True
            return None
        content = b"The words."
        self._head(404 if path == "gone" else 200, Content_Length=str(len(content)), Content_Type="text/plain")
        if self.command == "GET":
            self.wfile.write(content)
        return None


@contextmanager
def web(handler=_Handler):
    server = _Server(("127.0.0.1", 0), handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)  # else its end takes 0.5 s
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(monkeypatch):
    """A site on the internet, as far as the name public.test goes; every other name is resolved as always."""
    real = fetcher.resolve
    monkeypatch.setattr(
        fetcher, "resolve", lambda host, port: ["127.0.0.1"] if host == "public.test" else real(host, port)
    )
    with web() as server:
        server.url = f"http://public.test:{server.server_port}"
        yield server


def test_a_document_comes_with_its_name_kept_for_the_server(site):
    found = fetch(f"{site.url}/to?/a")
    assert (found.content, found.content_type, found.status, found.hops) == (b"The words.", "text/plain", 200, 1)
    assert site.asked == [f"public.test:{site.server_port} /to?/a", f"public.test:{site.server_port} /a"]
    assert fetch(f"{site.url}/gone").status == 404


def test_where_one_address_of_a_name_cannot_be_reached_the_other_is_asked(site, monkeypatch):
    monkeypatch.setattr(fetcher, "resolve", lambda host, port: ["2001:db8::1", "127.0.0.1"])  # no host has the first
    assert fetch(f"{site.url}/a").content == b"The words."
    monkeypatch.setattr(fetcher, "resolve", lambda host, port: ["2001:db8::1"])
    with pytest.raises(FetchRefusedError):
        fetch(f"{site.url}/a", seconds=5)


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://localhost:5432/", "http://169.254.169.254/latest/", "http://[::1]/", "file:///etc/passwd",
     "ftp://public.test/", "//127.0.0.1/", "http://0x7f000001/", "https://10.0.0.1/"],
)  # fmt: skip
def test_a_redirect_inside_is_refused(site, target):
    with pytest.raises(FetchRefusedError):
        fetch(f"{site.url}/to?{target}")
    assert len(site.asked) == 1


def test_what_is_sent_comes_whole_and_follows_no_redirect(site):
    assert fetch(f"{site.url}/a", method="POST", content=b"Sent.").content == b"Sent."
    assert fetch(f"{site.url}/to?/a", method="POST", content=b"Sent.").status == 307
    assert len(site.asked) == 2


def test_a_private_address_is_asked_only_where_that_is_allowed(site):
    private = f"http://127.0.0.1:{site.server_port}/a"
    with pytest.raises(FetchRefusedError, match="not on the public internet"):
        fetch(private, method="POST", content=b"Sent.")
    assert site.asked == []
    assert fetch(private, method="POST", content=b"Sent.", is_private_allowed=True).content == b"Sent."


def test_redirects_come_to_an_end(site):
    with pytest.raises(FetchRefusedError, match="more than 5 times"):
        fetch(f"{site.url}/loop")
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("path", "message"),
    [("huge", "1,073,741,824 bytes"), ("endless", "more than"), ("bomb", "more than"), ("nonsense", "could not"),
     ("cut", "could not"), ("slow-body", r"too slow|did not respond"), ("slow-head", "did not respond"),
     ("silent", "did not respond")],
)  # fmt: skip
@pytest.mark.slow
def test_servers_that_mean_harm_are_given_up_in_time(site, path, message):
    start = time.monotonic()
    with pytest.raises(FetchRefusedError, match=message):
        fetch(f"{site.url}/{path}", seconds=2)
    assert time.monotonic() - start < 5, "at most a read longer than it may take"
