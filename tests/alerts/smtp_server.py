"""A mail server of a test: it says of each address what it is told to, and keeps the bytes that it took."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 mail.test")
        to = ""
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                self._say("250 mail.test")
            elif verb == b"RCPT":
                to = line.decode().partition("<")[2].partition(">")[0]
                self.server.tried.append(to)
                self._say(self.server.answers.get(to, "250 2.1.5 Ok"))
            elif verb == b"DATA":
                self._say("354 Go on")
                content = b""
                while (line := self.rfile.readline()) != b".\r\n":
                    content += line
                self.server.taken.append(content)
                self._say("250 2.0.0 Ok")
            elif verb == b"QUIT":
                self._say("221 Bye")
                return
            else:
                self._say("250 2.1.0 Ok")

    def _say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


class SMTPServer(socketserver.ThreadingTCPServer):
    """``answers`` is what it says to each recipient, ``tried`` whom it was asked for, ``taken`` what it took."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, str] = {}
        self.tried: list[str] = []
        self.taken: list[bytes] = []


@contextmanager
def smtp_server(settings) -> Iterator[SMTPServer]:
    """Run one, to which Django sends."""
    with SMTPServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
        server.shutdown()
