"""What costs much is counted by what it takes of a processor, and few such answers are made at once."""

import threading
import time

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from tests.desk.conftest import signed_in
from tests.factories import person, stated
from tracker.core.files.file_lock import FileLock
from tracker.desk.accounts.permissions import DeskRole
from tracker.web import export_files, rate_limiting
from tracker.web.rate_limiting import BudgetMiddleware, rate_limited

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOW = "2026-11-24T12:00:30Z"


@pytest.fixture(autouse=True)
def _budgets(settings):
    settings.CLIENT_BUDGET, settings.TOTAL_BUDGET, settings.HEAVY_REQUESTS = 2, 0, 2
    cache.clear()


def use(seconds: float) -> None:
    """Let this thread use a processor."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def site(view):
    """What answers a request by a view, as the last middleware does."""
    answer = BudgetMiddleware(view)

    def ask(path="/", **extra):
        request = RequestFactory().get(path, **extra)
        request.user = None
        request.htmx = False
        return answer(request)

    return ask


def held_view():
    """A heavy view that stays in its middle, what tells that it has come there, and what lets it go on."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    @rate_limited("search", plain=True)
    def heavy(request):
        begun.release()
        assert go_on.wait(20)
        return HttpResponse("x")

    return heavy, begun, go_on


def writer(begun, go_on):
    """What writes a file piece by piece, says that it has begun, and ends when it may."""

    def write(file):
        while not go_on.is_set():
            use(0.02)
            file.write(b"x" * (1 << 16))
            begun.set()

    return write


def test_a_client_whose_budget_is_used_is_told_when_to_go_on_and_others_are_not(client):
    stated()
    with time_machine.travel(NOW, tick=False) as clock:
        assert client.get("/").status_code == 200
        rate_limiting._charge(rate_limiting.client_key(RequestFactory().get("/")), 3)
        refused = client.get("/changes/", headers={"accept": "text/html"})
        assert refused.status_code == 429
        assert refused["Cache-Control"] == "no-store"
        assert refused["Content-Type"].startswith("text/html")
        assert client.get("/data/pledges.csv")["Content-Type"].startswith("text/plain")
        assert client.get("/changes/", REMOTE_ADDR="192.0.2.9").status_code == 200
        seconds = int(refused["Retry-After"])
        assert 30 < seconds < 90
        clock.shift(seconds - 2)
        assert client.get("/changes/").status_code == 429
        clock.shift(2)
        assert client.get("/changes/").status_code == 200, "exactly when it was said"


