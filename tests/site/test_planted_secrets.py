"""What may be seen: a crawl of every address by everybody, judged by what the answers say.

Each text that not everybody may read begins with a word of its own (tests/site/estate.py). The table says
who comes across it somewhere, and the crawl must find exactly that: nobody more, and nobody less, so that
there was something to find.
"""

import io
import re
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from bothways.sight import Sighted
from courses.models import CataloguePage
from tests.site import estate as estates
from tests.site.addresses import Visitor, filled, once, routes
from tests.worlds import World, again

pytestmark = pytest.mark.django_db

PUBLISHING = "writer reviewer administrator"
STEWARDS = "steward_business"
EDITORS = f"author {PUBLISHING} {STEWARDS}"
# The word behind “zq”, and whoever comes across it.
WHO_MAY_SEE = f"""
coursetitle     {PUBLISHING}
summary         {PUBLISHING}
slug            {PUBLISHING}
code            {PUBLISHING}
lessontitle     {PUBLISHING}
drafttitle      {PUBLISHING}
drafttext       {PUBLISHING}
comment         {PUBLISHING}
remark          {PUBLISHING}
report          {PUBLISHING}
bankname        {PUBLISHING}
stem            {PUBLISHING}
option          {PUBLISHING}
explanation     {PUBLISHING}
newstem         {PUBLISHING}
collection      {PUBLISHING}
imagetitle      {PUBLISHING}
imagefile       {PUBLISHING}
papertitle      {PUBLISHING}
paperfile       {PUBLISHING}
tag             {PUBLISHING}
half
upload          writer
lemma           {EDITORS}
gloss           {STEWARDS} administrator
wording         {STEWARDS} administrator
address         hr administrator
number          hr administrator
group           reviewer administrator
attic           administrator
redirect        administrator
workflow        administrator
task            administrator
"""
SECRETS = {
    name: set(roles.split())
    for name, _, roles in (line.partition(" ") for line in WHO_MAY_SEE.split("\n") if line)
}
_FOUND = re.compile(rf"(?<![a-z0-9])zq({'|'.join(sorted(SECRETS, key=len, reverse=True))})(?![a-z])")

