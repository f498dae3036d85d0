"""What the start card and the result of a quiz show: plain values, built from what was asked of the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.published import PublishedCourse
from courses.question_form import Link, confidence_text
from gates.typography import within_quotes
from quizzes.queries import AttemptResult, AttemptSummary, QuestionResult, Section, Why


@dataclass(frozen=True)
class Reading:
    """Where a lesson explains a question: a section, or the lesson itself where none is named."""

    url: str
    lesson_url: str
    lesson: str
    number: int
    section: str
    objective: str

    @property
    def about(self) -> str:
        """What it is about, for somebody who was not sure: nothing in here depends on what is right."""
        words = _("It is explained in lesson %(number)s, “%(lesson)s”: after it you can %(objective)s.")
        return words % {
            "number": self.number,
            "lesson": within_quotes(self.lesson),
            "objective": self.objective,
        }

    @property
    def link(self) -> Link:
        words = _("Read “%(section)s” in lesson %(number)s")
        return Link(self.url, words % {"section": within_quotes(self.section), "number": self.number})


def reading(course: PublishedCourse, section: Section) -> Reading | None:
    """Where to read it; None if the lesson is gone."""
    for number, lesson in enumerate(course.lessons, start=1):
        if lesson.slug == section.lesson_slug:
            return Reading(
                url=f"{lesson.url}#{section.anchor}" if section.anchor else lesson.url,
                lesson_url=lesson.url,
                lesson=lesson.title,
                number=number,
                section=section.title or lesson.title,
                objective=lesson.objective,
            )
    return None


@dataclass(frozen=True)
class StartCard:
    """What the quiz is and where somebody stands. `questions` and `pass_percent` are those of an open attempt.

    `after` is the number of the newest finished attempt, or 0.
    """

    lead: str
    button: str
    questions: int
    pass_percent: int
    finished: tuple[AttemptSummary, ...]
    best: AttemptSummary | None
    after: int


def start_card(*, questions: int, pass_percent: int, attempts: Iterable[AttemptSummary]) -> StartCard:
    """`attempts` are all of a person at this quiz, the latest first."""
    attempts = tuple(attempts)
    finished = tuple(attempt for attempt in attempts if attempt.finished_at)
    begun = next((attempt for attempt in attempts if not attempt.finished_at), None)
    lead, button = _invitation(begun, finished)
    return StartCard(
        lead=lead,
        button=button,
        questions=begun.asked if begun else questions,
        pass_percent=begun.pass_percent if begun else pass_percent,
        finished=finished,
        best=max(finished, key=lambda attempt: attempt.score_percent or 0, default=None),
        after=finished[0].number if finished else 0,
    )


def _invitation(begun: AttemptSummary | None, finished: Sequence[AttemptSummary]) -> tuple[str, str]:
    """The sentence above the button, and its words."""
    if begun is not None:
        lead = _("You stopped at question %(position)s of %(asked)s. Everything before it is saved.")
        button = _("Resume at question %(position)s")
        position = {"position": begun.next_position, "asked": begun.asked}
        return lead % position, button % position
    if any(attempt.passed for attempt in finished):
        return (
            _("You have passed. Another attempt has other questions, and your best result stays."),
            _("Start a new attempt"),
        )
    if finished:
        return (
            _(
                "Not passed yet. The next attempt has other questions, as far as there are any you have not seen."
            ),
            _("Start a new attempt"),
        )
    return (
        _("Short questions about what you read, with a word of explanation after each."),
        _("Start the quiz"),
    )


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question on the result page."""

    result: QuestionResult
    reading: Reading | None

    @property
    def confidence(self) -> str:
        return confidence_text(self.result.confidence)

    @property
    def corrections(self) -> tuple[Why, ...]:
        """The options that are right, for who did not choose them; none until the quiz is passed."""
        return () if self.result.is_correct else self.result.right


@dataclass(frozen=True)
class OutcomeResult:
    """How many of the questions about something that the course teaches were right."""

    text: str
    right: int
    asked: int
    reading: Reading | None

    @property
    def status(self) -> str:
        """Its name in `bothways.templatetags.look`."""
        return "solid" if self.right == self.asked else "look_again"


