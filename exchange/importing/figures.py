"""Pictures of a lesson: each becomes a figure, or keeps its place, alternative text and caption."""

from pathlib import PurePosixPath
from typing import Any

from exchange.importing.folder import Folder, Store
from exchange.importing.stream import LessonFile
from gates.pictures import PICTURE_LIMIT


def shown(
    value: dict[str, Any], path: str, *, line: int, out: LessonFile, files: Folder, store: Store
) -> None:
    """Put the picture that the lesson calls `path` into a figure. What cannot be shown is told as a loss; the
    figure stays without it, so that the lesson stays a draft and its author sees where it belongs."""
    name = ""
    try:
        name = files.beside(out.name, path)
        if not name.lower().endswith(".svg"):
            title = value.get("caption") or value.get("alt") or PurePosixPath(name).name
            value["image"] = store.image(files.bytes_of(name, PICTURE_LIMIT), name, title=title)
            return
        drawing = files.drawing(name)
        if isinstance(drawing, str):
            value["drawing"] = drawing
            return
        if not value.get("alt") and not value.get("decorative"):
            value["alt"] = drawing.title[:300]
        title = value.get("caption") or value.get("alt") or PurePosixPath(name).name
        value["image"] = store.drawn(drawing, name, title=title)
    except ValueError as error:
        out.lose(line, str(error))
        if name:
            files.refused[name] = str(error)
