"""Nothing an employee can fetch before answering tells which option is right."""

from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.courses.course import RIGHT_WHY

CANARIES = ("CANARY-RIGHT", "CANARY-WRONG", "is_correct", '"correct"', "&quot;correct&quot;")


@pytest.fixture
def reader(client, employee):
    client.force_login(employee)
    return client


def everything(client, start: str) -> dict[str, str]:
    """Address → headers and body of every page that links lead to."""
    waiting, seen = [start], {}
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        response = client.get(path)
        body = response.getvalue().decode(errors="replace")
        seen[path] = f"{dict(response.headers)}\n{body}"
        if "text/html" not in response.headers.get("Content-Type", ""):
            continue
        page = BeautifulSoup(body, "html.parser")
        for tag in page.select("a[href], link[href], script[src], img[src], source[src]"):
            target = urlsplit(urldefrag(urljoin(path, tag.get("href") or tag.get("src")))[0])
            if not target.netloc and not target.path.startswith("/static/"):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    return seen


@pytest.mark.sql
def test_a_crawl_before_answering_finds_no_key(reader, course):
    reader.post("/courses/always-on/quiz/")

    pages = everything(reader, "/")
    pages |= everything(reader, reader.post("/courses/always-on/quiz/")["Location"])
    for question in course.checks:
        pages |= everything(reader, f"/courses/always-on/hours/?again={question.translation_key}")
    for word in ("hours", "CANARY", "canary-right", "720"):
        pages[word] = (
            reader.get(f"/search/?q={word}")
            .content.decode()
            .replace(f'value="{word}"', "")
            .replace(f"“{word}”", "")
        )

    assert any("What does t2-c1-1 allow?" in page for page in pages.values())
    assert any("What does t2-q" in page for page in pages.values())
    hits = [(path, canary) for path, page in pages.items() for canary in CANARIES if canary in page]
    assert [hit for hit in hits if hit[0] not in {"CANARY", "canary-right"}] == []


def test_the_crawl_would_find_one(reader, course):
    course.one.body.append(("say", {"line": RIGHT_WHY}))
    course.one.save_revision().publish()

    assert any("CANARY-RIGHT" in page for page in everything(reader, "/").values())


def test_a_shared_cache_never_gets_a_persons_page(reader, course):
    response = reader.get("/courses/always-on/hours/")

    assert "private" in response["Cache-Control"] and "no-store" in response["Cache-Control"]
