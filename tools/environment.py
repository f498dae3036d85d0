"""`.venv/` from the hashed locks: uv if it can be had, else plain pip with the same files."""

import configparser
import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(os.environ.get("BOTHWAYS_VENV", ROOT / ".venv"))
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
# What a first start writes: the libraries and the database. Less than this is a full disk later.
ROOM_NEEDED = 700_000_000
# Libraries with parts in C or Rust, which fail at import when the system lacks something.
NATIVE = ("ssl", "sqlite3", "PIL.Image", "argon2.low_level", "cryptography.fernet", "nh3", "pydantic_core")


class Sentence(Exception):
    """One clear sentence for the person at the keyboard, in place of a traceback."""


def data_folder():
    return Path(os.environ.get("BOTHWAYS_DATA") or ROOT / "var").resolve()


def ready(lock):
    """The venv's Python with what requirements/<lock>.txt names, installed only if the file changed.

    Raises: Sentence
    """
    try:
        probe(data_folder())
        if not PYTHON.exists() or not works():
            make()
        if stamp(lock) not in stamps():
            install(lock)
        return PYTHON
    except OSError as error:
        raise Sentence(disk_sentence(error)) from error


def probe(folder):
    """Write and remove a file where the database will be: the disk is there, writable and not full."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    test = folder / f".probe-{os.getpid()}"
    try:
        with test.open("wb") as file:
            file.write(b"\0" * 65536)
            file.flush()
            os.fsync(file.fileno())
    finally:
        test.unlink(missing_ok=True)


def disk_sentence(error):
    where = error.filename or data_folder()
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk of {where} is full. Make room and start again; nothing is lost."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}:
        return (
            f"{where} cannot be written ({error.strerror}). Use an account that may write there, "
            "or set BOTHWAYS_DATA to another folder."
        )
    return f"{where}: {error.strerror or error}"


def fetch_newest_version():
    """The newest commits, where this clone has somewhere to fetch them from. Local changes are never touched.

    Raises: Sentence
    """
    git = shutil.which("git")
    asked = [git, "-C", ROOT, "rev-parse", "--abbrev-ref", "@{upstream}"]
    if git is None or subprocess.run(asked, capture_output=True, check=False).returncode != 0:
        return  # an unpacked release, or a clone of its own: whoever put it here chose the version
    say("Fetching the newest version …")
    done = subprocess.run(
        [git, "-C", ROOT, "pull", "--ff-only", "--quiet"], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Sentence(
            f"The newest version could not be fetched: {last_line(done.stderr)} Nothing was changed."
        )


def works():
    """False for a venv that was moved, or whose Python was upgraded away."""
    return (
        subprocess.run([PYTHON, "-c", "import encodings"], capture_output=True, check=False).returncode == 0
    )


def make():
    say(f"Making {VENV.name} …")
    if not (VENV.parent.exists() and shutil.disk_usage(VENV.parent).free > ROOM_NEEDED):
        raise Sentence(
            f"The disk of {VENV.parent} is nearly full: a first start needs {ROOM_NEEDED // 1_000_000} MB. Make room and start again."
        )
    # Without pip, which would take seven seconds to unpack for one use; see `pip`.
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stdout + done.stderr
        raise Sentence(
            no_venv()
            if "No module named venv" in said
            else known_trouble(said) or f"{VENV} could not be made: {last_line(said)}"
        )


def no_venv():
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return (
        "This Python cannot make virtual environments. "
        f"On Debian and Ubuntu: apt install python{version}-venv"
    )


def pip():
    """The command that runs pip: the wheel that Python brings with it, used where it lies.

    Raises: Sentence, where the system's packages left it out.
    """
    try:
        import ensurepip
    except ModuleNotFoundError as error:
        raise Sentence(no_venv()) from error
    folders = [
        Path(ensurepip.__file__).parent / "_bundled",
        Path(getattr(ensurepip, "_WHEEL_PKG_DIR", None) or "/nowhere"),
    ]
    wheels = [wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))]
    if wheels:
        return [PYTHON, wheels[-1] / "pip"]
    attempt([PYTHON, "-m", "ensurepip"])
    return [PYTHON, "-m", "pip"]


def install(lock):
    """Raises: Sentence"""
    say(f"Installing requirements/{lock}.txt …")
    file = LOCKS / f"{lock}.txt"
    uv = find_uv()
    done = None
    if uv is not None:
        done = attempt(
            [uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", file],
            uv_settings(),
        )
    if done is None or done.returncode != 0:
        if done is not None and (trouble := known_trouble(done.stderr)):
            raise Sentence(trouble)
        say("uv did not manage; plain pip takes about two minutes …")
        done = attempt([*pip(), "install", "--quiet", "--require-hashes", "-r", file])
        if done.returncode != 0:
            raise Sentence(
                known_trouble(done.stderr)
                or f"requirements/{lock}.txt could not be installed: {last_line(done.stderr)}"
            )
    check_native()
    kept = stamps()
    # The dev set contains the runtime set.
    kept |= {stamp(lock), stamp("runtime")} if lock == "dev" else {stamp(lock)}
    (VENV / "bothways-installed.txt").write_text("".join(f"{line}\n" for line in sorted(kept)))
    compile_beside()


def compile_beside():
    """Compile the libraries on the second core while the database is prepared on the first.

    Every start after it is four seconds shorter, also where PYTHONDONTWRITEBYTECODE is set.
    """
    folder = next((VENV / "lib").glob("python*/site-packages"))
    code = "import compileall, os, sys; os.nice(10); compileall.compile_dir(sys.argv[1], quiet=2)"
    subprocess.Popen(
        [PYTHON, "-c", code, folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def find_uv():
    """uv inside the venv, put there from its own hashed lock; None if it cannot be had."""
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        attempt([*pip(), "install", "--quiet", "--require-hashes", "-r", LOCKS / "uv.txt"])
    return uv if uv.exists() else None


def uv_settings():
    """uv does not read pip's configuration, where a closed network names its own index."""
    # Any index may answer, since the hashes name the very files that are wanted.
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_LINK_MODE": "copy"}
    configured = pip_settings()
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
    }
    for theirs, ours in names.items():
        if theirs in configured and ours not in os.environ:
            settings[ours] = " ".join(configured[theirs].split())
    return settings


