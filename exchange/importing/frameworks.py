"""Competence frameworks in, from YAML. Importing the same file again changes nothing."""

from pathlib import Path

from courses.models import Competence, Framework
from gates.blocks import load_yaml


def import_frameworks(folder: Path) -> int:
    """Load every file of a folder; how many frameworks there were."""
    files = sorted(folder.glob("*.yaml"))
    for path in files:
        data = load_yaml(path.read_text(encoding="utf-8"), source=path.name)
        fields = {name: data[name] for name in ("name", "version", "licence", "attribution", "url")}
        framework, _new = Framework.objects.update_or_create(code=data["code"], defaults=fields)
        by_code: dict[str, Competence] = {}
        for item in data["competences"]:
            code = str(item["code"])
            parent = by_code.get(code.rpartition(".")[0])
            by_code[code], _new = Competence.objects.update_or_create(
                framework=framework, code=code, defaults={"label": item["label"], "parent": parent}
            )
    return len(files)
