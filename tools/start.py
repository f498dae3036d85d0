"""make run, make serve, make test … for a machine with Python and nothing of ours.

Standard library only. The first lines are written so that a Python that is too old can still read
them and say so.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this sentence is for people whose Python is older
    import os
    import shutil

    for version in ("3.14", "3.13", "3.12", "3.11"):
        newer = shutil.which("python" + version)
        if newer:
            os.execv(newer, [newer] + sys.argv)  # noqa: RUF005, S606 - old Pythons must be able to read this
    sys.exit(
        "Bothways needs Python 3.11 or newer; this is Python {}.{}. "
        "Install a newer one and name it: make run PYTHON=python3.12".format(*sys.version_info[:2])
    )

import os

import environment
import installation
import supervise


def main(arguments):
    """One of run, serve, upgrade, test and tool; the process's exit code."""
    command, *rest = arguments or ["run"]
    commands = {"run": serve, "serve": serve, "upgrade": upgrade, "test": test, "tool": tool}
    if command not in commands:
        sys.stderr.write(f"{command} is not a command: {', '.join(commands)}.\n")
        return 2
    try:
        return commands[command](command, rest)
    except environment.Sentence as sentence:
        sys.stderr.write(f"{sentence}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def serve(command, _rest):
    demo = command == "run"
    with installation.held_port(demo=demo) as holder:
        python = environment.ready("runtime")
        return supervise.serve(python, installation.choose(python, demo=demo), holder)


def upgrade(command, rest):
    if "--fetched" not in rest:
        environment.fetch_newest_version()
        # The rest of the way in the new version of this very file.
        os.execv(sys.executable, [sys.executable, __file__, command, "--fetched"])  # noqa: S606 - ourselves
    return installation.upgrade(environment.ready("runtime"))


def test(_command, rest):
    return environment.run_tests(environment.ready("dev"), rest)


def tool(_command, rest):
    return environment.run(environment.ready("dev"), rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
