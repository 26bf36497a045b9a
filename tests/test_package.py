"""A package is made, checked, and taken in by an LMS or LRS that reads it to the letter."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rsscorm.build import FORMAT_NAMES
from rsscorm.module import Module
from rsscorm.package import FORMATS, SourceChangedError, checks, poll_file, scorm12, write_zip, xapi
from rsscorm.package.checks import Rule, SelfCheckError, check_scorm12, check_xapi
from rsscorm.package.zip import Files, content_digest
from rsscorm.workspace import Deployment, Settings

PAGE = b"""<!doctype html><html lang="en"><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'; x">
<title>Noticing</title></head><body></body></html>"""
SELFTEST = b'<!doctype html><script type="application/json">{"package":null}</script>'
IMSCP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADLCP = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"
TINCAN = "{http://projecttincan.com/tincan.xsd}"


def module(title: str = "Noticing", **changes: object) -> Module:
    """A module with a choice that is the first vote of a poll, and a poll asked again."""
    options = [{"tell": "Tell the team"}, {"wait": "Wait"}]
    blocks: list[dict[str, object]] = [
        {"choice": "What first?", "id": "first", "options": options},
        {"perspectives": [{"patient": "Dee", "text": "I noticed."}], "id": "views"},
        {"poll": "And now?", "id": "now", "first": "first"},
        {"poll": "Easy?", "id": "easy", "labels": ["No", "Perhaps", "Yes"], "again-after": "views"},
        {"poll": "Safe?", "id": "safe", "options": options},
    ]
    step = {"id": "one", "kind": "learn", "title": "One", "minutes": "3", "blocks": blocks}
    source: dict[str, object] = {
        "rsscorm": "1", "id": "noticing", "edition": "2026.1", "title": title,
        "summary": "What we see & say.", "minutes": "3", "language": "en",
        "complete": {"when": "all-steps"}, "steps": [step], **changes,
    }  # fmt: skip
    return Module.model_validate(source)


def rendered(folder: Path) -> Files:
    """What rendering hands over: a page, its style, a film."""
    film = folder / "film.mp4"
    film.write_bytes(b"\0\0\0\x18ftypisom" * 1000)
    texts: Files = {"index.html": PAGE, "player.css": b"body{}", "selftest.html": SELFTEST}
    return {**texts, "media/film.mp4": film}


def packed(format: str, folder: Path) -> Files:
    """A package that keeps every rule."""
    return FORMATS[format](module(), rendered(folder), Settings())


# An LMS imports


def test_an_lms_finds_the_one_sco_and_all_its_files(tmp_path: Path) -> None:
    """From the manifest alone, an LMS gets from the item to the page, and knows every file."""
    target = tmp_path / "noticing.zip"
    write_zip(packed("scorm12", tmp_path), target)
    with zipfile.ZipFile(target) as package:
        root = ElementTree.fromstring(package.read("imsmanifest.xml"))
        names = set(package.namelist())
    item, resource = root.find(f".//{IMSCP}item"), root.find(f".//{IMSCP}resource")
    assert item is not None and resource is not None
    assert item.get("identifierref") == resource.get("identifier")
    assert resource.get(f"{ADLCP}scormtype") == "sco"
    assert resource.get("href") == "index.html"
    listed = {file.get("href") for file in resource.iter(f"{IMSCP}file")}
    schemas = {name for name in names if name.endswith(".xsd")}
    assert listed == names - schemas - {"imsmanifest.xml"}
    assert len(schemas) == 4


def test_an_lms_that_knows_no_namespaces_reads_the_same_names(tmp_path: Path) -> None:
    """Moodle looks for literal names, and shows numeric entities as they stand."""
    text = scorm12.manifest(module("It’s <here> & “now”"), ["index.html"], Settings()).decode()
    assert '\n<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"' in text
    assert 'adlcp:scormtype="sco"' in text
    assert "<title>It’s &lt;here&gt; &amp; “now”</title>" in text
    assert "&#" not in text
    assert "masteryscore" not in text


def test_a_new_edition_keeps_the_identifiers() -> None:
    """Titles, editions and files change; what an LMS keeps a learner's record under does not."""
    before = scorm12.manifest(module(), ["index.html"], Settings()).decode()
    after = scorm12.manifest(
        module("Another title", edition="2027.2"), ["a.html", "index.html"],
        Settings.model_validate({"iri": "https://learning.example.org/"}),
    ).decode()  # fmt: skip
    found = re.findall(r' identifier="([^"]*)"', before)
    assert found == re.findall(r' identifier="([^"]*)"', after)
    assert found == [f"rs_noticing{end}" for end in ("", "_organization", "_item", "_resource")]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=200))
