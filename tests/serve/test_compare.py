"""Compare: two sets of one lift in step, and what is said where they can't be."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from html import unescape

from formcheck.serve.kept.people import client_named
from tests.history.made_history import made_set
from tests.serve.conftest import PAGE, Asking


def text_of(desk: Asking, way: str) -> str:
    answer = desk.browser.get(way, headers=PAGE)
    assert answer.status_code == 200
    return answer.text


def twice(desk: Asking) -> tuple[str, str]:
    """Anna's set, and the same once more as of another day."""
    store = desk.desk.store
    anna = client_named(store, "Anna")
    one = store.sets("Anna", details=True)[0]
    store.add_sets([replace(one, content="e" * 64, key="e" * 64, load_kg=90.0)])
    return f"{anna.id}:{one.content}", f"{anna.id}:{'e' * 64}"


def test_two_sets_stand_beside_each_other(judged: Asking) -> None:
    """Both films, what changed, and every pair of reps on one clock."""
    a, b = twice(judged)
    text = text_of(judged, f"/compare?a={a}&b={b}")
    assert "No change that the measurement can tell" in text
    number, content = a.split(":")
    assert f'src="/sets/{number}/{content}/film"' in text
    steps = json.loads(unescape(re.search(r'data-steps="([^"]*)"', text)[1]))  # type: ignore[index]
    assert [one["a"] for one in steps] == [one["b"] for one in steps]
    for one in steps:
        assert len(one["moments"]) == len(one["clock_s"]) == len(one["a_s"])
        assert one["clock_s"] == sorted(one["clock_s"])
        assert one["a_s"] == one["b_s"]


def test_a_film_that_is_gone_is_told(judged: Asking) -> None:
    """Its numbers are compared all the same."""
    a, b = twice(judged)
    judged.desk.films.remove(a.split(":")[1])
    text = text_of(judged, f"/compare?a={a}&b={b}")
    assert text.count("No film is shown") == 2
    assert "Lifting" in text


def test_two_lifts_are_not_compared(judged: Asking) -> None:
    """In words, without a way on the disk in them."""
    a, _ = twice(judged)
    squat = made_set("Anna", 1, 1, "back_squat", 0.0, random.Random(3))
    folder = judged.desk.store.sets("Anna")[0].folder
    judged.desk.store.add_sets([replace(squat, folder=f"{folder[:-8]}00000000")])
    text = text_of(judged, f"/compare?a={a}&b={a.split(':')[0]}:{squat.content}")
    assert 'role="alert"' in text
    assert str(judged.desk.out) not in text


def test_whatever_an_address_names(judged: Asking) -> None:
    """Nothing, nobody's, the same twice: a form to choose."""
    a, _ = twice(judged)
    for way in ("", "?a=1&b=2", f"?a={a}&b={a}", "?a=9:x&b=%20", "?client=1", "?client=1&model=77"):
        assert "Choose" in text_of(judged, f"/compare{way}")
    assert "same set twice" in text_of(judged, f"/compare?a={a}&b={a}")
