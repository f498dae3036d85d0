"""What a draft lacks, read from the database; and the gate before publishing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.documents import get_document_model
from wagtail.models import Page

from authoring import reading
from authoring.rules.faults import dead_link
from authoring.rules.lacks import CheckState, Finding, LessonDraft, Spot, findings
from courses.addresses import OWN_PAGES, catalogue_address, course_address
from courses.models import CoursePage, LessonPage
from courses.rendering import texts_in
from gates.typography import within_quotes
from glossary.linking import Senses, references_in
from glossary.models import Sense
from publishing.publication import part_of_a_whole
from publishing.reviewing import Refused
from quizzes.models import Question
from quizzes.rules.grading import ANSWERABLE
from quizzes.rules.publishable import OptionDraft, Problem, QuestionDraft, problems

MOST_TOLD: Final = 5
"""Sentences in a message; the list beside the form has all."""


class NotReady(Refused):
    """Something is missing that people would need. Nothing went live; `findings` says what and where."""

    def __init__(self, page: Page, findings: list[Finding]) -> None:
        super().__init__("; ".join(sentence(finding) for finding in findings))
        self.page = page
        self.findings = findings

    def told(self) -> str:
        return f"{self._said()} {' '.join(sentence(finding) for finding in self.findings[:MOST_TOLD])}"

    def shown(self) -> SafeString:
        """With a link to each field, for a message above the very form."""
        links = format_html_join(
            "",
            '<li><a href="{}" data-missing-path="{}">{}</a></li>',
            ((anchor(finding), path_of(finding), sentence(finding)) for finding in self.findings[:MOST_TOLD]),
        )
        return format_html('{} <ul class="missing-told">{}</ul>', self._said(), links)

    def _said(self) -> str:
        title = {"title": within_quotes(self.page.title)}
        said = (
            _("“%(title)s” is not live yet, because something is still missing. The draft is saved.") % title
        )
        more = len(self.findings) - MOST_TOLD
        if more > 0:
            said += " " + _("The first %(told)d of %(all)d:") % {"told": MOST_TOLD, "all": len(self.findings)}
        return said


def anchor(finding: Finding) -> str:
    """Where the editor shows the block or field; the fragment that Wagtail gives its sections."""
    if finding.block:
        return f"#block-{finding.block}-section"
    return f"#panel-child-content-{finding.name}-section"


def path_of(finding: Finding) -> str:
    """The way to the field for the editor's script: names of fields and ids of blocks."""
    return "/".join(["body", *finding.path] if finding.block else [finding.name])


def sentence(finding: Finding) -> str:
    """The finding in the reader's language."""
    return _(finding.message) % finding.values


@dataclass(frozen=True)
class Source:
    """A draft of a lesson as it is stored."""

    locale_id: int
    objective: str
    minutes: int
    body: list[dict[str, Any]]
    title: str = ""

    @classmethod
    def of(cls, page: LessonPage) -> "Source":
        """The lesson as it stands in memory."""
        return cls(
            page.locale_id,
            page.objective,
            page.minutes or 0,
            [dict(block) for block in page.body.get_prep_value()],
            page.title,
        )

    @classmethod
    def stored(cls, page: LessonPage) -> "Source":
        """The newest draft; no query where `latest_revision` was selected with the page."""
        if page.latest_revision is None:
            return cls.of(page)
        content = page.latest_revision.content
        body = content.get("body") or "[]"
        return cls(
            page.locale_id,
            content.get("objective") or "",
            content.get("minutes") or 0,
            json.loads(body) if isinstance(body, str) else body,
            content.get("title") or "",
        )


@dataclass(frozen=True)
class Planned:
    """What stands beside a draft once it is stored: questions by row, addresses of pages."""

    questions: Mapping[int, Question] = field(default_factory=dict)
    addresses: frozenset[str] = frozenset()


def missing(page: Page, planned: Planned | None = None, *, advises: bool = True) -> list[Finding]:
    """What a draft of a course or lesson lacks, as it stands in memory. At most 9 queries.

    Without `advises`, what takes long and stops nothing is not looked for: words that could be linked.
    """
    if isinstance(page, LessonPage):
        found = findings(lesson_drafts([Source.of(page)], planned, advises=advises)[0])
    elif isinstance(page, CoursePage):
        found = list(_of_course(page))
    else:
        return []
    return [*found, *_of_schedule(page)]


