"""Deliberate breaks of the house's rules, and the guard that speaks: its sentence names the rule and the place.

Each break is planted under the name of a file of the tree; the guards that read the tree in test_house.py,
test_look.py and test_addresses.py read it here. Sentences that nobody can translate have cases of their
own: of templates in tests/site/test_templates.py, of literals in tests/house/test_translated.py.
"""

from dataclasses import dataclass

import pytest

from tests.house import code_guards, source, style_guards, template_guards, usage_guards
from tests.house.source import Guard
from tests.house.test_addresses import without_row
from tests.site.addresses import routes
from tests.site.test_authorisation import methods_of, table


@dataclass(frozen=True)
class Break:
    """A line planted into a file of the tree, or into one that does not exist yet."""

    what: str
    file: str
    planted: str
    guard: Guard
    rule: str  # what the sentence says


LINES = 7  # above what is planted
LAYERS, PLAIN, READS = "only from those below it", "a rule is plain Python", "only read, actions write"
KNOWS = "knows only those below it"
ASKS, DAYS, RULE = "a template makes no query", "days are of the organisation", "stands in a rule module"
COLOUR, SHOUT = "is a raw colour", "is !important"
WIDE, CROWDED, ASKEW, SHARED = (
    "has at most 120",
    "one block opens on a line",
    "by two spaces",
    "one stands on a line",
)
QUERY = "from {0}.models import {1}\n\ndef how_many():\n    return {1}.objects.count()"


def inside(line: str) -> str:
    return f"def f(name=None):\n    {line}"


imports, by_name = code_guards.imports_from_above, code_guards.names_from_above
writes, numbers, days = code_guards.writes, code_guards.number_rules, code_guards.days_in_utc
plain, asks, decides = code_guards.rule_is_plain, template_guards.asks_the_database, template_guards.decides
colours, shouts, shares = style_guards.raw_colours, style_guards.shouts, style_guards.shares_a_line
wide, crowded, askew = template_guards.is_wide, template_guards.is_crowded, template_guards.is_askew
EDITOR, VIEW = "authoring/static/authoring/editor.css", "courses/views/quiz.py"