# What Wagtail and our own pages take behind the question mark: searches, filters, orders, exports, lists of
# keys. {own[…]} is the author's, {theirs[…]} the writer's.
ASKED = """
admin/pages/{theirs[page]}/edit/
admin/pages/{theirs[page]}/revisions/compare/earliest...latest/
admin/pages/{theirs[page]}/workflow_history/detail/{theirs[page_state]}/
admin/snippets/quizzes/question/edit/{theirs[question]}/
admin/snippets/glossary/sense/edit/{theirs[sense]}/
write/report/{theirs[report]}/
write/import/{theirs[key]}/
admin/pages/search/?q=zq
admin/pages/search/results/?q=zq&ordering=title
admin/pages/{own[parent]}/?q=zq&search_all=1
admin/pages/{theirs[hidden]}/
admin/pages/{theirs[hidden]}/results/?ordering=-latest_revision_created_at
admin/pages/{theirs[hidden]}/add_subpage/
admin/pages/{theirs[unseen]}/edit/
admin/pages/{theirs[unseen]}/view_draft/
admin/pages/{theirs[unseen]}/history/
admin/pages/{theirs[unseen]}/usage/
admin/pages/{own[page]}/usage/?describe_on_delete=1
admin/pages/{own[unseen]}/move/
admin/pages/{own[unseen]}/move/{theirs[hidden]}/confirm/
admin/pages/{own[unseen]}/move/{theirs[parent]}/confirm/
admin/pages/{theirs[unseen]}/move/{own[hidden]}/confirm/
admin/pages/{own[page]}/revisions/{theirs[revision]}/view/
admin/pages/{own[page]}/revisions/{theirs[revision]}/revert/
admin/pages/{own[page]}/revisions/compare/earliest...{theirs[revision]}/
admin/pages/{own[page]}/workflow_history/detail/{theirs[page_state]}/
admin/pages/workflow/action/{own[page]}/reject/{theirs[page_task_state]}/
admin/pages/add/courses/lessonpage/{theirs[hidden]}/
admin/pages/create/courses/lessonpage
admin/pages/create/courses/coursepage
admin/pages/usage/courses/coursepage/?ordering=title
admin/choose-page/?q=zq
admin/choose-page/{theirs[hidden]}/
admin/choose-page/chosen-multiple/?id={theirs[unseen]}&id={own[page]}
admin/choose-page/search/?q=zq
admin/choose-page/search/?q=zq&page_type=courses.LessonPage&user_perms=move_to
admin/api/main/pages/?fields=*&limit=100&for_explorer=1
admin/api/main/pages/?search=zq
admin/api/main/pages/?child_of={theirs[hidden]}&for_explorer=1
admin/api/main/pages/?descendant_of={theirs[hidden]}
admin/api/main/pages/?ancestor_of={theirs[unseen]}
admin/api/main/pages/?translation_of={theirs[unseen]}
admin/api/main/pages/?order=title&has_children=1
admin/api/main/pages/{theirs[unseen]}/?fields=*
admin/api/main/pages/{theirs[hidden]}/?fields=*
admin/api/main/pages/find/?id={theirs[unseen]}
admin/api/main/images/?fields=*&order=title
admin/api/main/images/?search=zq
admin/api/main/images/{theirs[image]}/?fields=*
admin/api/main/documents/?fields=*&order=title
admin/api/main/documents/?search=zq
admin/api/main/documents/{theirs[document]}/?fields=*
admin/images/?q=zq
admin/images/?collection_id={theirs[collection]}
admin/images/?tag=zqtag&ordering=usage_count
admin/images/results/?q=zq
admin/images/chooser/?q=zq
admin/images/chooser/results/?q=zq
admin/images/chooser/results/?tag=zqtag
admin/images/chooser/results/?collection_id={theirs[collection]}
admin/images/chooser/chosen-multiple/?id={theirs[image]}&id={own[image]}
admin/documents/?q=zq
admin/documents/?collection_id={theirs[collection]}
admin/documents/?tag=zqtag
admin/documents/chooser/results/?q=zq
admin/documents/chooser/chosen-multiple/?id={theirs[document]}&id={own[document]}
admin/snippets/quizzes/question/?q=zq&ordering=purpose
admin/snippets/quizzes/question/?bank={theirs[bank]}
admin/snippets/quizzes/question/results/?live=false&purpose=quiz&ordering=-bank
admin/snippets/quizzes/question/?export=csv
admin/snippets/quizzes/question/edit/{theirs[new_question]}/
admin/snippets/quizzes/question/history/{own[question]}/revisions/compare/earliest...{theirs[question_revision]}/
admin/snippets/quizzes/question/history/{own[question]}/revisions/{theirs[question_revision]}/revert/
admin/snippets/quizzes/question/workflow_history/{own[question]}/detail/{theirs[question_state]}/
admin/snippets/quizzes/question/usage/{own[question]}/?describe_on_delete=1
admin/snippets/quizzes/bank/?q=zq&ordering=name
admin/snippets/quizzes/bank/usage/{own[bank]}/
admin/snippets/choose/quizzes/question/results/?q=zq
admin/snippets/choose/quizzes/question/chosen/{theirs[new_question]}/
admin/snippets/choose/quizzes/question/chosen-multiple/?id={theirs[question]}&id={own[question]}
admin/snippets/choose/quizzes/question/write/{theirs[question]}/
admin/snippets/choose/quizzes/bank/results/?q=zq
admin/snippets/choose/quizzes/bank/chosen-multiple/?id={theirs[bank]}&id={own[bank]}
admin/snippets/glossary/sense/?q=zq
admin/snippets/glossary/sense/edit/{own[new_sense]}/
admin/snippets/glossary/sense/?export=csv
admin/snippets/glossary/word/?q=zq
admin/snippets/glossary/word/edit/{own[new_word]}/
admin/snippets/choose/glossary/sense/results/?q=zq
admin/snippets/choose/glossary/sense/chosen/{own[new_sense]}/
admin/snippets/choose/glossary/sense/chosen-multiple/?id={own[new_sense]}
admin/snippets/choose/glossary/word/chosen/{own[new_word]}/
admin/reports/site-history/?label=zq
admin/reports/site-history/?export=csv
admin/reports/site-history/?export=xlsx
admin/reports/workflow/?export=csv
admin/reports/workflow/?export=xlsx
admin/reports/workflow/?status=in_progress
admin/reports/workflow_tasks/?export=csv
admin/reports/workflow_tasks/?status=rejected
admin/reports/locked/?export=csv
admin/reports/aging-pages/?export=csv
admin/reports/page-types-usage/?export=csv
admin/reports/page-types-usage/results/?page_locale=en
admin/collections/?q=zq
admin/groups/?q=zq
admin/groups/edit/{theirs[team]}/
admin/users/?q=zq
admin/users/?group={own[group]}
admin/users/edit/{own[stranger]}/
admin/users/?export=csv
admin/redirects/?q=zq
admin/redirects/?export=csv
admin/workflows/list/?show_disabled=true
admin/workflows/tasks/index/?show_disabled=true
admin/workflows/task_chooser/results/?q=zq
admin/tag-autocomplete/?term=zqt
admin/account/?tab=notifications
admin/translation/submit/page/{theirs[hidden]}/
courses/?q=zq
courses/{theirs[hidden_slug]}/
courses/{theirs[hidden_slug]}/{theirs[unseen_slug]}/
search/?q=zq
search/?q=zqwording
glossary/?q=zq
glossary/zqlemma/
write/preview/{theirs[unseen]}/
write/review/{theirs[unseen]}/
write/course/{theirs[hidden]}/approve/
write/course/{theirs[hidden]}/submit/
write/course/{theirs[hidden]}/authors/
write/course/{theirs[hidden]}/copy/
write/import/course/{theirs[hidden]}.zip
reports/completion/?q=stranger
reports/completion/?export=csv
reports/completion/?format=xlsx
reports/completion/people/{own[stranger]}/
team/{own[stranger]}/
audit/?about=page
""".split()
# Forms that name somebody else's thing, sent for one's own: what comes back may name it.
SENT = [
    ("admin/pages/{own[unseen]}/copy/", {"new_title": "x", "new_slug": "x", "new_parent_page": "{theirs[hidden]}"}),
    ("admin/pages/{own[unseen]}/move/", {"new_parent_page": "{theirs[hidden]}"}),
    ("admin/pages/create/courses/lessonpage", {"parent_page": "{theirs[hidden]}"}),
    ("admin/bulk/wagtailcore/page/move/?id={own[unseen]}", {"chooser": "{theirs[hidden]}"}),
    ("admin/api/main/pages/{own[unseen]}/action/move/", {"destination_page_id": "{theirs[hidden]}"}),
    ("admin/api/main/pages/{own[unseen]}/action/copy/", {"destination_page_id": "{theirs[hidden]}"}),
    ("admin/editing-sessions/ping/wagtailcore/page/{theirs[page]}/{theirs[session]}/", {}),
    ("admin/editing-sessions/ping/quizzes/question/{theirs[question]}/{own[session]}/", {}),
    ("admin/images/multiple/{theirs[image]}/", {}),
    ("admin/images/multiple/create_from_uploaded_image/{theirs[half_image]}/", {}),
    ("admin/documents/multiple/{theirs[document]}/", {}),
    ("admin/documents/multiple/create_from_uploaded_document/{theirs[half_document]}/", {}),
]  # fmt: skip


