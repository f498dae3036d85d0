"""A question as a form: the same for a check of a lesson and for a question of a quiz."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from quizzes.rules.given import UNSURE
from quizzes.rules.showing import Mark
from quizzes.rules.verdicts import Verdict


@dataclass(frozen=True)
class Link:
    """An address and the words that lead there."""

    url: str
    label: str


@dataclass(frozen=True)
class FormOption:
    """One answer to choose. `text` may be safe HTML; `mark` is for answered questions."""

    value: str
    text: str
    is_chosen: bool
    mark: Mark = Mark.NOTHING
    is_unsure: bool = False


@dataclass(frozen=True)
class Level:
    """One of the three levels of confidence that a form offers."""

    number: int
    text: str
    is_chosen: bool


@dataclass(frozen=True)
class Explanation:
    """Why an option is right or not, below what `lead` says of it, if anything: both are safe HTML."""

    why: SafeString
    lead: str = ""


@dataclass(frozen=True)
class Feedback:
    """What is said about an answer.

    `remark` and `outlook` are sentences below the explanations;
    the outlook is set back.
    """

    verdict: Verdict
    explanations: tuple[Explanation, ...]
    link: Link | None
    heading_level: int
    html_id: str = ""
    remark: str = ""
    outlook: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionForm:
    """Fields of `components/question.html`.

    `hidden`: names and values of more hidden inputs. `is_required`: the browser refuses a form without an
    answer; otherwise the server says so. `levels` is empty where confidence is not asked for.
    `options_id`: where a summary of errors leads to.
    """

    html_id: str
    action: str
    stem: SafeString
    options: tuple[FormOption, ...]
    is_multiple: bool
    is_answered: bool
    is_required: bool
    hidden: tuple[tuple[str, str | int], ...] = ()
    levels: tuple[Level, ...] = ()
    error: str = ""
    options_id: str = ""
    note: str = ""
    feedback: Feedback | None = None

    @property
    def input_type(self) -> str:
        return "checkbox" if self.is_multiple else "radio"

    @property
    def input_state(self) -> str:
        """The attribute that an answer closes the inputs with, or that has one of them chosen."""
        if self.is_answered:
            return "disabled"
        # "required" on checkboxes would ask for each of them.
        return "required" if self.is_required and not self.is_multiple else ""

    @property
    def hint(self) -> str:
        """How to choose, until there is an answer. An error says it, too."""
        asks_for_several = self.is_multiple and not self.is_answered and not self.error
        return _("Choose all that apply.") if asks_for_several else ""


@dataclass(frozen=True, kw_only=True)
class CheckForm(QuestionForm):
    """A check of a lesson. `again_url` is where to answer it once more; of a preview nothing is stored."""

    again_url: str
    is_preview: bool


@dataclass(frozen=True, kw_only=True)
class QuizForm(QuestionForm):
    """A question of an attempt that asks `asked`. `saved` says how many are answered, if any.

    `confidence` and `ending` are sentences or empty: how sure the person was, and what became of the quiz.
    """

    position: int
    asked: int
    saved: str
    confidence: str
    ending: str
    onward: Link


def with_unsure(
    options: Iterable[FormOption], *, is_unsure: bool, is_answered: bool
) -> tuple[FormOption, ...]:
    """The options of a question and after them "I'm not sure", which every question offers."""
    mark = Mark.CHOSEN if is_unsure and is_answered else Mark.NOTHING
    return (*options, FormOption(UNSURE, _("I’m not sure"), is_unsure, mark, is_unsure=True))


def levels(chosen: int | None) -> tuple[Level, ...]:
    """How somebody would act on an answer, from the least sure to the surest."""
    texts = (_("I would ask first"), _("I would check it"), _("I would act on it now"))
    return tuple(Level(number, text, number == chosen) for number, text in enumerate(texts, start=1))


def confidence_text(level: int | None) -> str:
    """What somebody said about how sure they were; empty where they said nothing."""
    texts = {
        1: _("You said you would ask first."),
        2: _("You said you would check it."),
        3: _("You said you would act on it now."),
    }
    return texts[level] if level else ""