def _of_schedule(page: Page) -> Iterator[Finding]:
    """Times that nothing can be published with; a draft is saved with them all the same."""
    if page.expire_at is None or page.expired:
        return
    if page.expire_at <= timezone.now():
        yield Finding(
            gettext_noop("The time of unpublishing is past. Choose a later one, or none."), name=SCHEDULE
        )
    elif page.go_live_at is not None and page.go_live_at >= page.expire_at:
        yield Finding(
            gettext_noop("It would be unpublished before it goes live. Choose other times."), name=SCHEDULE
        )


SCHEDULE: Final = "schedule"
"""Stands for the two times, which the editor asks for in a dialog."""


def needed_in(sources: Sequence[Source]) -> list[list[Finding]]:
    """What publishing each of some lessons waits for. At most 9 queries, however many there are."""
    drafts = lesson_drafts(sources, advises=False)
    return [[finding for finding in findings(draft) if finding.needed] for draft in drafts]


def needed(page: Page, planned: Planned | None = None) -> list[Finding]:
    """What publishing waits for."""
    return [finding for finding in missing(page, planned, advises=False) if finding.needed]


def needed_for_course(course: CoursePage) -> list[Finding]:
    """What publishing the newest draft of a course waits for. No query where `latest_revision` was selected with it."""
    content = course.latest_revision.content if course.latest_revision else {}
    fields = {name: content.get(name) or "" for name in ("summary", "code", "direction")}
    draft = CoursePage(**fields, content_type_id=course.content_type_id) if content else course
    return [finding for finding in _of_course(draft) if finding.needed]


def refuse_what_is_not_ready(draft: Any) -> None:
    """Raises: NotReady"""
    if findings := needed(draft):
        raise NotReady(draft, findings)


def publish_checks(revision: Any, *, user: Any) -> None:
    """What goes live with a lesson: the checks that were written in it."""
    draft = revision.as_object()
    bank_id = draft.get_parent().specific.bank_id
    # Who reviews the lesson has read its checks with it: the rule of the sides was asked for the page.
    with part_of_a_whole():
        for question in questions_in([Source.of(draft)]).values():
            if question.bank_id != bank_id or (question.live and not question.has_unpublished_changes):
                continue
            (question.latest_revision or question.save_revision(user=user)).publish()


def lesson_drafts(
    sources: Sequence[Source], planned: Planned | None = None, *, advises: bool = True
) -> list[LessonDraft]:
    """Lessons as the rules want them. At most 11 queries: checks with options and tags, senses, what links name."""
    planned = planned or Planned()
    questions = questions_in(sources)
    states = {pk: check_state(question) for pk, question in questions.items()}
    states |= {pk: _planned_state(pk, question) for pk, question in planned.questions.items()}
    senses = {locale_id: Senses(locale_id) for locale_id in {source.locale_id for source in sources}}
    for locale_id, glossary in senses.items():
        bodies = [source.body for source in sources if source.locale_id == locale_id]
        glossary.expect(reference for text in texts_in(bodies) for reference in references_in(text))
    contents = [reading.read(source.body, source.locale_id, senses[source.locale_id]) for source in sources]
    there = _there([link for content in contents for link in content.links])
    needs_addresses = any(content.addresses for content in contents)
    known = _known_addresses() | planned.addresses if needs_addresses else set()
    drafts = []
    for source, content in zip(sources, contents, strict=True):
        faults = list(content.faults)
        linked = set(content.linked)
        for spot, kind, pk in content.links:
            if pk not in there[kind]:
                faults.append(dead_link(_name(kind), spot))
            elif kind == "term":
                linked.add(there[kind][pk])
        faults += [dead_link(address, spot) for spot, address in content.addresses if address not in known]
        by_block: dict[str, list[Finding]] = {}
        for fault in faults:
            by_block.setdefault(fault.path[0] if fault.path else "", []).append(fault)
        drafts.append(
            LessonDraft(
                objective=source.objective,
                minutes=source.minutes,
                body=source.body,
                text=content.text,
                checks=states,
                faults=by_block,
                is_untitled=source.title == _("New lesson"),
                unlinked=_unlinked(content.text, senses[source.locale_id], linked) if advises else [],
            )
        )
    return drafts


def questions_in(sources: Sequence[Source]) -> dict[int, Question]:
    """The questions that check sets name, by row, in the order of the lessons. Three queries."""
    wanted = [
        item["value"] if isinstance(item, Mapping) else item
        for source in sources
        for block in source.body
        if block["type"] == "checks"
        for item in (block["value"] or {}).get("questions") or []
    ]
    if not any(wanted):
        return {}
    rows = Question.objects.filter(pk__in=[pk for pk in wanted if pk])
    questions = {
        row.pk: row
        for row in rows.select_related("latest_revision").prefetch_related("options", "sense_tags")
    }
    return {pk: questions[pk] for pk in wanted if pk in questions}


