"""What a lesson is made of. Each block says what it is for and shows itself in the chooser.

A draft is always saved: blocks refuse only what could not be stored. What is missing for
publishing (an explanation, an alternative text) is found by `authoring.rules.lacks`.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.block_fields import (
    AddressField,
    CellField,
    Dialect,
    DrawingField,
    MarkdownField,
    MarkedField,
    NoteField,
    PlainField,
    SentenceField,
    SpeechField,
)

SIDES = [("business", _("Business")), ("technology", _("Technology"))]
TEXT_FEATURES = [
    "h2",
    "h3",
    "bold",
    "italic",
    "ol",
    "ul",
    "link",
    "document-link",
    "code",
    "blockquote",
    "term",
]


class OutcomeBlock(blocks.StructBlock):
    key = PlainField(
        label=_("Key"), max_length=60, help_text=_("A short name that questions refer to: hours")
    )
    text = SentenceField(label=_("After this you can"), max_length=200)

    class Meta:
        icon = "tick"
        label = _("Outcome")
        description = _("Something a person can do after the course")
        preview_value = {"key": "hours", "text": "convert availability into hours per month"}
        preview_template = "courses/blocks/outcome.html"
        template = "courses/blocks/outcome.html"


class OutcomesBlock(blocks.StreamBlock):
    outcome = OutcomeBlock()

    class Meta:
        max_num = 8


class MarkdownBlock(blocks.TextBlock):
    """Markdown with tables, code, maths and `[[terms]]`; safe HTML comes out through the gates."""

    reads = Dialect.MARKDOWN
    is_prose = True

    class Meta:
        icon = "code"
        label = _("Markdown")
        description = _("Text as Markdown, with tables, code, formulas and [[glossary words]]")
        template = "courses/blocks/markdown.html"
        preview_value = "## Two kinds of promise\n\nAn **SLA** has a consequence.\n\n| Promise | Allowed in 30 days |\n|---|--:|\n| 99.9 % | 43 minutes |"


class TextBlock(blocks.RichTextBlock):
    reads = Dialect.RICH
    is_prose = True

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Headings, paragraphs, lists and links; mark a glossary word with the book button")
        template = "courses/blocks/text.html"
        preview_value = (
            "<h2>Two kinds of promise</h2><p>An agreement has a <b>consequence</b>; a target has not.</p>"
        )


class HookBlock(blocks.StructBlock):
    text = MarkdownField(
        label=_("What went wrong"), help_text=_("Markdown. A meeting in two to four sentences.")
    )

    class Meta:
        icon = "openquote"
        label = _("Hook")
        description = _("A meeting that went wrong: the reason to read on")
        template = "courses/blocks/hook.html"
        preview_value = {
            "text": "On the second of December the web shop was down for three hours. Sales asked for the penalty. IT found nothing was owed. Both had read carefully."
        }


class MeetingBlock(blocks.StructBlock):
    speaker_side = blocks.ChoiceBlock(label=_("Speaker's side"), choices=SIDES, default="business")
    speaker = PlainField(label=_("Who says it"), max_length=60)
    said = SpeechField(label=_("Says"))
    hearer = PlainField(label=_("Who hears it"), max_length=60)
    heard = SpeechField(label=_("Hears"))
    say_instead = SpeechField(label=_("Say instead"))

    class Meta:
        icon = "group"
        label = _("In a meeting")
        description = _("What one side says, what the other hears, and what to say instead")
        template = "courses/blocks/meeting.html"
        preview_value = {
            "speaker_side": "business", "speaker": "Sales", "said": "We need 100 % availability in December.",
            "hearer": "IT", "heard": "No maintenance, no patches, five times the cost.",
            "say_instead": "Checkout must not be down more than 30 minutes in total. What would that cost?",
        }  # fmt: skip


class StepBlock(blocks.StructBlock):
    step = SentenceField(label=_("Step"), max_length=200)
    working = PlainField(label=_("Working"), required=False, max_length=200)
    result = PlainField(label=_("Result"), required=False, max_length=60)


class ExampleBlock(blocks.StructBlock):
    title = PlainField(label=_("Title"), max_length=150)
    intro = SpeechField(label=_("Situation"), required=False)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"))
    conclusion = MarkdownField(label=_("Conclusion"), required=False, help_text=_("Markdown."))

    class Meta:
        icon = "list-ol"
        label = _("Worked example")
        description = _("A calculation or decision, step by step, with the working shown")
        template = "courses/blocks/example.html"
        preview_value = {
            "title": "what 99.5 % allows", "intro": "A contract promises 99.5 %, Monday to Friday, 07:00 to 19:00.",
            "steps": [{"step": "Agreed time", "working": "22 days × 12 hours", "result": "264 h"}, {"step": "Downtime allowed", "working": "0.5 % of 264 hours", "result": "1 h 19 min"}],
            "conclusion": "**The target is met.**",
        }  # fmt: skip


class ExhibitBlock(blocks.StructBlock):
    title = PlainField(label=_("Title"), max_length=150)
    kind = blocks.ChoiceBlock(
        label=_("What it is"), default="clause",
        choices=[("clause", _("Contract clause")), ("mail", _("Mail")), ("log", _("Log")), ("ticket", _("Ticket")), ("bill", _("Bill"))],
    )  # fmt: skip
    text = MarkedField(label=_("The text"), help_text=_("Put [1], [2] … where the notes belong."))
    notes = blocks.ListBlock(NoteField(label=_("Note")), label=_("Notes"))

    class Meta:
        icon = "doc-full"
        label = _("Exhibit with notes")
        description = _("A clause, a mail or a log line taken apart by numbered notes")
        template = "courses/blocks/exhibit.html"
        preview_value = {
            "title": "A service level clause",
            "kind": "clause",
            "text": "The service is available 99.5 % [1] of service hours [2].",
            "notes": ["Of agreed time, not of the month.", "Look for their definition."],
        }


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"), required=False)
    drawing = DrawingField(
        label=_("Or a diagram"),
        required=False,
        help_text=_("The text of an SVG file; docs/content-format.md says what a diagram may hold."),
    )
    alt = PlainField(
        label=_("Alternative text"),
        required=False,
        max_length=300,
        help_text=_("What somebody who cannot see the picture needs to know."),
    )
    decorative = blocks.BooleanBlock(label=_("Only decoration"), required=False)
    caption = PlainField(label=_("Caption"), required=False, max_length=300)
    credit = PlainField(label=_("Credit"), required=False, max_length=150)

    class Meta:
        icon = "image"
        label = _("Figure")
        description = _("A picture with its alternative text, or marked as decoration")
        template = "courses/blocks/figure.html"
        label_format = "{caption}"
        preview_value = {
            "alt": "A line that stays above 99.5 % until the second of December",
            "caption": "Availability of checkout",
        }


class VideoBlock(blocks.StructBlock):
    title = PlainField(label=_("Title"), max_length=150)
    file = DocumentChooserBlock(label=_("Video file"), help_text=_("MP4 or WebM."))
    captions = DocumentChooserBlock(
        label=_("Captions"), required=False, help_text=_("A .vtt file; needed to publish.")
    )
    transcript = MarkdownField(
        label=_("Transcript"), required=False, help_text=_("Markdown; needed to publish.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        description = _("A video with captions and a transcript")
        template = "courses/blocks/video.html"
        preview_value = {
            "title": "A change window in four minutes",
            "transcript": "At ten past two the first server restarts.",
        }


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("note", _("Note")), ("tip", _("Tip")), ("careful", _("Careful"))],
        default="note",
    )
    title = PlainField(label=_("Title"), required=False, max_length=150)
    text = MarkdownField(label=_("Text"), help_text=_("Markdown."))

    class Meta:
        icon = "warning"
        label = _("Callout")
        description = _("A short note, tip or warning that stands apart from the text")
        template = "courses/blocks/callout.html"
        preview_value = {
            "kind": "careful",
            "title": "A target is not a promise",
            "text": "Only the agreement has a consequence.",
        }


class FoldPartsBlock(blocks.StreamBlock):
    text = MarkdownField(label=_("Text"), help_text=_("Markdown."))
    figure = FigureBlock()

    class Meta:
        required = False


class FoldBlock(blocks.StructBlock):
    title = PlainField(label=_("Title"), max_length=150)
    parts = FoldPartsBlock(label=_("What is inside"))

    class Meta:
        icon = "collapse-down"
        label = _("Fold")
        description = _("Something to try first and open afterwards, such as a solution")
        template = "courses/blocks/fold.html"
        preview_value = {
            "title": "Solution",
            "parts": [("text", "Half a per cent of 720 hours is **3.6 hours**.")],
        }


class TableBlock(blocks.StructBlock):
    caption = PlainField(label=_("Caption"), max_length=200)
    head = blocks.ListBlock(CellField(label=_("Heading")), label=_("Column headings"))
    rows = blocks.ListBlock(blocks.ListBlock(CellField(label=_("Cell"), required=False)), label=_("Rows"))
    numbers = blocks.ListBlock(
        blocks.IntegerBlock(label=_("Column"), min_value=1), label=_("Columns of figures"), default=[]
    )

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("Rows and columns with a caption; figures are set flush right")
        template = "courses/blocks/table.html"
        preview_value = {
            "caption": "Downtime allowed in 30 days",
            "head": ["Promise", "Allowed"],
            "rows": [["99 %", "7.2 hours"], ["99.9 %", "43 minutes"]],
            "numbers": [2],
        }


class CheckChooserBlock(SnippetChooserBlock):
    """A question of the bank, found or written in the dialog."""

    @cached_property
    def widget(self) -> Any:
        chooser = super().widget
        chooser.choose_one_text = _("Write a check, or find one")
        chooser.choose_another_text = _("Take another check")
        chooser.link_to_chosen_text = _("Edit this check")
        return chooser

    def deconstruct(self) -> tuple[str, Any, Any]:
        """As its parent: what is stored is the same, so migrations need not know of the words."""
        _path, arguments, named = super().deconstruct()
        return "wagtail.snippets.blocks.SnippetChooserBlock", arguments, named


class CheckSetBlock(blocks.StructBlock):
    questions = blocks.ListBlock(CheckChooserBlock("quizzes.Question"), label=_("Questions"))

    class Meta:
        icon = "help"
        label = _("Check set")
        description = _("Two or three questions at the end; answering them completes the lesson")
        template = "courses/blocks/checks.html"
        preview_template = "courses/blocks/checks_preview.html"
        preview_value: dict[str, Any] = {"questions": []}


class SayBlock(blocks.StructBlock):
    line = SentenceField(label=_("The sentence"), max_length=250)

    class Meta:
        icon = "comment"
        label = _("Say this tomorrow")
        description = _("One sentence to use at work the next day")
        template = "courses/blocks/say.html"
        preview_value = {"line": "Which hours does that percentage cover, and what is not counted?"}


class ResourceBlock(blocks.StructBlock):
    title = PlainField(label=_("Title"), max_length=150)
    url = AddressField(label=_("Address"))
    note = PlainField(label=_("Why read it"), required=False, max_length=200)


class ResourcesBlock(blocks.StructBlock):
    items = blocks.ListBlock(ResourceBlock(), label=_("Resources"))

    class Meta:
        icon = "link"
        label = _("Resources")
        description = _("Where to read more, with the reason to")
        template = "courses/blocks/resources.html"
        preview_value = {
            "items": [
                {
                    "title": "Service level objectives",
                    "url": "https://sre.google/sre-book/service-level-objectives/",
                    "note": "How a large operator sets targets",
                }
            ]
        }


class LessonBlock(blocks.StreamBlock):
    text = TextBlock(features=TEXT_FEATURES)
    markdown = MarkdownBlock()
    hook = HookBlock()
    meeting = MeetingBlock()
    example = ExampleBlock()
    exhibit = ExhibitBlock()
    figure = FigureBlock()
    video = VideoBlock()
    callout = CalloutBlock()
    fold = FoldBlock()
    table = TableBlock()
    checks = CheckSetBlock()
    say = SayBlock()
    resources = ResourcesBlock()


def references_in(body: Any) -> set[tuple[type[Model], int]]:
    """What the blocks of a lesson refer to, in folds and in running text as well: models and ids."""
    references: Iterable[tuple[type[Model], str, str, str]] = body.stream_block.extract_references(body)
    return {(model, int(number)) for model, number, *_path in references}
