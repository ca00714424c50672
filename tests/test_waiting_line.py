"""The line before the models: first come, first served; whoever gives up holds nobody up."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from retrieval.answering import Assistant
from retrieval.reader import Reader, Reading
from retrieval.reader_rules import LastReader
from retrieval.types import Citation
from retrieval.waiting_line import Place, WaitingLine


def held(place: Place) -> bool:
    return place.called(0)


def test_the_first_to_come_are_the_first_served() -> None:
    line = WaitingLine(2)
    places = [line.join() for _ in range(5)]
    assert [held(place) for place in places] == [True, True, False, False, False]
    places[1].leave()
    assert [held(place) for place in places[2:]] == [True, False, False]
    places[0].leave()
    assert [held(place) for place in places[3:]] == [True, False]


def test_leaving_twice_frees_one_slot() -> None:
    line = WaitingLine(1)
    first, second, third = (line.join() for _ in range(3))
    first.leave()
    first.leave()
    assert held(second) and not held(third)


def test_giving_up_in_line_lets_the_next_pass() -> None:
    line = WaitingLine(1)
    first, second, third = (line.join() for _ in range(3))
    second.leave()
    first.leave()
    assert held(third)


def test_what_was_asked_passes_what_nobody_asked_for() -> None:
    line = WaitingLine(1)
    asked = [line.join()]
    unasked = [line.join(last=True) for _ in range(2)]
    asked += [line.join(), line.join()]
    for now, after in ((0, 1), (1, 2)):
        asked[now].leave()
        assert held(asked[after]) and not any(held(place) for place in unasked)
    asked[2].leave()
    assert [held(place) for place in unasked] == [True, False]
    unasked[1].leave()  # given up
    unasked[0].leave()
    assert held(line.join(last=True))


def test_a_place_is_left_where_its_block_ends() -> None:
    line = WaitingLine(1)
    with pytest.raises(RuntimeError), line.join() as place:
        assert held(place)
        raise RuntimeError
    assert held(line.join())


def test_never_more_at_work_than_slots() -> None:
    line = WaitingLine(3)
    lock, at_work, most, done = threading.Lock(), 0, 0, 0

    def work() -> None:
        nonlocal at_work, most, done
        place = line.join()
        assert place.called(300)
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.001)
        with lock:
            at_work -= 1
            done += 1
        place.leave()

    threads = [threading.Thread(target=work) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert (most <= 3, done) == (True, 60)


@dataclass
class Failing:
    threshold: float = 0.5

    def read(self, query: object, candidates: object) -> Reading:
        raise RuntimeError


def test_the_slot_is_free_when_all_is_read_or_reading_fails() -> None:
    told: list[str] = []
    reader: Reader = LastReader(Failing(), lambda: told.append("done"))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        reader.read(None, [])  # type: ignore[arg-type]
    assert told == ["done"]


@dataclass
class HeldReader:
    """Reads as the reader within, once it is let."""

    reader: Reader
    reads: list[str] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    @property
    def threshold(self) -> float:
        return self.reader.threshold

    def read(self, query: object, candidates: object) -> Reading:
        self.begun.set()
        assert self.go.wait(300)
        self.reads.append(query.text)  # type: ignore[attr-defined]
        return self.reader.read(query, candidates)  # type: ignore[arg-type]


@pytest.fixture
def crowded(
    sample_assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Assistant, HeldReader]]:
    reader = HeldReader(sample_assistant.reader)
    monkeypatch.setattr(sample_assistant, "_reader", reader)
    monkeypatch.setattr(sample_assistant, "_line", WaitingLine(1))
    monkeypatch.setattr("retrieval.answering.LINE_POLL", 0.01)
    yield sample_assistant, reader
    reader.go.set()


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_questions_are_answered_in_the_order_they_came(
    crowded: tuple[Assistant, HeldReader],
) -> None:
    assistant, reader = crowded
    questions = [f"Why did xAI switch to Dell, take {n}?" for n in range(4)]
    first = in_thread(lambda: assistant.answer(questions[0]))
    assert reader.begun.wait(300)
    waiting = [assistant.stream_answer(question) for question in questions[1:]]
    # Each is in line, in this order, as soon as it says that it waits.
    assert all(next(stream).text == "" for stream in waiting)
    others = [in_thread(lambda stream=stream: list(stream)) for stream in waiting]  # type: ignore[misc]
    reader.go.set()
    for thread in (first, *others):
        thread.join(300)
    assert reader.reads == questions


def test_a_question_given_up_in_line_is_never_read(crowded: tuple[Assistant, HeldReader]) -> None:
    assistant, reader = crowded
    first = in_thread(lambda: assistant.answer("Why did xAI switch to Dell?"))
    assert reader.begun.wait(300)
    given_up = assistant.stream_answer("Who audits Supermicro?")
    assert next(given_up).text == ""
    given_up.close()  # type: ignore[attr-defined]
    reader.go.set()
    first.join(300)
    assert assistant.answer("When does the night train start?").text
    assert reader.reads == ["Why did xAI switch to Dell?", "When does the night train start?"]


def test_a_question_that_fails_leaves_the_line(
    crowded: tuple[Assistant, HeldReader],
) -> None:
    assistant, reader = crowded
    reader.go.set()
    for _ in range(3):
        with pytest.raises(Exception, match="No article has the id"):
            assistant.answer("Why Dell?", articles="nowhere")
    assert assistant.answer("Why did xAI switch to Dell?").citations


def test_follow_ups_wait_for_all_that_people_asked(
    crowded: tuple[Assistant, HeldReader],
) -> None:
    assistant, reader = crowded
    question = "When does the night train restart?"
    cited = [(c.article_id, c.start, c.end) for c in _answered(assistant, reader, question)]
    first = in_thread(lambda: assistant.answer("Why did xAI switch to Dell?"))
    assert reader.begun.wait(300)
    found: list[object] = []
    follow_ups = in_thread(lambda: found.extend(assistant.suggest(question, cited)))
    while not assistant._line._unasked:
        time.sleep(0.005)
    waiting = assistant.stream_answer("Who audits Supermicro?")
    assert next(waiting).text == ""
    second = in_thread(lambda: list(waiting))
    while not assistant._line._asked:
        time.sleep(0.005)
    reader.go.set()
    for thread in (first, second, follow_ups):
        thread.join(300)
    assert reader.reads[:2] == ["Why did xAI switch to Dell?", "Who audits Supermicro?"]
    assert found and len(reader.reads) > 2


def test_follow_ups_are_given_up_where_the_models_stay_busy(
    crowded: tuple[Assistant, HeldReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant, reader = crowded
    monkeypatch.setattr("retrieval.suggesting.PATIENCE", 0.05)
    first = in_thread(lambda: assistant.answer("Why did xAI switch to Dell?"))
    assert reader.begun.wait(300)
    assert assistant.suggest("When does the night train restart?") == ()
    assert not assistant._line._unasked
    reader.go.set()
    first.join(300)
    assert reader.reads == ["Why did xAI switch to Dell?"]


def _answered(assistant: Assistant, reader: HeldReader, question: str) -> tuple[Citation, ...]:
    reader.go.set()
    citations = assistant.answer(question).citations
    reader.go.clear()
    reader.begun.clear()
    reader.reads.clear()
    return citations