@dataclass(frozen=True)
class ResultPage:
    """A finished attempt. `lessons_left` before the course is complete, only once the quiz is passed.

    `since` says that another attempt has passed, where this one did not. `onward` is the black button; without
    one that is the next attempt. `sure` are questions whose answer was not quite right at the highest confidence; `read_again` are lessons,
    each once, for who has not passed.
    """

    heading: str
    since: str
    again: str
    lessons_left: int
    onward: Link | None
    leads_home: bool
    questions: tuple[AnsweredQuestion, ...]
    sure: tuple[AnsweredQuestion, ...]
    outcomes: tuple[OutcomeResult, ...]
    read_again: tuple[Reading, ...]
    ticks: tuple[bool, ...]


def result_page(
    course: PublishedCourse,
    attempt: AttemptResult,
    *,
    is_complete: bool,
    lessons_left: int,
    following: Link | None,
) -> ResultPage:
    """`is_complete`: the course is, by whatever its rule was when it was completed; `following` comes after it."""
    questions = tuple(AnsweredQuestion(asked, reading(course, asked.section)) for asked in attempt.questions)
    missed = [
        question.reading for question in questions if question.reading and not question.result.is_correct
    ]
    has_passed = attempt.passed or attempt.has_passed
    lessons_left = lessons_left if has_passed and not is_complete else 0
    home = Link(reverse("home"), _("Back to your courses"))
    onward = None
    if lessons_left:
        onward = Link(course.url, _("Go on with the lessons"))
    elif has_passed:
        onward = following or home
    return ResultPage(
        heading=_heading(passed=attempt.passed, has_passed=has_passed, is_complete=is_complete),
        since=_since(is_complete=is_complete) if has_passed and not attempt.passed else "",
        again=_("Take it again") if has_passed else _("Try again"),
        lessons_left=lessons_left,
        onward=onward,
        leads_home=onward not in (None, home),
        questions=questions,
        sure=tuple(question for question in questions if question.result.is_sure_but_not_right),
        outcomes=tuple(_by_outcome(course, questions)),
        read_again=() if has_passed else tuple({lesson.lesson_url: lesson for lesson in missed}.values()),
        ticks=tuple(asked.is_correct for asked in attempt.questions),
    )


def _heading(*, passed: bool, has_passed: bool, is_complete: bool) -> str:
    if not passed:
        return _("This attempt did not pass") if has_passed else _("Not passed yet")
    return _("Passed, and the course is complete") if is_complete else _("Passed")


def _since(*, is_complete: bool) -> str:
    """About an attempt that did not pass, to somebody who has passed in another one."""
    if is_complete:
        return _("You have passed in another attempt, and the course is complete.")
    return _("You have passed in another attempt.")


def ending(*, passed: bool, is_complete: bool) -> str:
    """What the last answer of an attempt has decided."""
    if not passed:
        return _("That was the last question. Not passed yet: your result says what to read first.")
    if is_complete:
        return _("That was the last question. You have passed, and the course is complete.")
    return _("That was the last question. You have passed.")


def _by_outcome(course: PublishedCourse, questions: Sequence[AnsweredQuestion]) -> Iterable[OutcomeResult]:
    """In the course's order, then what belongs to none of them; nothing of which no question was asked."""
    texts = {outcome.key: outcome.text for outcome in course.outcomes}
    for key in [*texts, ""]:
        asked = [
            question
            for question in questions
            if question.result.outcome == key or (not key and question.result.outcome not in texts)
        ]
        if not asked:
            continue
        # The lesson to open is that of the first question that was missed, else of the first.
        missed_first = sorted(asked, key=lambda question: question.result.is_correct)
        yield OutcomeResult(
            text=texts.get(key) or _("Other questions"),
            right=sum(question.result.is_correct for question in asked),
            asked=len(asked),
            reading=next((question.reading for question in missed_first if question.reading), None),
        )
