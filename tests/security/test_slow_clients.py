"""Clients that are slow on purpose: each holds a connection for a while and no longer."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
import uvicorn

from api import patience, requests
from api.patience import Patience
from tests.api.house import house


@contextmanager
def answering(app):
    """The application behind a real socket; gives back its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, http=Patience, ws="none", lifespan="off", timeout_keep_alive=5)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([door],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield door.getsockname()
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="module")
def address(stores):
    with stores.fresh("sqlite") as url, house(url) as built, answering(built.app) as at:
        yield at, built.keys["committee"]


def answer_of(client, seconds=5, until=b""):
    """What arrives first, and what follows until these bytes are in it or the other end closes; silence is a fault."""
    client.settimeout(seconds)
    answer = b""
    try:
        while part := client.recv(4096):
            answer += part
            if until in answer:
                break
    except ConnectionResetError:
        pass
    return answer


def test_headers_that_never_end_close_the_connection(address, monkeypatch):
    monkeypatch.setattr(Patience, "header_seconds", 0.3)
    with socket.create_connection(address[0]) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\n")
        for _ in range(20):
            time.sleep(0.05)
            try:
                client.sendall(b"x: y\r\n")
            except OSError:
                break
        assert answer_of(client) == b""


def test_nothing_at_all_closes_it_too(address, monkeypatch):
    monkeypatch.setattr(Patience, "header_seconds", 0.3)
    with socket.create_connection(address[0]) as client:
        assert answer_of(client) == b""


def test_after_an_answer_the_next_headers_are_waited_for_as_long(address, monkeypatch):
    monkeypatch.setattr(Patience, "header_seconds", 0.3)
    with socket.create_connection(address[0]) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in answer_of(client)
        client.sendall(b"GET /health")
        assert answer_of(client) == b""


def test_a_slow_answer_is_not_taken_for_a_slow_client(address, monkeypatch):
    monkeypatch.setattr(Patience, "header_seconds", 0.1)

    async def slow(scope, receive, send):
        time.sleep(0.3)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})

    with answering(slow) as at, socket.create_connection(at) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in answer_of(client)


def test_headers_without_end_are_refused(address):
    with socket.create_connection(address[0]) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nx: " + b"y" * (patience.HEADER_BYTES - 200))
        client.sendall(b"y" * 1000)
        assert b" 431 " in answer_of(client)


def test_a_body_that_drips_is_refused_in_words(address, monkeypatch):
    at, key = address
    monkeypatch.setattr(requests, "BODY_SECONDS", 0.3)
    with socket.create_connection(at) as client:
        head = f"POST /v1/rounds HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: 1000\r\n"
        client.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n{")
        answer = answer_of(client, until=b"too_slow")
    assert b" 408 " in answer
    assert b"too_slow" in answer


def test_who_does_not_take_the_answer_is_left(monkeypatch):
    monkeypatch.setattr(Patience, "taking_seconds", 0.3)
    gone = threading.Event()

    async def long(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await sent(send))["type"] != "http.disconnect":
            pass

    async def sent(send):
        await send({"type": "http.response.body", "body": b"x" * 2**16, "more_body": True})
        return {"type": "http.disconnect" if gone.is_set() else ""}

    lost = Patience.connection_lost
    monkeypatch.setattr(Patience, "connection_lost", lambda self, exc: (gone.set(), lost(self, exc))[1])
    with answering(long) as at, socket.create_connection(at) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert gone.wait(10), "the service still waits"
