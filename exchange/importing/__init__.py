"""Courses in: a folder, an archive or a Word document becomes pages and questions. See docs/content-format.md."""

from exchange.importing.course import import_course
from exchange.importing.frameworks import import_frameworks
from exchange.importing.word import import_document

__all__ = ["import_course", "import_document", "import_frameworks"]