BREAKS = [
    # An import upwards
    Break("at the top", "quizzes/rules/drawing.py", "from courses.models import Published", imports, LAYERS),
    Break("inside a function", "quizzes/rules/drawing.py", inside("import courses.models"), imports, LAYERS),
    *(
        Break("a model that reaches up", file, inside(planted), code_guards.models_reach_up, "models reach up to")
        for file, planted in (
            ("courses/models/pages.py", "from courses.views import catalogue"), ("courses/models/pages.py", "import courses.queries"),
            ("glossary/models/words.py", "from glossary.publishing import render_words"), ("quizzes/models.py", "from quizzes import rendering"),
            ("people/models.py", "from people.queries import today"),
        )
    ),
    # The same by its name
    Break("get_model", "quizzes/rules/drawing.py", 'apps.get_model("courses", "Published")', by_name, KNOWS),
    Break("get_model, dotted", "quizzes/rules/drawing.py", 'apps.get_model("courses.Published")', by_name, KNOWS),
    Break("get_app_config", "quizzes/rules/drawing.py", 'apps.get_app_config("courses")', by_name, KNOWS),
    Break("import_module", "quizzes/rules/drawing.py", inside('import_module("courses.models")'), by_name, KNOWS),
    Break("import_module, package", "post/backends.py", 'import_module("glossary")', by_name, KNOWS),
    Break("import_string", "post/backends.py", 'import_string("courses.actions.start")', by_name, KNOWS),
    Break("ContentType", "quizzes/rules/drawing.py", 'ContentType.objects.get(app_label="courses")', by_name, KNOWS),
    Break("natural key", "quizzes/rules/drawing.py", 'types.get_by_natural_key("courses", "x")', by_name, KNOWS),
    Break("sys.modules", "quizzes/rules/drawing.py", 'sys.modules["courses.models"]', by_name, KNOWS),
    Break("foreign key", "quizzes/models.py", 'x = ForeignKey("courses.CoursePage")', by_name, KNOWS),
    # A query in a rule
    *(
        Break("a query in a rule", file, QUERY.format("people", "Employee"), plain, PLAIN)
        for file in source.rules()
    ),
    Break("django", "quizzes/rules/grading.py", "from django.db import connection", plain, PLAIN),
    Break("a model that is handed in", "courses/rules/record_facts.py", "rows = model.objects.all()", plain, PLAIN),
    Break("a model in a rule that speaks", "people/importing/rules/columns.py", "import people.models", plain, PLAIN),
    Break("by its name", "authoring/rules/lacks.py", "import importlib", plain, PLAIN),
    Break("the clock", "courses/rules/completion.py", inside("return timezone.now()"), plain, "is told what day"),
    # A rule that does not exist yet: the folder is what puts it under the contract
    *(
        Break("a fresh rule", file, planted, plain, says)
        for file in ("quizzes/rules/fresh.py", "people/importing/rules/fresh.py", "brownbags/rules/deep/fresh.py")
        for planted, says in (
            ("from django.utils import timezone", PLAIN), ("import wagtail.models", PLAIN), ("from quizzes.models import Bank", PLAIN),
            ("from django.utils.translation import gettext as _", PLAIN), ("import time", PLAIN), ("import random", PLAIN),
            ("from random import choice", PLAIN), ("from random import Random\nx = Random()", "without a seed"),
            ("import secrets", PLAIN), ("from pathlib import Path", PLAIN), (inside("return name.objects.all()"), PLAIN),
            (inside("return timezone.now()"), "is told what day"), (inside("return datetime.now(UTC)"), "is told what day"),
            (inside("return date.today()"), "is told what day"), (inside("return uuid4()"), "is told what day"),
        )
    ),
    Break(
        "plain by its own word only", "quizzes/fresh.py", '"""Plain rules, no database."""', code_guards.calls_itself_plain,
        "move it into a folder rules/",
    ),
    # Style sheets
    *(
        Break("a colour", file, f".x {{ {planted}; }}", colours, COLOUR)
        for file in (EDITOR, "site/bothways/static/css/print.css", "reports/static/reports/new.css")
        for planted in (
            "color: #123456", "color: crimson", "background: linear-gradient(RebeccaPurple, var(--paper))", "color: rgb(1 2 3)",
            "border: 1px solid var(--line, gold)", "color: oklch(50% 0 0)", "box-shadow: 0 0 1px color-mix(in srgb, red, var(--ink))",
        )
    ),
    Break("in @media", EDITOR, "@media print { .x { color: crimson; } }", colours, COLOUR),
    Break("!important", EDITOR, ".x { display: none !important; }", shouts, SHOUT),
    Break("! important", "reports/static/reports/new.css", ".x { gap: 0 ! IMPORTANT }", shouts, SHOUT),
    Break("two declarations", EDITOR, ".x {\n  gap: 0; color: var(--ink);\n}", shares, SHARED),
    Break("a rule on a line", EDITOR, "@media print {\n  .x { gap: 0; margin: 0 }\n}", shares, SHARED),
    # Templates
    Break("a long line", "reports/templates/reports/team.html", f"<p>{'word ' * 24}</p>", wide, WIDE),
    *(
        Break("two blocks on a line", "courses/templates/courses/lesson.html", planted, crowded, CROWDED)
        for planted in (
            "<ul><li>a</li></ul>", "<dt>a</dt><dd>b</dd>", "{% if a %}<p>x</p>{% endif %}", "{% if a %}{% for b in c %}\n{% endfor %}{% endif %}",
            "<p>{% if a %}x{% else %}y{% endif %}</p>", "{% block title %}{% with a=b %}{{ a }}{% endwith %}{% endblock %}",
        )
    ),
    *(
        Break("a line askew", "courses/templates/courses/lesson.html", planted, askew, ASKEW)
        for planted in (
            "  <p>x</p>", "<div>\n<p>x</p>\n</div>", "{% if a %}\n    x\n{% endif %}", "<a\nhref='/'\n>\n  x\n</a>",
            "<div>\n  <p>x</p>\n  </div>", "<div>\n  {% if a %}\n  <p>x</p>\n  {% endif %}\n</div>",
            "{% blocktranslate trimmed %}\nx\n{% endblocktranslate %}", "<b>\n  x</b>\n  y",
        )
    ),
    *(
        Break("a query in a template", file, planted, asks, ASKS)
        for file in ("courses/templates/courses/lesson.html", "reports/templates/reports/team.html")
        for planted in (
            "{% for answer in request.user.answers.all %}{{ answer }}{% endfor %}", "{{ request.user.answers }}",
            "{% if user.memberships.exists %}x{% endif %}", "{{ user.manager.display_name }}", "{{ lesson.uses.count }}",
            '{% with newest=row.version_set.first %}{{ newest|default:"" }}{% endwith %}', "{{ page.get_children }}",
        )
    ),
    Break("a pass mark in a template", "quizzes/templates/x.html", "{% if attempt.score_percent >= 80 %}", decides, RULE),
    # Views and queries
    *(
        Break("a write", file, inside(planted), writes, READS)
        for file in (VIEW, "reports/queries/person.py", "authoring/views.py", "brownbags/views.py")
        for planted in (
            "row.save()", "Row.objects.create(name=name)", "rows.filter(pk=1).update(name=name)", "rows.delete()",
            "Row.objects.bulk_create([name])", "page.save_revision().publish()", "person.groups.set([name])", "row.senses.add(name)", 'cursor.execute("INSERT INTO rows VALUES (1)")',
            'cursor.execute(f"UPDATE rows SET name = {name}")', 'cursor.execute("""\n        delete from rows\n    """)',
        )
    ),
    *(
        Break("a rule in a view", VIEW, inside(planted), numbers, RULE)
        for planted in (
            "return attempt.score_percent >= 80", "return 80 <= attempt.score_percent", "return round(name.score) > 79",
            'return name["percent"] < 80', "pass_mark = 80", "return name.score / name.total >= 0.8",
        )
    ),
    # Days
    *(
        Break("a day in UTC", file, inside(planted), days, DAYS)
        for file in ("glossary/actions.py", "courses/queries/standings.py")
        for planted in (
            "return now.date()", "return timezone.now().date()", "return agreed_at.date()", "return (now - timedelta(days=7)).date()",
            "return name.completed_at.date()", "return name.astimezone(zone).date()", "return timezone.localtime(name).date()", "return row.begun.date()", "return date.today()", "return timezone.localdate()",
        )
    ),
    *(
        Break("after the commit", "courses/publishing.py", inside(planted), code_guards.after_commit, "is a row beside the others")
        for planted in ("transaction.on_commit(tell)", "on_commit(tell)", "connection.on_commit(lambda: tell(name))")
    ),
    *(
        Break("a due day", file, inside(planted), code_guards.due_days, RULE)
        for file in ("courses/queries/standings.py", "reports/rules/figures.py")
        for planted in ("return ask.due_on < on", "return status and today >= due_on", "return a < row.due_on <= b")
    ),
    *(
        Break("an address", file, inside(planted), code_guards.written_addresses, "is an address written by hand")
        for file in ("courses/publishing.py", "site/bothways/context.py")
        for planted in (
            'return f"/courses/{name}/"', 'return "/glossary/"', 'return {"url": "/write"}', 'return re.compile(r\'href="/courses/([^/]+)\')',
            'return f"{settings.BOTHWAYS_URL}/quizzes/{name}"', 'return f"/{name}/courses/x/"',
        )
    ),
    *(
        Break("an address", "courses/templates/courses/lesson.html", planted, template_guards.written_addresses, "is an address written by hand")
        for planted in ('<a href="/courses/">x</a>', "<a href='/glossary/{{ word }}/'>x</a>", '{% include "x.html" with url="/me/" %}', '<form action="/search">')
    ),
    *(
        Break("a reading left open", file, inside(planted), code_guards.streams, "Read pieces by their keys")
        for file in ("courses/actions/learning.py", "site/bothways/operations/end_demo.py")
        for planted in (
            "return list(rows.iterator())", "for row in rows.all().iterator(chunk_size=100): row.save()",
            "return connection.chunked_cursor()",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("broken", BREAKS, ids=lambda one: f"{one.what}: {one.planted[:40]} in {one.file}")
def test_a_break_is_said_with_its_rule_and_its_place(broken: Break) -> None:
    text = "\n" * LINES + broken.planted

    faults = broken.guard(broken.file, text)

    assert faults
    assert broken.rule in faults[0]
    assert all(fault.startswith(broken.file) for fault in faults)
    if broken.guard is not code_guards.calls_itself_plain:
        assert int(faults[0].split(" ")[0].rpartition(":")[2]) > LINES


def test_an_address_that_nobody_reviewed_is_said() -> None:
    faults = without_row([*routes(), "glossary/<str:slug>/secret/"], table())

    assert len(faults) == len(methods_of("glossary/"))
    assert all(
        "glossary/<str:slug>/secret/ has no row in tests/site/authorisation.tsv" in one for one in faults
    )


@pytest.mark.parametrize(
    "file", ["site/bothways/templates/errors/of_nobody.html", "people/templates/people/of_nobody.txt"]
)
def test_a_template_that_nobody_names_is_said(file: str) -> None:
    assert usage_guards.unnamed_template(file, "") == [
        f"{file} is named by no module and no template: nobody sees it, it goes."
    ]


def test_a_tag_and_a_filter_that_no_template_uses_are_said() -> None:
    text = (
        '@register.simple_tag(name="unwanted")\ndef icon(): pass\n'
        "@register.filter\ndef icon(): pass\n"
        "@register.simple_tag(takes_context=True)\ndef percent(context): pass\n"
    )
    file = "courses/templatetags/blocks.py"

    assert usage_guards.unused_tag(file, text) == [
        f"{file}:{line} {name} is a tag or a filter that no template uses: it goes."
        for line, name in ((2, "unwanted"), (4, "icon"), (6, "percent"))
    ]


def test_a_package_that_nothing_imports_is_said() -> None:
    wanted = "# What the server needs.\n-r runtime.in\ndjango>=5\nof-nobody[redis]<3\nmypy\n"

    assert usage_guards.unimported("requirements/runtime.in", wanted) == [
        "requirements/runtime.in names of-nobody and nothing imports it: it goes."
    ]


@pytest.mark.parametrize(
    ("guard", "file", "text"),
    [
        (imports, "courses/views/quiz.py", "from quizzes.actions import start\nfrom people import roles"),
        (by_name, "courses/models.py", 'x = ForeignKey("quizzes.Bank", related_name="courses")\ny = "courses"'),
        (by_name, "people/models.py", 'x = ForeignKey("self", related_name="reports")'),
        (by_name, "site/bothways/rights.py", 'apps.get_model("courses", "CataloguePage")'),
        (plain, "people/importing/rules/planning.py", "from people.importing.rules.sentences import Sentence, _"),
        (plain, "glossary/rules/linting.py", "from glossary.rules.matching import stem\nimport re"),
        (plain, "quizzes/rules/fresh.py", "from random import Random\nfrom glossary.rules.fresh import f\nx = Random(7).random()"),
        (plain, "quizzes/rules/fresh.py", "from quizzes.rules import fresh\nfrom datetime import date\nx = date(2026, 1, 2)"),
        (code_guards.calls_itself_plain, "quizzes/rules/fresh.py", '"""Plain rules, no database."""'),
        (colours, "site/bothways/static/css/tokens.css", ":root { --ink: #123456; }"),
        (colours, EDITOR, ".red { color: var(--red); font-family: Linen; background: transparent; color: currentColor }"),
        (colours, EDITOR, "/* crimson #123456 */ .x { color: color-mix(in oklch, var(--ink), var(--paper)); color: CanvasText }"),
        # Composed from a start, by a condition, by a tag, in a script, by another package.
        (usage_guards.unused_class, EDITOR, ".band--tb, .treaty__hand--open, .icon--dir, .btn--link, .gd, .w-field__wrapper { gap: .5rem }"),
        (usage_guards.unused_tag, "courses/templatetags/blocks.py", "@register.simple_tag\ndef icon(): pass\n@register.filter\ndef percent(v): pass"),
        (usage_guards.unused_tag, "courses/views/quiz.py", "@register.filter\ndef of_nobody(value): pass"),
        (usage_guards.unnamed_template, "people/templates/people/preview.html", ""),
        (usage_guards.unnamed_template, "site/bothways/templates/account/email/invite_subject.txt", ""),
        (usage_guards.unnamed_template, "site/bothways/templates/wagtailadmin/base.html", ""),
        (shouts, EDITOR, "/* never !important */ .x { gap: 0 }"),
        (code_guards.models_reach_up, "courses/models/pages.py", "from courses.publishing import render_course_of\nfrom courses.models import x"),
        (asks, "x.html", '{# user.answers.all #}{% include "a.all" %}{{ user.email }}{% if forloop.first %}{{ row.total }}{% endif %}'),
        (crowded, "x.html", '<li{% if a %} class="b"{% endif %}><a href="/">{% translate "a" %}</a> <b>c</b></li>\n{% include "a.html" %}'),
        (crowded, "x.html", "{# <p><p> #}{% comment %}<p><p>\n<ul><li>{% endcomment %}{% if a %}{{ a }} <b>b</b>{% endif %}"),
        (crowded, "x.html", '<p>{% blocktranslate with a="<p>" %}{{ a }}{% endblocktranslate %}</p>'),
        (askew, "x.html", "<a\n  class='b'\n  {% if c > d %}\n    id='e'\n  {% endif %}\n>\n  f\n</a>\n<br>\n<use href='/'/>\n<p>a</p>"),
        (askew, "x.html", "{% comment %}\na\n   b\n{% endcomment %}\n{% if a %}\n  b\n{% elif c %}\n  d\n{% endif %}\n\n<h{{ e }}>\n  f\n</h{{ e }}>"),
        (askew, "x.html", '<div\n  class="a\n    b"\n  id="c"\n></div>\n{% blocktranslate trimmed count a=b %}\n  c\n{% plural %}\n  d\n{% endblocktranslate %}'),
        (shares, EDITOR, ".x {\n  gap: 0;\n  color: var(--ink);\n}\n.y { gap: 0 }"),
        (decides, "x.html", "{% if score_percent == 100 %}{% if count > 3 %}{% if score_percent > 0 %}{% if a.score >= b.pass_mark %}"),
        (writes, VIEW, "data.update(given)\nkept[1] = 2\nseen.add(3)\nreturned = 'UPDATE: nothing'"),
        (writes, "courses/actions/learning.py", "row.save()"),
        (numbers, VIEW, "x = score_percent > 0\ny = score_percent >= course.pass_mark\nz = len(rows) > 8\nw = compass > 3"),
        (numbers, "quizzes/rules/grading.py", "PASS_MARK = 80"),
        (days, "courses/actions.py", "a = today(now)\nb = datetime.strptime(text, '%Y').date()\nc = found.date\nd = f(date=x)"),
        (days, "people/queries.py", "a = now.date()"),
        (code_guards.due_days, "reports/rules/figures.py", "a = ask.due_on is not None\nb = due_on == on\nc = missed <= worst"),
        (code_guards.due_days, "courses/rules/overdue.py", "a = due_on < today"),
        (code_guards.streams, "courses/actions.py", "for row in rows.filter(pk__gt=last).order_by('pk')[:100]: row.save()"),
        (code_guards.written_addresses, "courses/views/quiz.py", '"""/courses/x/"""\na = render(request, "courses/quiz.html")\nb = "https://x.example.com/courses/"\nc = "/messages/"'),
        (code_guards.written_addresses, "courses/addresses.py", 'HREF = "/courses/"'),
        (template_guards.written_addresses, "x.html", "{# /courses/ #}{% url 'courses:catalogue' %}<a href=\"{{ course.url }}quiz/\">{% include 'courses/entry.html' %}</a>"),
        (code_guards.after_commit, "courses/publishing.py", "with transaction.atomic():\n    tell.enqueue()"),
    ],
)  # fmt: skip
def test_what_keeps_the_rules_is_left_in_peace(guard: Guard, file: str, text: str) -> None:
    assert guard(file, text) == []