def test_who_sends_forms_may_use_twice_as_much(client):
    key = rate_limiting.client_key(RequestFactory().get("/"))
    rate_limiting._charge(key, 3)
    assert client.get("/report/").status_code == 429
    assert client.post("/report/", {"what": "A day is wrong."}).status_code == 422
    rate_limiting._charge(key, 2)
    refused = client.post("/report/", {"what": "A day is wrong."}, headers={"accept": "text/html"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_what_an_answer_takes_is_charged_streamed_or_not():
    def whole(request):
        use(0.05)
        return HttpResponse("x")

    def pieces():
        for _ in range(5):
            use(0.02)
            yield b"x"

    key = rate_limiting.client_key(RequestFactory().get("/"))

    def used() -> int:
        return sum(cache.get(f"budget:{int(time.time() // 60) - back}:{key}", 0) for back in (0, 1))

    site(whole)()
    assert 50 <= used() < 90
    before = used()
    answer = site(lambda request: StreamingHttpResponse(pieces()))()
    assert used() == before, "not before it is made"
    assert b"".join(answer.streaming_content) == b"xxxxx"
    answer.close()
    assert used() - before >= 100


def test_a_reader_who_waits_for_nothing_costs_nothing():
    key = rate_limiting.client_key(RequestFactory().get("/"))
    site(lambda request: (time.sleep(0.3), HttpResponse("x"))[1])()
    assert cache.get(f"budget:{int(time.time() // 60)}:{key}", 0) < 100


def test_few_heavy_answers_are_made_at_once_and_the_next_is_refused_soon(monkeypatch):
    monkeypatch.setattr(rate_limiting, "HEAVY_WAIT_SECONDS", 0.05)
    heavy, begun, go_on = held_view()
    ask, answers = site(heavy), []
    threads = [threading.Thread(target=lambda: answers.append(ask())) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.acquire(timeout=5)
    assert begun.acquire(timeout=5)
    refused = ask()
    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert b"busy" in refused.content
    assert site(lambda request: HttpResponse("plain"))().status_code == 200, "plain pages are made all the same"
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert ask().status_code == 200


def test_two_wait_for_their_turn_and_the_next_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(rate_limiting, "HEAVY_WAIT_SECONDS", 20)
    heavy, begun, go_on = held_view()
    ask, answers = site(heavy), []
    threads = [threading.Thread(target=lambda: answers.append(ask().status_code)) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.acquire(timeout=5)
    assert begun.acquire(timeout=5)
    until = time.monotonic() + 5
    while rate_limiting._waiting._value:
        assert time.monotonic() < until
        time.sleep(0.01)
    start = time.monotonic()
    assert ask().status_code == 503
    assert time.monotonic() - start < 10, "it did not wait as long as those who wait"
    go_on.set()
    for thread in threads:
        thread.join(20)
    assert answers == [200, 200, 200, 200]


@pytest.mark.parametrize("ending", ["read", "closed", "lost", "broken", "failed"])
def test_a_download_gives_its_place_back_however_it_ends(monkeypatch, ending):
    monkeypatch.setattr(rate_limiting, "HEAVY_WAIT_SECONDS", 0.05)

    def pieces():
        yield b"x"
        if ending == "broken":
            raise OSError("gone")
        yield b"y"

    @rate_limited("download", plain=True)
    def heavy(request):
        if ending == "failed":
            raise ValueError("x")
        return StreamingHttpResponse(pieces())

    ask = site(heavy)
    for _ in range(5):
        if ending == "failed":
            with pytest.raises(ValueError, match="x"):
                ask()
            continue
        answer = ask()
        assert answer.status_code == 200
        if ending == "read":
            list(answer.streaming_content)
        elif ending == "broken":
            with pytest.raises(OSError, match="gone"):
                list(answer.streaming_content)
        elif ending == "closed":
            next(iter(answer.streaming_content))
            answer.close()
        del answer


def test_who_reads_slowly_holds_neither_searches_nor_the_downloads_of_others(monkeypatch, settings):
    settings.HEAVY_REQUESTS = 1
    monkeypatch.setattr(rate_limiting, "HEAVY_WAIT_SECONDS", 0.05)

    @rate_limited("download", plain=True)
    def download(request):
        return StreamingHttpResponse(iter([b"x", b"y"]))

    search, ask = site(rate_limited("search", plain=True)(lambda request: HttpResponse("x"))), site(download)
    slow = ask(REMOTE_ADDR="192.0.2.1")
    assert next(iter(slow.streaming_content)) == b"x"
    again = ask(REMOTE_ADDR="192.0.2.1")
    assert (again.status_code, again["Retry-After"]) == (503, "5"), "one download of a client is sent at once"
    other = ask(REMOTE_ADDR="192.0.2.2")
    assert other.status_code == 200
    assert ask(REMOTE_ADDR="192.0.2.3").status_code == 503, "and so many of all"
    for _ in range(3):
        assert search(REMOTE_ADDR="192.0.2.1").status_code == 200
    slow.close()
    assert list(other.streaming_content) == [b"x", b"y"]
    assert ask(REMOTE_ADDR="192.0.2.1").status_code == 200


def test_a_piece_of_a_download_waits_while_as_many_heavy_answers_are_made(monkeypatch):
    monkeypatch.setattr(rate_limiting, "HEAVY_WAIT_SECONDS", 0.05)
    heavy, begun, go_on = held_view()
    ask, read = site(heavy), []
    answer = site(rate_limited("download", plain=True)(lambda request: StreamingHttpResponse(iter([b"x"]))))()
    threads = [threading.Thread(target=lambda: read.append(ask().content)) for _ in range(2)]
    for thread in threads:
        thread.start()
        assert begun.acquire(timeout=5)
    reader = threading.Thread(target=lambda: read.extend(answer.streaming_content))
    reader.start()
    reader.join(0.3)
    assert read == []
    go_on.set()
    for thread in (*threads, reader):
        thread.join(20)
    assert read == [b"x"] * 3


@pytest.mark.parametrize("rests", [True, False])
def test_while_a_file_is_made_that_takes_long_others_are_answered(monkeypatch, settings, tmp_path, rests):
    monkeypatch.setattr(rate_limiting, "HEAVY_WAIT_SECONDS", 0.2)
    if not rests:
        monkeypatch.setattr(export_files, "rest", lambda: None)
    settings.HEAVY_REQUESTS, settings.DATA_DIR = 1, tmp_path
    go_on, begun = threading.Event(), threading.Event()

    def make(request):
        monkeypatch.setattr(export_files, "entity_tag", lambda name: "1")
        return HttpResponse(export_files.export_file("table.csv", writer(begun, go_on)).read_bytes())

    answers = []
    ask = site(rate_limited("download", plain=True)(make))
    maker = threading.Thread(target=lambda: answers.append(ask().status_code))
    maker.start()
    try:
        assert begun.wait(10)
        search = site(rate_limited("search", plain=True)(lambda request: HttpResponse("x")))
        assert search(REMOTE_ADDR="192.0.2.1").status_code == (200 if rests else 503)
    finally:
        go_on.set()
        maker.join(20)
    assert answers == [200]


@pytest.mark.parametrize("waits", [True, False])
def test_who_waits_for_a_file_that_another_makes_holds_neither_that_one_nor_searches(
    monkeypatch, settings, tmp_path, waits
):
    monkeypatch.setattr(rate_limiting, "HEAVY_WAIT_SECONDS", 0.5)
    monkeypatch.setattr(export_files, "WAIT_SECONDS", 20 if waits else 0.1)
    monkeypatch.setattr(export_files, "entity_tag", lambda name: "1")
    settings.HEAVY_REQUESTS, settings.DATA_DIR = 1, tmp_path
    go_on, begun, answers = threading.Event(), threading.Event(), {}

    def make(request):
        try:
            return HttpResponse(export_files.export_file("table.csv", writer(begun, go_on)).read_bytes()[:1])
        except export_files.ExportInProgressError:
            return HttpResponse(status=503)

    download = site(rate_limited("download", plain=True)(make))
    search = site(rate_limited("search", plain=True)(lambda request: HttpResponse("x")))

    def ask(number):
        answers[number] = download(REMOTE_ADDR=f"192.0.2.{number}").status_code

    readers = [threading.Thread(target=ask, args=(number,)) for number in (1, 2)]
    try:
        readers[0].start()
        assert begun.wait(10)
        readers[1].start()
        readers[1].join(1)
        assert search(REMOTE_ADDR="192.0.2.3").status_code == 200
    finally:
        start = time.monotonic()
        go_on.set()
        for reader in readers:
            reader.join(30)
    assert time.monotonic() - start < 10
    assert answers == {1: 200, 2: 200 if waits else 503}
    assert search(REMOTE_ADDR="192.0.2.3").status_code == 200


def test_where_as_many_wait_as_may_nobody_waits_for_a_file_either(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(rate_limiting, "_waiting", threading.Semaphore(0))
    monkeypatch.setattr(export_files, "WAIT_SECONDS", 10)
    settings.DATA_DIR = tmp_path
    (tmp_path / "exports").mkdir()
    held = FileLock(tmp_path / "exports" / ".table.csv.lock")
    held.acquire(timeout=1)

    def make(request):
        with pytest.raises(export_files.ExportInProgressError):
            export_files.export_file("table.csv", lambda file: None)
        return HttpResponse("x")

    start = time.monotonic()
    assert site(rate_limited("download", plain=True)(make))().status_code == 200
    assert time.monotonic() - start < 5
    held.release()


def test_all_readers_together_may_use_so_much_for_heavy_answers(client, settings):
    stated()
    settings.TOTAL_BUDGET = 1
    with time_machine.travel(NOW, tick=False):
        assert client.get("/?q=taxi").status_code == 200
        rate_limiting._charge("all", 5)
        assert client.get("/?q=rank", REMOTE_ADDR="192.0.2.7").status_code == 429
        assert client.get("/changes/").status_code == 200, "plain pages are for everybody"


def test_who_is_signed_in_is_not_charged_and_a_cookie_alone_is_nobody(client):
    stated()
    rate_limiting._charge(rate_limiting.client_key(RequestFactory().get("/")), 600)
    assert signed_in(person("Edith", DeskRole.EDITOR)).get("/changes/").status_code == 200
    client.cookies["sessionid"] = "made-up"
    assert client.get("/changes/").status_code == 429


def test_behind_a_proxy_that_settings_do_not_know_nobody_pays_for_all(client, settings):
    stated()
    rate_limiting._charge(rate_limiting.client_key(RequestFactory().get("/")), 600)
    headers = {"X-Forwarded-For": "198.51.100.7"}
    assert client.get("/changes/", headers=headers).status_code == 200
    assert client.get("/changes/", headers=headers, REMOTE_ADDR="8.8.8.8").status_code == 200
    rate_limiting._charge(rate_limiting.client_key(RequestFactory().get("/", REMOTE_ADDR="8.8.8.8")), 600)
    assert client.get("/changes/", headers=headers, REMOTE_ADDR="8.8.8.8").status_code == 429, "a header is no excuse"