def test_every_title_survives_xml(title: str) -> None:
    """Whatever an author calls a module, an LMS and an LRS read the same words."""
    called = module("x").model_copy(update={"title": title})
    manifest = ElementTree.fromstring(scorm12.manifest(called, ["index.html"], Settings()))
    assert {found.text for found in manifest.iter(f"{IMSCP}title")} == {title}
    tincan = ElementTree.fromstring(xapi.description(called, Settings()))
    assert [found.text for found in tincan.iter(f"{TINCAN}name")] == [title]


def test_an_lrs_gets_one_activity_to_launch(tmp_path: Path) -> None:
    """Tin Can: one activity with its permanent id, launched at the page."""
    settings = Settings.model_validate({"iri": "https://learning.example.org/"})
    files = xapi.package(module(), rendered(tmp_path), settings)
    root = ElementTree.fromstring(bytes(files["tincan.xml"]))
    (activity,) = root.iter(f"{TINCAN}activity")
    assert activity.get("id") == "https://learning.example.org/noticing"
    assert activity.findtext(f"{TINCAN}launch") == "index.html"
    assert activity.findtext(f"{TINCAN}description") == "What we see & say."


def test_only_a_tin_can_page_may_reach_its_launch(tmp_path: Path) -> None:
    """The launch's LRS is unknown at build; a SCORM page never speaks to anywhere unknown."""
    assert b"connect-src 'self';" in bytes(packed("scorm12", tmp_path)["index.html"])
    assert b"connect-src 'self' https:;" in bytes(packed("xapi", tmp_path)["index.html"])


def test_each_format_has_its_own_script(tmp_path: Path) -> None:
    """No Tin Can code in a SCORM package, which a crafted link could put into that mode."""
    assert b"X-Experience-API-Version" not in bytes(packed("scorm12", tmp_path)["player.js"])
    assert b"X-Experience-API-Version" in bytes(packed("xapi", tmp_path)["player.js"])


def test_the_formats_are_known_by_their_names() -> None:
    """The names that the command line offers without loading anything are those there are."""
    assert tuple(FORMATS) == FORMAT_NAMES


# Rules: each is broken once, and told


def change(old: str, new: str) -> Callable[[Files], None]:
    """Breaks a package by changing what a pattern finds in its manifest."""

    def breaks(files: Files) -> None:
        name = "imsmanifest.xml" if "imsmanifest.xml" in files else "tincan.xml"
        text = bytes(files[name]).decode()
        assert re.search(old, text)
        files[name] = re.sub(old, new, text).encode()

    return breaks


def put(name: str, content: bytes) -> Callable[[Files], None]:
    """Breaks a package by putting a file into it."""
    return lambda files: files.__setitem__(name, content)


def prefix(files: Files) -> None:
    """Breaks a package by giving the manifest's own elements a prefix, as XML allows."""
    change("xmlns=", "xmlns:cp=")(files)
    change(OWN, "cp:")(files)


def drop(name: str) -> Callable[[Files], None]:
    """Breaks a package by taking a file out of it."""
    return lambda files: files.__delitem__(name)


FILE = '<file href="media/film.mp4"/>'
LEADS = 'identifierref="rs_noticing_resource"'
MASTERY = "<adlcp:masteryscore>70</adlcp:masteryscore></item>"
HREF, ADL = "media/film.mp4", "adlcp(?=:|=)"
OWN = "(?<=<)(?=[a-z]+[ >])|(?<=</)(?=[a-z]+>)"
"""Where a prefix would stand before the manifest's own elements."""