def pip_settings():
    """What pip's files and variables say, the later ones winning."""
    home = Path.home()
    files = [
        "/etc/xdg/pip/pip.conf",
        "/etc/pip.conf",
        home / ".pip" / "pip.conf",
        home / ".config" / "pip" / "pip.conf",
    ]
    files.append(os.environ.get("PIP_CONFIG_FILE", "/nowhere"))
    parser = configparser.RawConfigParser(strict=False)
    parser.read(files)
    configured = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            configured |= dict(parser.items(section))
    for name, value in os.environ.items():
        if name.startswith("PIP_"):
            configured[name.removeprefix("PIP_").lower().replace("_", "-")] = value
    return configured


def check_native():
    code = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    done = attempt([PYTHON, "-c", code, *NATIVE])
    if done.returncode != 0:
        raise Sentence(known_trouble(done.stderr) or f"A library does not start: {last_line(done.stderr)}")


def known_trouble(said):
    """The sentence for what an installer or an import may say; empty if it is not known."""
    for line in reversed(said.splitlines()):
        if "cannot open shared object file" in line:
            library = line.split(": cannot open")[0].rpartition(" ")[2].rpartition(":")[2]
            return f"A library of the system is missing: {library}. Install it with the system's package manager and start again."
        if "No module named '_sqlite3'" in line or "No module named '_ssl'" in line:
            return "This Python was built without SQLite or SSL. Install the system's own python3, or name another: make run PYTHON=…"
        if "No space left on device" in line or "os error 28" in line:
            return f"The disk of {VENV} is full. Make room and start again; nothing is lost."
        if "Permission denied" in line or "Read-only file system" in line:
            return f"{VENV} cannot be written by this account. Use the account that owns this folder."
        if "HASHES" in line or "hash mismatch" in line.lower():
            return "A downloaded package is not the one that was locked (its hash differs). Nothing of it was installed."
    return ""


def last_line(said):
    return ([line for line in said.strip().splitlines() if line.strip()] or ["no reason given"])[-1]


def attempt(command, extra=None):
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **(extra or {})},
    )  # fmt: skip


def stamp(lock):
    content = (LOCKS / f"{lock}.txt").read_bytes()
    return f"{lock} {sys.version_info[0]}.{sys.version_info[1]} {hashlib.sha256(content).hexdigest()}"


def stamps():
    try:
        return set((VENV / "bothways-installed.txt").read_text().splitlines())
    except FileNotFoundError:
        return set()


def run(python, command):
    """Run a tool of the venv (`ruff check`, `manage.py check`); its exit code."""
    name, *rest = command
    program = VENV / "bin" / name
    words = [program, *rest] if program.exists() else [python, name, *rest]
    return subprocess.run(
        [str(word) for word in words], cwd=ROOT, check=False, env=tool_environment()
    ).returncode


def tool_environment():
    """Tests and checks have a data folder of their own, so that they never touch a running demo."""
    return {**os.environ, "BOTHWAYS_DATA": os.environ.get("BOTHWAYS_DATA", str(ROOT / "var" / "checks"))}


def run_tests(python, arguments):
    """The suite; last of all one line that says what was left out, and why."""
    command = [
        str(python),
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadscope",
        "--no-loadscope-reorder",
        *arguments,
    ]
    return subprocess.run(command, cwd=ROOT, check=False, env=tool_environment()).returncode


def say(sentence):
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