@pytest.fixture(scope="module")
def estate(world: World, catalogue_page: CataloguePage) -> SimpleNamespace:
    with world():
        return estates.build(catalogue_page, estates.everybody())


_once = pytest.fixture(once)


def bulk_actions() -> list[tuple[str, str, str, Any]]:
    """App, kind, name and class of every bulk action that is registered."""
    bulk_action_registry._scan_for_bulk_actions()
    return [
        (app, kind, name, action)
        for app, kinds in bulk_action_registry.actions.items()
        for kind, actions in kinds.items()
        for name, action in actions.items()
    ]


def addresses(role: str, estate: SimpleNamespace) -> list[str]:
    """Everything that is crawled, each once, with the things of both authors.

    Who may see all of the writer's anyway asks for less: the reviewer once, the others for the list above.
    """
    names = vars(estate)
    whose = {"reviewer": [estate.theirs], "writer": [], "administrator": []}.get(
        role, [estate.theirs, estate.own]
    )
    addresses = [filled(route, things) for route in sorted(set(routes())) for things in whose]
    addresses += ["/" + asked.format(**names) for asked in ASKED]
    things = {
        "page": "unseen",
        "question": "new_question",
        "sense": "new_sense",
        "word": "new_word",
        "employee": "stranger",
    }
    for app, kind, name, _action in bulk_actions():
        mine, other = (which.get(things.get(kind, kind)) for which in (estate.own, estate.theirs))
        addresses += [
            f"/admin/bulk/{app}/{kind}/{name}/?id=all",
            f"/admin/bulk/{app}/{kind}/{name}/?id={mine}&id={other}",
        ]
    return list(dict.fromkeys(addresses))


