"""A client waits no longer than it said, whatever the other end does."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from breakwater.sharing.node import client, wire
from breakwater.sharing.node.keys import SigningKey


@contextmanager
def a_server(talk):
    """Take one connection after another and let `talk` misbehave on it."""
    listening, over = socket.create_server(("127.0.0.1", 0)), threading.Event()
    listening.settimeout(0.1)

    def serve():
        while not over.is_set():
            try:
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            with connection:
                try:
                    connection.recv(65_536)
                    talk(connection, over)
                except OSError:
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        thread.join(10)
        listening.close()


def silent(_connection, over):
    over.wait(10)


def dripping(connection, over):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not over.wait(0.05):
        connection.sendall(b" ")


def says(answer):
    return lambda connection, _over: connection.sendall(answer)


def asked(url):
    what = wire.statement(wire.EVALUATE, "hub", "holder", b"{}", time.time())
    return client.evaluate(url, SigningKey.new(), what, b"{}", 0.4)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (silent, "no answer within 0.4 s"),
        (dripping, "no answer within 0.4 s"),
        (says(b""), "no connection"),
        (says(b"nonsense\r\n\r\n"), "no connection"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{}"), "no connection"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"), "elements must be base64"),
        (says(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), "an answer with status 500"),
        (
            says(b"HTTP/1.1 302 To\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"),
            "302",
        ),
    ],
    ids=[
        "silent",
        "dripping",
        "hangs-up",
        "no-http",
        "cut-off",
        "no-answer",
        "broken",
        "elsewhere",
    ],
)
def test_what_is_no_answer_is_said_in_time(talk, words):
    with a_server(talk) as url, pytest.raises(client.NotReached, match=words):
        asked(url)


def test_a_refusal_comes_through_with_its_words():
    body = wire.Refused("closed", "on holiday").body()
    answer = b"HTTP/1.1 503 No\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with a_server(says(answer)) as url, pytest.raises(wire.Refused, match="closed: on holiday"):
        asked(url)


def test_an_endless_answer_is_cut_off(monkeypatch):
    monkeypatch.setattr(client, "MOST_ANSWER", 100_000)

    def endless(connection, over):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not over.is_set():
            connection.sendall(b" " * 65_536)

    with a_server(endless) as url, pytest.raises(client.NotReached, match="longer than any"):
        asked(url)
