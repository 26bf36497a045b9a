"""The poll service's server doing nothing: it reads what is sent and answers always the same.

What the service costs is told against this. Run as a program, with the answer as its argument, it
prints the port that it has.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from rsscorm.polls.asgi import Receive, Scope, Send, answer, read_body
from rsscorm.polls.serve import config
from rsscorm.polls.service import HEADERS


@contextmanager
def nothing(answer: bytes) -> Iterator[str]:
    """A process that does nothing but answer; its address."""
    words = [sys.executable, str(Path(__file__)), answer.decode()]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def main() -> None:
    """Answer until the end."""
    always = sys.argv[1].encode()

    async def vote(scope: Scope, receive: Receive, send: Send) -> None:
        await read_body(scope, receive)
        await answer(send, always, HEADERS)

    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(listening.getsockname()[1], flush=True)
    plan = config(vote)
    with asyncio.Runner(loop_factory=plan.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(plan).serve(sockets=[listening]))


if __name__ == "__main__":
    main()
