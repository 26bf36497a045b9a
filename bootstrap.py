"""Sets the project up on a machine that has only Python 3.11, and runs its commands.

`./build`, `./test` and `./bench` are this file's `main` under three names. It needs nothing but
the standard library. What it makes stays in `.venv` and `src/rsscorm/player/node_modules`; a
checksum skips what is there already, so that the second run starts at once.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PINS = (
    "pyproject.toml",
    "hatch_build.py",
    "constraints.txt",
    "src/rsscorm/player/package-lock.json",
)
APT_OPTIONS = ("-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0")
# With this, Debian's PostgreSQL comes without a server that starts with the machine.
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/rsscorm.conf")
SERVER = ("initdb", "postgres")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main(command: str, arguments: list[str]) -> int:
    """Set up what `command` needs and run it; returns its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036
        return fail("rsscorm needs Python 3.11 or newer; this is " + platform.python_version())
    for_tests = command != "build"
    install_system_packages(for_tests)
    make_environment("test" if for_tests else "build,polls,preview")
    run(PYTHON, "hatch_build.py", *(["--dev"] if for_tests else []))
    return COMMANDS[command](arguments)


def fail(message: str) -> int:
    """Say what is wrong on stderr; the exit code for it."""
    print(message, file=sys.stderr)
    return 2


def say(message: str) -> None:
    """Tell on stderr what takes its time."""
    print(f"· {message}", file=sys.stderr, flush=True)


def run(*command: str | Path, check: bool = True) -> int:
    """Run a command in the project's root; stops everything if it fails, unless told not to."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT)
    if check and done.returncode:
        raise SystemExit(done.returncode)
    return done.returncode


def install_system_packages(for_tests: bool) -> None:
    """Install from Debian what is missing; elsewhere nothing, and Playwright brings the browser."""
    if not shutil.which("apt-get"):
        return
    missing = [name for name, is_there in system_packages(for_tests) if not is_there()]
    if not missing:
        return
    say(f"installing {', '.join(missing)} with apt-get")
    for command in installation(missing):
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(
                fail(f"{done.stdout}\napt-get could not install {', '.join(missing)}.")
            )


def installation(missing: list[str]) -> list[list[str]]:
    """The commands that install packages; stops everything if they need a root who is not there."""
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", *APT_OPTIONS]
    install = [*apt, "install", "--yes", "--no-install-recommends", *missing]
    if as_root and not shutil.which("sudo"):
        raise SystemExit(fail("Please run this once as root: " + " ".join(install[1:])))
    before = [[*as_root, "sh", "-c", without_cluster()]] if "postgresql" in missing else []
    return [*before, [*apt, "update"], install]


def without_cluster() -> str:
    """For a shell: the tests start a PostgreSQL of their own, so the machine needs none."""
    return f"mkdir -p {NO_CLUSTER.parent} && echo create_main_cluster = false >{NO_CLUSTER}"


def system_packages(for_tests: bool) -> list[tuple[str, Callable[[], bool]]]:
    """Debian packages, each with how to see that it is there."""
    has_atomic = lambda: bool(list(Path("/usr/lib").glob("*/libatomic.so.1")))  # noqa: E731
    needed: list[tuple[str, Callable[[], bool]]] = [
        ("python3-venv", lambda: importlib.util.find_spec("ensurepip") is not None),
        ("libatomic1", has_atomic),
    ]
    if for_tests:
        needed += [
            ("chromium", lambda: browser() is not None),
            ("fonts-liberation", lambda: Path("/usr/share/fonts/truetype/liberation").exists()),
            ("postgresql", lambda: postgres() is not None),
            ("curl", lambda: shutil.which("curl") is not None),
            ("openssl", lambda: shutil.which("openssl") is not None),
            ("unzip", lambda: shutil.which("unzip") is not None),
            ("zip", lambda: shutil.which("zip") is not None),
        ]
    return needed


def browser() -> str | None:
    """The machine's own Chromium or Chrome, if it has one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def postgres() -> Path | None:
    """The folder of PostgreSQL's server programs, the newest; Debian keeps them out of the PATH."""
    found = shutil.which("initdb")
    debian = Path("/usr/lib/postgresql").glob("[1-9]*/bin")
    newest_first = sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True)
    folders = [*([Path(found).parent] if found else []), *newest_first]
    return next((at for at in folders if all((at / name).exists() for name in SERVER)), None)


