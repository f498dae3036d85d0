"""A backup's file: what could not be finished is not there."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A file may have 200,000 bytes here: the write after that fails, as on a full disk, and so does each later one.
CODE = """
import os, resource, signal, sys
from pathlib import Path
from gates.bundles import new_bundle
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    with new_bundle(Path(sys.argv[1])) as bundle:
        bundle.add("rows/people", (os.urandom(3_000) for _ in range(200)))
        bundle.close({})
except OSError as error:
    print(error.strerror)
"""


def test_a_full_disk_leaves_nothing_of_a_backup(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, tmp_path / "backup.zip"],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout == "File too large\n", done.stderr
    assert list(tmp_path.iterdir()) == []
