"""Courses in: a folder of Markdown and YAML becomes pages and questions. See docs/content-format.md."""

from courses.importing.course import import_course
from courses.importing.frameworks import import_frameworks

__all__ = ["import_course", "import_frameworks"]