def words(text: str) -> set[str]:
    return set(_FOUND.findall(text))


def said(client: Client, method: str, address: str, form: dict[str, str] | None = None) -> str:
    """What an answer says, with its headers; archives and sheets unpacked. Nothing that was done stays.

    Raises: AssertionError, where it broke
    """
    with transaction.atomic():
        answer = getattr(client, method)(address, form)
        content = answer.getvalue() if answer.streaming else answer.content
        transaction.set_rollback(True)
    assert answer.status_code < 500, address
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join([name.encode() + archive.read(name) for name in archive.namelist()])
    headers = " ".join(answer.headers.values())
    return f"{headers} {content.decode(errors='replace')}".lower()


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
@pytest.mark.usefixtures("_once")
@pytest.mark.parametrize("role", [role for role in estates.ROLES if role != "steward_technology"])
def test_everybody_sees_what_the_table_says(role: str, estate: SimpleNamespace) -> None:
    client = Visitor()
    if role != "anonymous":
        client.force_login(again(estate.cast[role]))
    expected = {name for name, roles in SECRETS.items() if role in roles}
    found: set[str] = set()
    leaks: dict[str, set[str]] = {}

    asked = [("get", address, None) for address in addresses(role, estate)]
    names = vars(estate)
    for address, form in SENT:
        asked.append(
            (
                "post",
                "/" + address.format(**names),
                {name: value.format(**names) for name, value in form.items()},
            )
        )
    for method, address, form in asked:
        # What was asked by name is no news.
        here = words(said(client, method, address, form)) - words(f"{address} {form}")
        found |= here
        if here - expected:
            leaks[f"{method} {address}"] = here - expected

    assert leaks == {}
    assert found == expected


def test_every_bulk_action_names_only_what_its_person_may_see() -> None:
    unsighted = [
        f"{app}.{kind} {name}"
        for app, kind, name, action in bulk_actions()
        if not issubclass(action, Sighted)
    ]

    assert unsighted == []


@pytest.mark.parametrize(
    "asked",
    ["id=x", "id=9{nines}", "id=all&childOf=x", "id=all&childOf={theirs[hidden]}", "id={theirs[unseen]}", ""],
)
def test_a_bulk_action_on_nothing_that_somebody_may_see_is_not_there(
    asked: str, client: Client, estate: SimpleNamespace
) -> None:
    client.force_login(again(estate.cast["author"]))

    answer = client.get(
        "/admin/bulk/wagtailcore/page/unpublish/?" + asked.format(nines="9" * 20, **vars(estate))
    )

    assert answer.status_code == 404


def test_a_bulk_action_still_says_what_of_the_own_it_refuses(client: Client, estate: SimpleNamespace) -> None:
    client.force_login(again(estate.cast["author"]))

    page = client.get(f"/admin/bulk/wagtailcore/page/publish/?id={estate.own['unseen']}").content.decode()

    assert "have permission to publish this page" in page
    assert "ourslessontitle" in page
