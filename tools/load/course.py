"""A small course in files: a lesson to read, one with checks, a quiz. Loaded so that there are two of everything."""

from pathlib import Path
from typing import Any

import yaml

QUESTIONS = 5  # in the bank
ASKED = 3  # in a quiz
WHY = "This is why it is right or wrong here, in at least forty characters, as every option has to say it."


def write_course(folder: Path, code: str, *, lessons: int = 1) -> None:
    """A lesson to read and `lessons` with two checks each."""
    folder.mkdir(parents=True)
    slug = f"load-{code.lower()}"
    _write(
        folder / "course.yaml",
        {
            "code": code,
            "title": f"Load {code}",
            "short_title": f"Load {code}",
            "slug": slug,
            "summary": "A course that only clients of a measurement take.",
            "direction": "technology-for-business",
            "level": "foundation",
            "outcomes": [{"id": "load", "text": "say what was stored"}],
            "quiz": {"questions": ASKED, "pass_percent": 60, "required": True},
            "confidence": True,
        },
    )
    _lesson(folder, 1, f"{slug}-read", [])
    questions = [
        _question(f"{code.lower()}-q{number:02}", "quiz", number, f"{slug}-read")
        for number in range(1, QUESTIONS + 1)
    ]
    for number in range(2, lessons + 2):
        checks = [f"{code.lower()}-c{number}-{position}" for position in (1, 2)]
        _lesson(folder, number, f"{slug}-check-{number}", checks)
        questions += [
            _question(name, "check", position, f"{slug}-check-{number}")
            for position, name in enumerate(checks, 1)
        ]
    _write(folder / "questions.yaml", questions)


def _lesson(folder: Path, number: int, slug: str, checks: list[str]) -> None:
    asked = "".join(f"- {check}\n" for check in checks)
    (folder / f"{number:02}-{slug}.md").write_text(
        f"---\ntitle: Lesson {number}\nslug: {slug}\nobjective: say what lesson {number} is about\noutcome: load\n"
        f"minutes: 5\n---\n::: hook\nSomebody asked what was stored, and nobody could say it. Then somebody looked.\n:::\n\n"
        f"## What it is about\n\nOne idea, in a few words, so that there is something to read.\n\n"
        + (f"::: checks\n{asked}:::\n\n" if checks else "")
        + "::: say\nI have looked, and it is there.\n:::\n"
    )


def _question(name: str, purpose: str, number: int, lesson: str) -> dict[str, Any]:
    """Every second one has several right options."""
    several = number % 2 == 0
    return {
        "id": name,
        "purpose": purpose,
        "kind": "multiple_choice" if several else "single_choice",
        "stem": f"What is right about {name}?",
        "outcome": "load",
        "lesson": lesson,
        "section": "What it is about",
        "difficulty": 1,
        "side": "both",
        "senses": [],
        "options": [
            {"id": letter, "text": f"Option {letter} of {name}", "correct": position == number % 4 or (several and position == 1), "explain": WHY}
            for position, letter in enumerate("abcd")
        ],
    }  # fmt: skip


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