def check_state(question: Question) -> CheckState:
    """The newest draft of a question, read from its revision without a query."""
    content = question.latest_revision.content if question.latest_revision else None
    if content is None:
        return _planned_state(question.pk, question)
    options = [
        OptionDraft(str(option["key"]), option["text"], option["is_correct"], option["explanation"] or "")
        for option in content.get("options") or []
    ]
    return _state(question.pk, question.code, content, options, len(content.get("sense_tags") or []))


def _planned_state(pk: int, question: Question) -> CheckState:
    """The question as it stands in memory."""
    options = [
        OptionDraft(str(option.key), option.text, option.is_correct, option.explanation)
        for option in question.options.all()
    ]
    said = {name: getattr(question, name) for name in ("kind", "purpose", "probe_kind", "stem", "settings")}
    return _state(pk, question.code, said, options, len(question.sense_tags.all()))


def _state(
    pk: int, code: str, said: Mapping[str, Any], options: Sequence[OptionDraft], tags: int
) -> CheckState:
    stated = QuestionDraft(
        kind=said["kind"],
        purpose=said["purpose"],
        probe_kind=said["probe_kind"] or "",
        stem=said["stem"] or "",
        options=options,
        sense_count=tags,
        settings=said["settings"] if isinstance(said["settings"], Mapping) else {},
    )
    told = tuple(_problem(problem, options) for problem in problems(stated))
    return CheckState(pk, code, told, said["kind"] in ANSWERABLE)


def _problem(problem: Problem, options: Sequence[OptionDraft]) -> str:
    """What is wrong with a check; of an option it says with which."""
    said = _(problem.message) % problem.values
    if problem.option is None:
        return said
    text = " ".join(options[problem.option].text.split())
    named = _("option %(number)d (“%(text)s”)") if text else _("option %(number)d")
    values = {"number": problem.option + 1, "text": within_quotes(Truncator(text).chars(60))}
    return _("%(option)s: %(said)s") % {"option": named % values, "said": said}


def _there(links: Sequence[tuple[Spot, str, int]]) -> dict[str, dict[int, str]]:
    """Which pages, documents and live senses exist of those that links name; of a sense the word. Three queries at most."""
    ids = {
        kind: {pk for _spot, link_kind, pk in links if link_kind == kind}
        for kind in ("page", "document", "term")
    }
    pages = Page.objects.filter(pk__in=ids["page"]).values_list("pk", "slug") if ids["page"] else ()
    documents = get_document_model().objects.filter(pk__in=ids["document"]).values_list("pk", "title")
    senses = Sense.objects.filter(pk__in=ids["term"], live=True).values_list("pk", "word__slug")
    return {
        "page": dict(pages),
        "document": dict(documents) if ids["document"] else {},
        "term": dict(senses) if ids["term"] else {},
    }


def _name(kind: str) -> str:
    return {"page": _("a page"), "document": _("a document"), "term": _("a glossary word")}[kind]


def _known_addresses() -> set[str]:
    """Addresses of all courses and lessons, drafts included: what is linked today may go live together. Two queries."""
    courses = {
        path: course_address(slug, language=language)
        for path, slug, language in CoursePage.objects.values_list("path", "slug", "locale__language_code")
    }
    known = {f"{address}{page}" for address in courses.values() for page in ("", *OWN_PAGES)}
    for path, slug in LessonPage.objects.values_list("path", "slug"):
        if path[: -Page.steplen] in courses:
            known.add(f"{courses[path[: -Page.steplen]]}{slug}/")
    return known | {catalogue_address(language=language) for language, _name in settings.LANGUAGES}


def _unlinked(text: str, senses: Senses, linked: set[str]) -> list[str]:
    """Lemmas of the glossary that stand in the text and are linked nowhere in it, at most twelve."""
    return [lemma for slug, lemma in senses.words_in(text) if slug not in linked][:12]


def _of_course(page: CoursePage) -> Iterator[Finding]:
    if not page.summary.strip():
        yield Finding(gettext_noop("Write the sentence for the catalogue."), name="summary")
    if not page.code.strip():
        yield Finding(gettext_noop("Give the course a code, such as T2."), name="code")
    if not page.direction:
        yield Finding(gettext_noop("Say for whom the course is."), name="direction")
    if not page.outcomes:
        yield Finding(gettext_noop("Say what people can do after the course."), name="outcomes", needed=False)
    if page.bank_id is None and page.quiz_required:
        yield Finding(
            gettext_noop("A quiz must be passed, but the course has no question bank."),
            name="bank",
            needed=False,
        )
