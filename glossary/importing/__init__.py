"""Words from a folder of YAML files into the glossary, as often as one likes.

A part (a word, a sense) is written only if its file changed since the last import and no person edited
it since; what a person edited stays and is reported. Ids grow from the addresses in the files, so the
same word has the same id in every installation and figures can be merged.
"""

from glossary.importing.files import Outcome, Report
from glossary.importing.folder import import_glossary
from glossary.importing.parts import sense_key, word_key

__all__ = ["Outcome", "Report", "import_glossary", "sense_key", "word_key"]
