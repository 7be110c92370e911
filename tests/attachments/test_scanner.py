"""Whether a document is harmful: asked of a real clamd; whatever goes wrong is no answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from breakwater.attachments.clamd import NoAnswer, is_harmful
from tests.attachments.documents import PDF, TEXT, docx, eml
from tests.clamd import EICAR


@pytest.mark.parametrize("content", [TEXT, PDF, docx(), eml(), b"x" * 3_000_000])
def test_a_clean_document_is_clean(scanner: str, content: bytes) -> None:
    assert is_harmful(content, scanner) is False


@pytest.mark.parametrize(
    "content",
    [
        EICAR,
        b"Dear colleague,\n" + EICAR,
        PDF + EICAR,
        docx(word__embeddings__a_dot_xml=EICAR * 2),
        eml(EICAR, "letter.txt"),
        bytes(1_000_000) + EICAR,
    ],
)
def test_a_harmful_document_is_found_wherever_the_harm_is(scanner: str, content: bytes) -> None:
    assert is_harmful(content, scanner) is True


def test_many_ask_at_once(scanner: str) -> None:
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda c=content: answers.append(is_harmful(c, scanner)))
        for content in [TEXT, EICAR] * 8
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 8 + [True] * 8


@contextmanager
def answering(
    folder: Path, answer: Callable[[socket.socket], object], *, far: bool = False
) -> Iterator[str]:
    """A clamd that went wrong: the real one cannot be told to."""
    path = folder / "s"
    with socket.socket(socket.AF_INET if far else socket.AF_UNIX) as server:
        server.bind(("127.0.0.1", 0) if far else str(path))
        server.listen()

        def serve() -> None:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                answer(client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}" if far else f"unix://{path}"
        server.close()
        thread.join(5)


def after_all(words: bytes) -> Callable[[socket.socket], object]:
    def answer(client: socket.socket) -> None:
        while not client.recv(65536).endswith(bytes(4)):
            pass
        client.sendall(words)

    return answer


@pytest.mark.parametrize(
    "words",
    [
        b"stream: OK",  # cut before its end
        b"",
        b"\0",
        b"OK\0",
        b"stream: OK FOUND ERROR\0",
        b"stream: NOT OK\0",
        b"stream: OK\n\0",
        b"FOUND\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"stream: OK\0stream: OK\0",
        b"\xff\xfe\0",
        b"x" * 10_000 + b"\0",
    ],
)
def test_an_unclear_answer_is_none(tmp_path: Path, words: bytes) -> None:
    with answering(tmp_path, after_all(words)) as address, pytest.raises(NoAnswer):
        is_harmful(TEXT, address, seconds=5)


def test_a_clear_answer_of_another_clamd_is_understood(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    with answering(tmp_path / "1", after_all(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")) as address:
        assert is_harmful(TEXT, address) is True
    with answering(tmp_path, after_all(b"stream: OK\0"), far=True) as address:
        assert is_harmful(TEXT, address) is False


def test_a_scanner_that_hangs_is_given_up(tmp_path: Path) -> None:
    over = threading.Event()
    with answering(tmp_path, lambda _: over.wait(10)) as address:
        with pytest.raises(NoAnswer, match="Timeout"):
            is_harmful(b"x" * 5_000_000, address, seconds=0.3)
        over.set()


def test_a_scanner_that_answers_a_letter_at_a_time_is_given_up(tmp_path: Path) -> None:
    over = threading.Event()

    def drip(client: socket.socket) -> None:
        while not over.wait(0.1):
            client.sendall(b"x")

    with answering(tmp_path, drip) as address:
        with pytest.raises(NoAnswer, match="Timeout"):
            is_harmful(TEXT, address, seconds=0.5)
        over.set()


def test_a_scanner_that_hangs_up_is_no_answer(tmp_path: Path) -> None:
    with answering(tmp_path, lambda client: client.recv(5)) as address, pytest.raises(NoAnswer):
        is_harmful(b"x" * 5_000_000, address, seconds=5)


@pytest.mark.parametrize(
    "address", ["", "unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:1", f"unix:///{'x' * 200}"]
)
def test_without_a_scanner_there_is_no_answer(address: str) -> None:
    with pytest.raises(NoAnswer):
        is_harmful(TEXT, address, seconds=5)
