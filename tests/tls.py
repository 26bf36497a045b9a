"""A door with TLS before a service, as Caddy is: what packages call must be https."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Self


class Door:
    """Takes TLS connections and passes on what is in them; a context manager.

    Its certificate is its own: a browser must be told not to mind.
    """

    def __init__(self, folder: Path) -> None:
        self._inner: tuple[str, int] = ("127.0.0.1", 0)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*_certificate(folder))
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    def leads_to(self, address: str) -> None:
        """Where connections go from now on."""
        host, port = address.removeprefix("http://").split(":")
        self._inner = (host, int(port))

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                plain, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), plain:
            outer = self._context.wrap_socket(plain, server_side=True)
            with outer, socket.create_connection(self._inner) as inner:
                back = threading.Thread(target=_pass_on, args=(inner, outer), daemon=True)
                back.start()
                _pass_on(outer, inner)
                back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate and its key, made for this door alone."""
    program = shutil.which("openssl")
    assert program, "openssl is missing: ./test installs it on Debian"
    certificate, key = folder / "door.crt", folder / "door.key"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([program, *words.split(), *names, *files], check=True, capture_output=True)
    return certificate, key