Case = tuple[Rule, Callable[[Files], None], str]
COMMON: list[Case] = [
    (checks.manifest_is_raw_utf8, change("Noticing", "&#78;oticing"), "numeric entities"),
    (checks.manifest_is_raw_utf8, change('"UTF-8"', "'UTF-8'"), "UTF-8 declaration"),
    (checks.manifest_is_raw_utf8, change(r"\?>\n", "?>\n<!DOCTYPE x>\n"), "DOCTYPE"),
    (checks.names_are_safe, put("media/my film.mp4", b"x"), "made of A-Z"),
    (checks.names_are_safe, put("media/../film.mp4", b"x"), "made of A-Z"),
    (checks.names_are_safe, put("média.mp4", b"x"), "made of A-Z"),
    (checks.names_are_safe, put("media/Film.mp4", b"x"), "stand twice but for capitals"),
    (checks.names_are_safe, put("m/" * 100 + "x", b"x"), "at most 200 characters"),
    (checks.page_is_whole, drop("player.js"), "player.js must be in the package"),
]
SCORM12: list[Case] = [
    *COMMON,
    (checks.manifest_keeps_the_schemas, change("<item ", "<thing/><item "), "thing"),
    (checks.manifest_keeps_the_schemas, change("<title>", "<title>" + "x" * 200), "200"),
    (checks.manifest_keeps_the_schemas, change("rs_noticing", "1"), "xs:ID"),
    (checks.it_says_scorm_12, change(">1.2<", ">9.9<"), "'ADL SCORM 9.9'"),
    (checks.it_says_scorm_12, change(">ADL SCORM<", ">ADL XX<"), "'ADL XX 1.2'"),
    (checks.names_are_as_moodle_reads_them, change(ADL, "scorm"), "the prefix adlcp"),
    (checks.names_are_as_moodle_reads_them, prefix, "no prefix"),
    (checks.organization_is_found, change('default="rs_', 'default="xx_'), "the default"),
    (checks.one_item_leads_to_one_sco, change(LEADS, 'identifierref="x"'), "lead to the"),
    (checks.one_item_leads_to_one_sco, change('"sco"', '"asset"'), "must be a SCO"),
    (checks.one_item_leads_to_one_sco, change("</item>", "</item><item/>"), "one item"),
    (checks.titles_are_there, change("<title>Noticing</title>", "<title> </title>"), "a title"),
    (checks.titles_are_there, change("<title>", "<title>" + "x" * 200), "at most 200"),
    (checks.identifiers_are_permanent, change("rs_noticing_item", "item-7"), "_item"),
    (checks.identifiers_are_permanent, change('r="rs_noticing"', 'r="course"'), "rs_ and"),
    (checks.nothing_overrules_the_player, change("</item>", MASTERY), "masteryscore"),
    (
        checks.nothing_overrules_the_player,
        change("<item ", '<item adlcp:scormtype="sco" '),
        "only the resource",
    ),
    (checks.every_file_is_listed_once, change(FILE, ""), "media/film.mp4 must be listed"),
    (checks.every_file_is_listed_once, change(FILE, FILE * 2), "listed once"),
    (checks.every_file_is_listed_once, change("film.mp4", "Film.mp4"), "listed and not there"),
    (checks.addresses_are_plain, change(HREF, r"media\\film.mp4"), "plain relative"),
    (checks.addresses_are_plain, change(HREF, "/media/film.mp4"), "plain relative"),
    (checks.addresses_are_plain, change('index.html" a', 'home.html" a'), "one of its files"),
    (checks.schemas_are_at_the_root, drop("ims_xml.xsd"), "ims_xml.xsd must be at the root"),
    (checks.schemas_are_at_the_root, put("ims_xml.xsd", b"mended"), "as published"),
    (checks.metadata_is_complete, change("relational security", " "), "general/keyword"),
    (checks.nothing_of_tin_can_is_in_it, put("tincan.xml", b"x"), "no Tin Can code"),
    (checks.nothing_of_tin_can_is_in_it, put("player.js", b"X-Experience-API-Version"), "no Tin"),
    (
        checks.page_speaks_to_known_places,
        put("index.html", PAGE.replace(b"'self'", b"https:")),
        "every address",
    ),
]
XAPI: list[Case] = [
    *COMMON,
    (checks.tincan_keeps_the_schema, change("urn:uuid:", ""), "tincan.xml"),
    (checks.tincan_keeps_the_schema, change(">Noticing<", "> <"), "tincan.xml"),
    (checks.tincan_keeps_the_schema, change("</activity>", "</activity><activity/>"), "activity"),
    (checks.launch_is_in_the_package, change(">index.html<", ">home.html<"), "home.html"),
    (checks.nothing_of_scorm_is_in_it, put("imsmanifest.xml", b"x"), "no SCORM manifest"),
    (checks.page_reaches_the_launch, put("index.html", PAGE), "reach its launch"),
]