def make_environment(extras: str) -> None:
    """Make `.venv` and install the project into it, unless nothing has changed since."""
    stamp = VENV / "rsscorm.sha256"
    wanted = checksum()
    done = stamp.read_text().split() if stamp.exists() else []
    if not is_working() or done[:1] != [wanted] or not {extras, "test"} & set(done):
        say("setting up .venv (about a minute the first time)")
        if not is_working():
            run(sys.executable, "-m", "venv", "--clear", VENV)
        pip: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        run(*pip, "--editable", f".[{extras}]", "--constraint", "constraints.txt")
        stamp.write_text(f"{wanted} {extras}")
    if extras == "test" and not browser():
        run(PYTHON, "-m", "playwright", "install", "chromium")


def is_working() -> bool:
    """Whether `.venv` has a Python that runs."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0


def checksum() -> str:
    """Of everything that decides what is installed."""
    parts = [
        sys.version.encode(),
        str(ROOT).encode(),
        *((ROOT / name).read_bytes() for name in PINS),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def build(arguments: list[str]) -> int:
    """Compile the workspace's modules into `dist/`."""
    code = run(BIN / "rsscorm", "build", *arguments, check=False)
    if os.name != "nt" and not shutil.which("rsscorm"):
        say(f'so that `rsscorm` can be typed anywhere: export PATH="$PATH:{BIN}"')
        say("for modules of your own: docs/authors/tutorial.md")
    return code


def bench(arguments: list[str]) -> int:
    """Measure what is promised of speed and memory."""
    return run(PYTHON, "bench.py", *arguments, check=False)


CHECKS: tuple[tuple[str, list[str | Path]], ...] = (
    ("style", [BIN / "ruff", "check", "--quiet", "."]),
    ("format", [BIN / "ruff", "format", "--check", "--quiet", "."]),
    ("types", [BIN / "mypy"]),
    ("imports", [BIN / "lint-imports", "--no-logo"]),
)


AT_ONCE = ("-n", "auto", "--maxprocesses", "4", "--dist", "load")
"""A process for each processor, with a browser and a PostgreSQL of its own. Dealt out in order, so
that in each the tests in a browser come last (`tests/conftest.py`)."""


def test(arguments: list[str]) -> int:
    """Run the static checks and every test; with `--long`, only what takes longer."""
    if "--long" in arguments:
        return test_long([word for word in arguments if word != "--long"])
    failed = [] if arguments else [name for name, command in CHECKS if run(*command, check=False)]
    code = run(PYTHON, "-m", "pytest", "-m", "not long", *AT_ONCE, *arguments, check=False)
    if failed:
        return fail("Also failed: " + ", ".join(failed))
    return code


def test_long(arguments: list[str]) -> int:
    """Run the long tests and keep their dated output in `tests/long/`."""
    target = ROOT / "tests" / "long" / f"{datetime.date.today().isoformat()}.txt"
    target.parent.mkdir(exist_ok=True)
    command = [str(PYTHON), "-m", "pytest", "-m", "long", "-s", *arguments]
    with target.open("w", encoding="utf-8") as output:
        machine = f"{platform.platform()}, {os.cpu_count()} processors"
        output.write(f"{machine}, Python {platform.python_version()}\n\n")
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
            for line in running.stdout or ():
                print(line, end="", flush=True)
                output.write(line.replace(str(ROOT), "."))
    return running.returncode


COMMANDS: dict[str, Callable[[list[str]], int]] = {"build": build, "test": test, "bench": bench}
