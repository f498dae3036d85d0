"""Where the style sheets, scripts, icons and pages stand, and what the tokens say."""

from tests.house.source import ROOT, templates

SITE = ROOT / "site" / "bothways"
STATIC = SITE / "static"
CSS = STATIC / "css"
TOKENS = (CSS / "tokens.css").read_text()
SOURCES = sorted(CSS.rglob("*.css"))
PAGES = [path for path in templates() if path.suffix == ".html"]


def read(name: str) -> str:
    return (STATIC / name).read_text()
