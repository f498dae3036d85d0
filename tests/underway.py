"""What tests of long work share: a worker that works when it is told to, and how its pages lead back."""

from typing import Any, Final

from jobs.models import Stage

WAYS: Final = {
    Stage.READING: "See how far it is",
    Stage.READ: "See what it would do",
    Stage.IMPORTING: "See how far it is",
    Stage.IMPORTED: "See what was imported",
    Stage.FAILED: "See what happened",
}
"""What the way back to something says, wherever that is."""


class Asked:
    """Takes the place of a task, and runs it for everything it was asked for when `work` is called."""

    def __init__(self, task: Any) -> None:
        self.task = task
        self.asked: list[int] = []

    def enqueue(self, pk: int) -> None:
        self.asked.append(pk)

    def work(self) -> int:
        """Do what was asked for; how much that was."""
        asked, self.asked = self.asked, []
        for pk in asked:
            self.task.call(pk)
        return len(asked)


def told(response: Any) -> str:
    """A page in one line."""
    return " ".join(response.content.decode().split())
