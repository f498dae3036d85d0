"""What is said about an answer: its verdict, why, and where to read it again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from courses.published import Check, CheckOption, PublishedLesson
from courses.question_form import Explanation, Feedback, Link
from gates.markdown import slug
from gates.typography import within_quotes
from quizzes.queries import GivenAnswer, Why
from quizzes.rules.showing import Explained, check_reveals, explained
from quizzes.rules.verdicts import Verdict, verdict_of


def of_check(check: Check, lesson: PublishedLesson, latest: Mapping[str, Any]) -> Feedback:
    """About an answer to a check, as `Progress.latest` has it: everything, since a lesson is there to learn from."""
    reveals = check_reveals(is_answered=True)
    told = explained(check.answered(latest["chosen"]), reveals=reveals, is_correct=latest["correct"])
    return Feedback(
        verdict=verdict_of(is_correct=latest["correct"], is_unsure=latest["unsure"]),
        explanations=tuple(explanations(check, told)),
        link=where(check, lesson),
        heading_level=3,
    )


def explanations(check: Check, told: Explained) -> Iterator[Explanation]:
    """Of what was chosen, then of what is right and was not chosen."""
    by_key = {option.key: option for option in check.options}
    for option in map(by_key.__getitem__, told.chosen):
        # Who chose the right option alone need not be told which one that was.
        is_clear = option.correct and len(told.chosen) == 1
        yield _explanation(option, "" if is_clear else _("You chose:"))
    for option in map(by_key.__getitem__, told.missed):
        yield _explanation(option, _("Correct:"))


def _explanation(option: CheckOption, lead: str) -> Explanation:
    words = format_html("<b>{}</b> {}", lead, mark_safe(option.html)) if lead else ""
    return Explanation(mark_safe(option.why), words)


def where(check: Check, lesson: PublishedLesson) -> Link | None:
    """A link to the paragraph that explains it, in this lesson or another of the course."""
    if not check.section:
        return None
    is_here = lesson.url.endswith(f"/{check.lesson_slug}/")
    base = "" if is_here else f"{lesson.course_url}{check.lesson_slug}/"
    return Link(
        f"{base}#{slug(check.section)}",
        _("Read “%(section)s” again") % {"section": within_quotes(check.section)},
    )


def of_quiz(answer: GivenAnswer, link: Link | None, about: str) -> Feedback:
    """What may be said about an answer before passing: see `quizzes.rules.showing`.

    `about` says where the question is explained, for somebody who chose nothing that could be explained.
    """
    remark = outlook = ""
    if answer.verdict != Verdict.CORRECT:
        outlook = _(
            "What is right is shown once you have passed. You can take the quiz as often as you like."
        )
    if answer.verdict == Verdict.NOT_SURE:
        remark = about
        outlook = f"{_('Not counted as right, and nobody but you sees it.')} {outlook}"
    elif answer.verdict == Verdict.NOT_QUITE and not answer.whys:
        remark = _("Every right option has to be chosen, and no other.")
    return Feedback(
        verdict=answer.verdict,
        explanations=tuple(_named(answer.whys)),
        link=link,
        heading_level=2,
        html_id="feedback",
        remark=remark,
        outlook=outlook,
    )


def _named(whys: Sequence[Why]) -> Iterator[Explanation]:
    """Each explanation; where there are several, below the option that it explains."""
    for option in whys:
        words = _("You chose: %(option)s") % {"option": option.text}
        yield Explanation(option.why, mark_safe(f"<b>{words}</b>") if len(whys) > 1 else "")