def rule_broken(rule: Rule, files: Files, manifest: str) -> list[str]:
    """What one rule says of a package."""
    return list(rule(checks.Packed(files, manifest)))


@pytest.mark.parametrize(("rule", "breaks", "told"), SCORM12)
def test_scorm_rules_are_told(
    rule: Rule, breaks: Callable[[Files], None], told: str, tmp_path: Path
) -> None:
    """Each rule of a SCORM package, broken on purpose, is told by that rule and stops the build."""
    broken(packed("scorm12", tmp_path), rule, breaks, told, check_scorm12, "imsmanifest.xml")


@pytest.mark.parametrize(("rule", "breaks", "told"), XAPI)
def test_tin_can_rules_are_told(
    rule: Rule, breaks: Callable[[Files], None], told: str, tmp_path: Path
) -> None:
    """Each rule of a Tin Can package, broken on purpose, is told by that rule."""
    broken(packed("xapi", tmp_path), rule, breaks, told, check_xapi, "tincan.xml")


def broken(
    files: Files,
    rule: Rule,
    breaks: Callable[[Files], None],
    told: str,
    check: Callable[[Files], None],
    manifest: str,
) -> None:
    """A rule says nothing of the whole package, and what is expected of the broken one."""
    assert rule_broken(rule, files, manifest) == []
    breaks(files)
    assert told in " ".join(rule_broken(rule, files, manifest))
    with pytest.raises(SelfCheckError, match=re.escape(told)):
        check(files)


def test_every_rule_has_been_broken() -> None:
    """No rule stands untested."""
    assert {case[0] for case in SCORM12} == set(checks.SCORM12_RULES)
    assert {case[0] for case in XAPI} == set(checks.XAPI_RULES)


def test_the_published_schemas_need_their_mending(tmp_path: Path) -> None:
    """If the schemas change, the mending stops instead of validating against something else."""
    with pytest.raises(ValueError, match="not the schema that was mended"):
        checks._mend({"a.xsd": b"<schema/>"}, "a.xsd", b"##any", b"##other")


# The file for the poll service


def test_the_poll_service_learns_ids_and_thresholds_and_no_words() -> None:
    """What is asked, with which options, how often, and from how many answers figures show."""
    settings = Settings.model_validate({"iri": "https://learning.example.org/"})
    service = "https://polls.example.org"
    deployment = Deployment.model_validate({"cohort": "northfield", "polls": service})
    asked = module(
        polls={
            "answers": "named",
            "least": "20",
            "compare": "after-second-vote",
            "until": "2027-05-01",
        }
    )
    data = json.loads(poll_file(asked, settings, deployment))
    polls = data.pop("polls")
    assert re.fullmatch(r"noticing\.[0-9a-f]{8}", data.pop("release"))
    activity = "https://learning.example.org/noticing"
    assert data == {
        "rsscorm": 1, "module": "noticing", "edition": "2026.1", "activity": activity,
        "service": service, "cohort": "northfield", "answers": "named", "least": 20, "step": 10,
        "compare": "after-second-vote", "until": "2027-05-01",
    }  # fmt: skip
    found = {poll["id"]: (poll["kind"], poll["options"], poll["votes"]) for poll in polls}
    assert found["easy"] == ("scale", ["1", "2", "3"], 2)
    assert found["safe"] == ("options", ["tell", "wait"], 1)
    assert polls[0]["first"] == {"id": "first", "activity": f"{activity}/first"}
    assert polls[0]["votes"] == 2
    assert "Easy" not in json.dumps(polls)


def test_a_release_of_polls_outlives_editions() -> None:
    """A new edition goes on with the votes; another round, or other activity ids, begin anew."""

    here = Settings()
    elsewhere = Settings.model_validate({"iri": "https://learning.example.org/"})

    def release(settings: Settings, **changed: Any) -> str:
        data = json.loads(poll_file(module(**changed), settings, Deployment()))
        return str(data["release"])

    assert release(here) == release(here, edition="2027.1")
    assert len({release(here), release(here, polls={"round": "2027"}), release(elsewhere)}) == 3


# The zip


