"""What a person does in a quiz, as a browser would send it, and what the pages say."""

from bs4 import BeautifulSoup

from courses.models import CourseRecord, Evidence
from quizzes.models import Answer, Attempt, Drawn, Option, Question
from tests.courses.course import publish

URL = "/courses/always-on/quiz/"
FRAGMENT = {"X-Fragment": "1"}


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def text_of(response):
    return " ".join(soup(response).select_one("main").get_text(" ").split())


def start(reader):
    """The person's open attempt, begun by the form of the start card."""
    assert reader.post(URL).status_code == 302
    return Attempt.objects.get(finished_at__isnull=True)


def page(attempt, position):
    return f"{URL}{attempt.public_id}/{position}/"


def result_of(attempt):
    return f"{URL}{attempt.public_id}/result/"


def option(attempt, position, correct=True):
    payload = attempt.drawn.get(position=position).version.payload
    return next(option["key"] for option in payload["options"] if option["correct"] is correct)


def fields_of(response):
    """The form as a browser would send it, without an answer."""
    return {field["name"]: field["value"] for field in soup(response).select("#question input[type=hidden]")}


def answer(reader, attempt, position, correct=True, **fields):
    url = page(attempt, position)
    chosen = {"answer": option(attempt, position, correct)} | fields
    return reader.post(url, {**fields_of(reader.get(url)), **chosen})


def take(reader, *rights, **fields):
    """A whole attempt with these answers: True is right."""
    attempt = start(reader)
    for position, correct in enumerate(rights, start=1):
        answer(reader, attempt, position, correct, **fields)
    return Attempt.objects.get(pk=attempt.pk)


def everything():
    models = (Answer, Attempt, Drawn, CourseRecord, Evidence)
    return [list(model.objects.order_by("pk").values()) for model in models]


def start_with_multiple(reader, course):
    """An attempt at a quiz of one question with two right options of four."""
    Question.objects.filter(purpose="quiz").update(live=False)
    question = Question(
        bank=course.bank, locale=course.page.locale, code="t2-m", kind="multiple_choice", stem="Which?"
    )
    question.options = [
        Option(
            sort_order=place,
            text=text,
            is_correct=place < 2,
            explanation=f"CANARY-{text.upper()} because {place}.",
        )
        for place, text in enumerate(["right-one", "right-two", "wrong-one", "wrong-two"])
    ]
    question.save()
    question.save_revision().publish()
    course.page.quiz_questions = 1
    publish(course.page)
    return start(reader)


def keys_by_text(attempt):
    return {option["html"]: option["key"] for option in attempt.drawn.get().version.payload["options"]}


def take_all(reader, person):
    reader.post(URL)
    attempt = Attempt.objects.get(employee=person, finished_at__isnull=True)
    for position in (1, 2, 3):
        answer(reader, attempt, position)
