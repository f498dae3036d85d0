"""requirements/*.txt from requirements/*.in: every version with its hashes, no address of any index."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"
OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate")
OPTIONS += ("--no-emit-index-url", "--no-emit-find-links", "--quiet")

for name in ("uv", "runtime", "scaleout", "dev"):  # in this order: the later ones are held to runtime.txt
    command = [UV, "pip", "compile", *OPTIONS, *sys.argv[1:], f"{name}.in", "-o", f"{name}.txt"]
    subprocess.run(command, cwd=ROOT / "requirements", check=True)
