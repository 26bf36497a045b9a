"""Somebody installs rsscorm elsewhere: a wheel that needs neither Node nor a network."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email.parser import Parser
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, made from this source tree."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the wheel was unpacked into, as pip does."""
    target = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def rsscorm(installed: Path, workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed tool in a workspace, with no other program on the path."""
    environment = {
        "PYTHONPATH": os.pathsep.join([str(installed), sysconfig.get_path("purelib")]),
        "PATH": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = "import rsscorm.cli; rsscorm.cli.main()"
    return subprocess.run(
        [sys.executable, "-S", "-c", program, *arguments],
        cwd=workspace, env=environment, capture_output=True, text=True,
    )  # fmt: skip


def test_wheel_carries_what_it_needs(wheel: Path) -> None:
    """The wheel is typed, has its licence and notice, scripts, schemas, themes and a typeface."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "rsscorm/py.typed",
        "rsscorm/player/built/scorm12.js",
        "rsscorm/polls/pages/report.html",
        "rsscorm/polls/deployment/prometheus-alerts.yml",
        "rsscorm/polls/deployment/rsscorm-polls.service",
        "rsscorm/player/built/xapi.js",
        "rsscorm/player/built/player.css",
        "rsscorm/referee/built/referee.js",
        "rsscorm/referee/built/page.js",
        "rsscorm/referee/built/faults.json",
        "rsscorm/preview/built/frame.js",
        "rsscorm/preview/built/page.js",
        "rsscorm/preview/built/start.js",
        "rsscorm/preview/preview.css",
        "rsscorm/preview/pages/preview.html",
        "rsscorm/referee/page.css",
        "rsscorm/referee/pages/play.html",
        "rsscorm/package/schemas/imscp_rootv1p1p2.xsd",
        "rsscorm/themes/clear/theme.yaml",
        "rsscorm/themes/clear/brygada-1918.woff2",
        "rsscorm/themes/clear/brygada-1918.txt",
        "rsscorm/themes/nhs/theme.yaml",
    ):
        assert name in names, f"{name} is missing"
    assert any(name.endswith("licenses/LICENCE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
    assert not [name for name in names if name.endswith(".ts") or "node_modules" in name]


def test_metadata(wheel: Path) -> None:
    """The wheel says its licence and the Python it needs."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("METADATA"))
        metadata = Parser().parsestr(archive.read(name).decode())
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"


def test_builds_without_node(installed: Path, tmp_path: Path) -> None:
    """In a new workspace with one module the installed tool builds both packages."""
    module = tmp_path / "modules" / "hello"
    module.mkdir(parents=True)
    (module / "module.yaml").write_text(
        "rsscorm: 1\nid: hello\nedition: '1'\ntitle: Hello\nsummary: A greeting.\nminutes: 1\n"
        "language: en\ncomplete:\n  when: all-steps\nsteps:\n  - id: one\n    kind: learn\n"
        "    title: One\n    minutes: 1\n    blocks:\n      - text: Good morning.\n"
    )
    done = rsscorm(installed, tmp_path, "build")
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in (tmp_path / "dist").glob("*.zip"))
    assert made == ["hello-1-scorm12.zip", "hello-1-xapi.zip"]


def test_the_faults_are_listed_without_node(installed: Path, tmp_path: Path) -> None:
    """The installed tool knows the referee's faults, though they are TypeScript."""
    done = rsscorm(installed, tmp_path, "referee", "--faults")
    assert done.returncode == 0, done.stderr
    assert "commit-false: A commit fails, and says so\n" in done.stdout


def test_empty_workspace(installed: Path, tmp_path: Path) -> None:
    """In an empty folder the installed tool says kindly how to begin."""
    done = rsscorm(installed, tmp_path, "build")
    assert done.returncode == 1, done.stderr
    assert 'rsscorm new "My first module"' in done.stderr


def test_what_is_harmed_is_made_again(tmp_path: Path) -> None:
    """A source tree in which a script was emptied, or an npm package is gone, mends itself."""
    tree = tmp_path / "tree"
    ignored = shutil.ignore_patterns("node_modules", ".venv", ".git", "dist", ".rsscorm", "tests")
    shutil.copytree(ROOT, tree, ignore=ignored)
    hook = module_from(tree / "hatch_build.py")
    assert hook.is_current()
    (tree / "src/rsscorm/player/built/xapi.js").write_text("")
    assert not hook.is_current()
    packages = tree / "src/rsscorm/player/node_modules"
    (packages / "esbuild").mkdir(parents=True)
    (packages / "esbuild" / "package.json").write_text("{}")
    (packages / ".package-lock.json").write_text('{"packages": {"node_modules/esbuild": {}}}')
    assert hook.is_whole()
    (packages / "esbuild" / "package.json").unlink()
    assert not hook.is_whole()


def module_from(path: Path) -> ModuleType:
    """A Python file as a module of its own."""
    spec = importlib.util.spec_from_file_location("copied_hook", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
