"""What a client reads from a page, as a browser would send it back."""

import random

from tools.load.browser import filled_in, meant
from tools.load.pages import Page, links, numbers

LESSON = """
<html data-user="7"><body><h1>What <b>99.9&nbsp;%</b> buys</h1>
<form class="filters" action="/courses/"><input type="hidden" name="direction" value="both"><button>Apply</button></form>
<check-form><form id="check-1" method="post" action="/courses/one/asks/#check-1">
  <input type="hidden" name="csrfmiddlewaretoken" value="secret"><input type="hidden" name="key" value="k-1">
  <input type="hidden" name="check" value="q-1"><input type="hidden" name="version" value="4">
  <label><input type="checkbox" name="answer" value="a">&lt;A&gt;</label>
  <label><input type="checkbox" name="answer" value="b">B</label>
  <label><input type="checkbox" name="answer" value="unsure">Not sure</label>
  <input type="radio" name="confidence" value="1"><input type="radio" name="confidence" value="3">
  <input name="off" value="never sent" disabled><p><button class="btn" type="submit">Check answer</button>
</form></check-form>
<form id="check-2" method="post" action="/courses/one/asks/#check-2"><input type="hidden" name="check" value="q-2">
  <input type="radio" name="answer" value="c" checked disabled><input type="radio" name="answer" value="d" disabled>
  <a href="/courses/one/asks/?again=q-2#check-2">Answer again</a><button type="button">Copy</button>
</form>
<p class="score num">7 <small>of 8</small></p>
"""


def test_a_form_is_read_with_what_stands_in_it_and_what_may_be_chosen() -> None:
    open_one = Page(LESSON).form(action="/courses/one/asks/")

    assert open_one is not None
    assert open_one.method == "post"
    assert open_one.fields == {"csrfmiddlewaretoken": "secret", "key": "k-1", "check": "q-1", "version": "4"}
    assert open_one.choices == {"answer": ["a", "b", "unsure"], "confidence": ["1", "3"]}
    assert open_one.several == {"answer"}
    assert open_one.can_be_sent


def test_an_answered_check_shows_what_was_chosen_and_cannot_be_sent() -> None:
    _filters, _open, answered = Page(LESSON).forms

    assert answered.chosen == {"answer": ["c"]}
    assert answered.choices == {}
    assert not answered.can_be_sent
    assert answered.links == [("/courses/one/asks/?again=q-2#check-2", "Answer again")]


def test_words_are_read_as_people_read_them() -> None:
    page = Page(LESSON)
    score = page.root.first("p", "score")

    assert page.heading == "What 99.9 % buys"
    assert score is not None and numbers(score.text) == [7, 8]
    assert [words for _href, words in links(page.root)] == ["Answer again"]
    assert [label.text for label in page.root.all("label")] == ["<A>", "B", "Not sure"]


def test_every_answer_that_is_sent_can_be_given_and_says_what_was_meant() -> None:
    form = Page(LESSON).forms[1]
    seen = set()
    for seed in range(200):
        fields = filled_in(form, random.Random(seed), right=["b"])
        said = meant(fields)
        assert fields["key"] == "k-1"
        assert (said["question"], said["version"]) == ("q-1", 4)
        assert said["unsure"] == (not said["chosen"])
        assert said["confidence"] in (None, 1, 3)
        assert not said["unsure"] or said["confidence"] is None
        seen.add(tuple(said["chosen"]))

    assert seen == {(), ("a",), ("b",), ("a", "b")}