def test_a_zip_is_plain_and_sorted(tmp_path: Path) -> None:
    """Sorted names, one date, plain modes, no extra fields, nothing patched afterwards."""
    target = tmp_path / "out" / "noticing.zip"
    write_zip(packed("scorm12", tmp_path), target)
    with zipfile.ZipFile(target) as package:
        assert package.testzip() is None
        entries = package.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {oct(entry.external_attr >> 16) for entry in entries} == {"0o100644"}
    assert {(entry.flag_bits, entry.extra) for entry in entries} == {(0, b"")}
    methods = {entry.filename: entry.compress_type for entry in entries}
    assert methods["media/film.mp4"] == zipfile.ZIP_STORED
    assert methods["index.html"] == methods["imsmanifest.xml"] == zipfile.ZIP_DEFLATED
    assert [path.name for path in target.parent.iterdir()] == ["noticing.zip"]


def test_unzip_accepts_it(tmp_path: Path) -> None:
    """Another program than Python's finds nothing wrong with it."""
    target = tmp_path / "noticing.zip"
    write_zip(packed("xapi", tmp_path), target)
    done = subprocess.run(["unzip", "-tq", target], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_text_among_the_media_is_deflated(tmp_path: Path) -> None:
    """Drawings and captions come as files too, and are worth deflating."""
    drawing = tmp_path / "ward.svg"
    drawing.write_bytes(b"<svg>" + b"<path/>" * 1000 + b"</svg>")
    write_zip({"media/ward.svg": drawing}, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        assert package.getinfo("media/ward.svg").compress_type == zipfile.ZIP_DEFLATED
        assert package.read("media/ward.svg") == drawing.read_bytes()


def test_the_content_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    """The same for the same content in whatever order; another for another name or byte."""
    first = write_zip({"a": b"1", "b": b"2"}, tmp_path / "1.zip")
    assert first == write_zip({"b": b"2", "a": b"1"}, tmp_path / "2.zip")
    assert first != write_zip({"a": b"1", "c": b"2"}, tmp_path / "3.zip")
    assert first != write_zip({"a": b"1", "b": b"3"}, tmp_path / "4.zip")
    with zipfile.ZipFile(tmp_path / "1.zip") as package:
        entries = [(i.filename.encode(), i.file_size, i.CRC) for i in package.infolist()]
    assert first == content_digest(entries)


def test_a_film_changed_while_it_is_packed_is_told(tmp_path: Path) -> None:
    """A film saved meanwhile would be packed half and half: nothing is written then."""
    film = tmp_path / "film.mp4"
    film.write_bytes(b"before" * 1000)
    target = tmp_path / "dist" / "a.zip"

    def saved_meanwhile(path: Path) -> int:
        film.write_bytes(b"afterwards" * 1000)
        return 0

    with pytest.raises(SourceChangedError):
        write_zip({"media/film.mp4": film}, target, saved_meanwhile)
    assert list(target.parent.iterdir()) == []


def test_a_package_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut a name stands for the old content or the new one, never for half."""
    done: list[str] = []
    flush, rename = os.fsync, Path.replace

    def flushed(file: int) -> None:
        done.append("flushed")
        flush(file)

    def named(path: Path, target: Path) -> Path:
        done.append("named")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", named)
    write_zip({"a": b"1"}, tmp_path / "a.zip")
    assert done == ["flushed", "named"]


def test_very_many_files_need_zip64(tmp_path: Path) -> None:
    """Above 65,534 entries the end of the directory is the wide one, and readers find it."""
    files: Files = {f"f{number:05}": b"" for number in range(65_536)}
    write_zip(files, tmp_path / "many.zip")
    with zipfile.ZipFile(tmp_path / "many.zip") as package:
        assert len(package.namelist()) == 65_536
    assert b"PK\6\6" in (tmp_path / "many.zip").read_bytes()[-200:]


@pytest.mark.long
def test_very_large_files_need_zip64(tmp_path: Path) -> None:
    """A film of more than 4 GiB, and another after it, come out as they went in."""
    large, small = tmp_path / "large.mp4", tmp_path / "small.mp4"
    with large.open("wb") as file:
        file.truncate(2**32 + 5)
        file.seek(2**32)
        file.write(b"ends!")
    small.write_bytes(b"small")
    target = tmp_path / "large.zip"
    write_zip({"a.mp4": large, "b.mp4": small}, target)
    large_size = large.stat().st_size
    large.unlink()
    with zipfile.ZipFile(target) as package:
        assert package.testzip() is None
        assert package.getinfo("a.mp4").file_size == large_size
        assert package.read("b.mp4") == b"small"
    with target.open("rb") as file:
        assert struct.unpack("<H", file.read(6)[4:])[0] == 45
