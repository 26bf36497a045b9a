"""Themes: what a trust writes, what a learner sees by day, in the dark, on paper and in others'
colours, and that each can be read."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from colours import hex_of, in_unlike, strangers, unlike, write_theme
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageColor
from playwright.sync_api import Browser, Page, ViewportSize, expect
from samples import example, pages, step, text_of, write_module
from screens import EVERYTHING, WEAR, both_themes, visited
from states import pick

import rsscorm
from rsscorm import cli
from rsscorm.colour import contrast, nearest, oklch
from rsscorm.problems import Problem, ProblemsFound
from rsscorm.render import Files
from rsscorm.source import check, palette, read_theme, read_workspace
from rsscorm.workspace import COLOURS, Deployment, Theme, Tokens

SOURCE = Path(rsscorm.__file__).parent
OURS = SOURCE.parent.parent / "themes"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path d="M0 0h9v9z"/></svg>'
SCHEMES: tuple[Any, ...] = ("light", "dark")


def theme_of(workspace: Path, text: str) -> Theme:
    """The theme that this is the text of."""
    write_theme(workspace, text)
    return read_theme(read_workspace(workspace), "northfield")


def problems_of(workspace: Path, text: str) -> list[Problem]:
    """What is wrong with the theme that this is the text of."""
    with pytest.raises(ProblemsFound) as found:
        theme_of(workspace, text)
    return list(found.value.problems)


# A trust writes a theme


NORTHFIELD = """\
extends: nhs
action: "#7a1f5c"
logo: logo.svg
"""


def test_a_trust_s_theme_is_a_few_lines(tmp_path: Path) -> None:
    """A colour and a logo are a whole theme: every package of the trust is in its colours."""
    write_module(tmp_path, step(example("text")))
    (write_theme(tmp_path, NORTHFIELD) / "logo.svg").write_text(LOGO)
    (tmp_path / "rsscorm.yaml").write_text(
        "deployments:\n  default: {theme: northfield, name: Northfield}\n"
    )
    assert cli.run(["build", "--workspace", str(tmp_path)]) == cli.FINE
    for package in (tmp_path / "dist").glob("*.zip"):
        with zipfile.ZipFile(package) as archive:
            style, page = archive.read("player.css").decode(), archive.read("index.html").decode()
            assert archive.read("media/logo.svg").decode() == LOGO
        assert style.count("--action:#7a1f5c") == style.count("--frame:#7a1f5c") == 1
        assert '<img class="logo" src="media/logo.svg" width="90" height="30" alt="North' in page


def test_the_dark_follows_what_a_trust_changed(tmp_path: Path) -> None:
    """A changed colour brings a dark one of its hue, and what follows it; the rest stays ours."""
    theme = theme_of(tmp_path, NORTHFIELD.replace("logo: logo.svg\n", ""))
    ours = read_theme(read_workspace(tmp_path), "nhs")
    changed = {name for name in COLOURS if theme.dark[name] != ours.dark[name]}
    assert changed == {"action", "frame"}
    for name in changed:
        assert abs(oklch(theme.dark[name]).hue - oklch("#7a1f5c").hue) < 0.1
    assert oklch(theme.dark["frame"]).lightness < 0.4 < 0.7 < oklch(theme.dark["action"]).lightness


def test_a_deployment_s_logo_wins(tmp_path: Path) -> None:
    """Where a deployment has a logo of its own, the theme's is not packed."""
    write_module(tmp_path, step(example("text")))
    (write_theme(tmp_path, NORTHFIELD) / "logo.svg").write_text(LOGO)
    (tmp_path / "ward.svg").write_text(LOGO)
    files = pages(tmp_path, theme="northfield", deployment=Deployment(logo="ward.svg"))
    assert [name for name in files if name.endswith(".svg")] == ["media/ward.svg"]


def test_a_logo_only_draws(tmp_path: Path) -> None:
    """A theme's drawing is looked at as closely as a module's."""
    folder = write_theme(tmp_path, NORTHFIELD)
    (folder / "logo.svg").write_text(LOGO.replace("<path", "<script>1</script><path"))
    [problem] = check(tmp_path)
    assert (problem.code, problem.file) == ("svg-active", "themes/northfield/logo.svg")


@pytest.mark.parametrize(
    ("logo", "code"),
    [("log.svg", "file-missing"), ("../logo.svg", "path-outside"), ("logo.gif", "file-type")],
)
def test_a_logo_is_a_file_of_the_theme(tmp_path: Path, logo: str, code: str) -> None:
    """A wrong path is told at the line that has it."""
    write_theme(tmp_path, NORTHFIELD.replace("logo.svg", logo))
    [problem] = check(tmp_path)
    assert (problem.code, problem.line, problem.column) == (code, 3, 7)
    assert "module" not in f"{problem.message} {problem.hint}"


def test_a_theme_inherits(tmp_path: Path) -> None:
    """A theme of the workspace changes what it writes and has the rest of what it extends."""
    theme = theme_of(tmp_path, 'extends: nhs\nradius: 0px   # square\naccent: "#ffee00"\n')
    nhs = read_theme(read_workspace(tmp_path), "nhs")
    assert (theme.tokens.radius, theme.tokens.accent) == ("0px", "#ffee00")
    assert theme.tokens.action == nhs.tokens.action
    assert theme.folders == (tmp_path / "themes/northfield", *nhs.folders)


def test_css_and_templates_of_ones_own(tmp_path: Path) -> None:
    """A theme that extends ours changes a colour, adds CSS and may replace a template."""
    write_module(tmp_path, step(example("quote")))
    own = write_theme(tmp_path, "extends: nhs\naction: '#7c2855'\n")
    (own / "theme.css").write_text(".quote-mark { color: red }\n")
    (own / "templates").mkdir()
    (own / "templates" / "quote.html").write_text("<p>Ours: {{ block.who }}</p>\n")
    files = pages(tmp_path, theme="northfield")
    style, page = text_of(files, "player.css"), text_of(files, "index.html")
    assert style.index("#7c2855") < style.index(".question") < style.index(".quote-mark")
    assert "<p>Ours: A ward manager</p>" in page


def test_a_mistake_is_told_where_it_was_made(tmp_path: Path) -> None:
    """What is wrong in a theme that another extends is told in the file that has it."""
    write_theme(tmp_path, "extends: clear\nink: black\ndark:\n  muted: white\n", "theirs")
    told = [(problem.file, problem.line) for problem in problems_of(tmp_path, "extends: theirs\n")]
    assert told == [("themes/theirs/theme.yaml", 2), ("themes/theirs/theme.yaml", 4)]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("dark: black\n", "not-keys", 2),
        ('dark:\n  papper: "#000000"\n', "unknown-key", 3),
        ("frame: button\nbutton: frame\n", "not-a-colour", 3),
        ("dark:\n  frame: button\n  button: focus\n  focus: frame\n", "not-a-colour", 4),
        ("fonts:\n  - family: Ours\n    file: ours.ttf\ntitle-font: Ours\n", "file-type", 4),
        ("fonts:\n  - family: Ours\n    file: ours.woff2\nfont: Ours\n", "file-missing", 4),
        ("fonts:\n  - family: Ours\n    file: a.woff2\n    weight: bold\n", "not-a-weight", 5),
    ],
)
def test_what_a_theme_can_t_say(tmp_path: Path, text: str, code: str, line: int) -> None:
    """Each mistake in `dark` and `fonts` has its code and its line."""
    [problem] = problems_of(tmp_path, f"extends: clear\n{text}")
    assert (problem.code, problem.line) == (code, line)


# What can't be read is refused


def test_a_palette_that_can_t_be_read_is_refused(tmp_path: Path) -> None:
    """The build names the pair, what it has and needs, the line, and a colour that would do."""
    [problem] = problems_of(tmp_path, 'extends: clear\nradius: 4px\nlearn: "#bccfc9"\n')
    assert (problem.code, problem.line, problem.column) == ("contrast", 3, 8)
    assert problem.message == "`muted` on `learn` has 4.0 to 1; text needs 4.5 to 1"


def test_the_hint_is_a_palette_that_can_be_read(tmp_path: Path) -> None:
    """An author who does what the hints say has a theme that builds."""
    text = 'extends: clear\nmuted: "#8a9a9c"\nright: "#60c080"\ndark:\n  ink: "#667788"\n'
    for _ in range(3):
        found = problems_of(tmp_path, text)
        for problem in found:
            [[colour, name]] = re.findall(r'`"(#\w{6})"` would do for `(\w+)`', problem.hint)
            assert problem.line == text[: text.index(f"{name}:")].count("\n") + 1
            text = re.sub(rf"{name}: .*", f'{name}: "{colour}"', text)
        shutil.rmtree(tmp_path / "themes")
        write_theme(tmp_path, text)
        if not check(tmp_path):
            return
        shutil.rmtree(tmp_path / "themes")
    pytest.fail("the hints lead nowhere")


@pytest.mark.parametrize("name", ["clear", "nhs"])
def test_our_themes_can_be_read(name: str, tmp_path: Path) -> None:
    """Every pair of the table has its contrast (WCAG 2.2, 1.4.3 and 1.4.11), light and dark."""
    theme = read_theme(read_workspace(tmp_path), name)
    for colours in (theme.light, theme.dark):
        for pair in palette.pairs(colours):
            assert contrast(colours[pair.upper], colours[pair.ground]) >= pair.least, pair


def test_contrast_is_the_standard_s() -> None:
    """WCAG 2.2, "contrast ratio": 21 for black on white; #767676 is the lightest AA grey there."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") > 4.5 > contrast("#777777", "#ffffff")
    assert nearest("#808080", lambda colour: contrast(colour, "#ffffff") >= 4.5) == "#757575"


ANY = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
THEMES = {name: read_theme(read_workspace(OURS.parent), name).tokens for name in ("clear", "nhs")}


@given(st.fixed_dictionaries(dict.fromkeys(COLOURS, ANY)))
@settings(max_examples=60, deadline=None)
def test_any_light_palette_has_a_dark_one(colours: dict[str, str]) -> None:
    """Whatever a theme's colours are, the dark that is found for them can be read."""
    assert unread(THEMES["clear"].model_copy(update={**colours, "dark": {}})) == []


@given(st.sampled_from(sorted(THEMES)), st.sampled_from(COLOURS), ANY)
@settings(max_examples=120, deadline=None)
def test_one_changed_colour_goes_with_ours(theme: str, name: str, colour: str) -> None:
    """Whichever colour a trust changes, and to what, the dark one goes with our dark palette."""
    ours = THEMES[theme]
    dark = {key: shade for key, shade in ours.dark.items() if key != name}
    assert unread(ours.model_copy(update={name: colour, "dark": dark})) == []


def unread(tokens: Tokens) -> list[palette.Pair]:
    """The pairs that can't be read in the dark."""
    dark = palette.dark(tokens)
    return [
        pair
        for pair in palette.pairs(dark)
        if contrast(dark[pair.upper], dark[pair.ground]) < pair.least
    ]


# The table of pairs is complete

PHONE: ViewportSize = {"width": 390, "height": 800}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
SHOW_ALL = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  for (const one of document.querySelectorAll("main [hidden]")) one.hidden = false;
  document.querySelector(".saving").dataset.kind = "unsaved";
}"""
"""Shows what only trouble brings, too."""


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_table_holds_every_pair_of_the_frame(
    size: ViewportSize, browser: Browser, tmp_path: Path
) -> None:
    """No text of the contents, the end and what is said in trouble stands on what it hasn't."""
    themes = unlike(tmp_path)
    write_module(tmp_path, step(example("scale"), "one"), step(example("text"), "two", "connect"))
    with visited(browser, in_unlike(tmp_path), viewport=size) as at:
        for place in ("s_one", "s_two", "end"):
            at.page.evaluate("place => { location.hash = place }", place)
            expect(at.page.locator(f"#{place}")).to_be_visible()
            at.page.evaluate(SHOW_ALL)
            assert strangers(at.page, themes) == [], place


# Tokens are the only colours and fonts

DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;{}]+)(?=[;}])")
STYLES = [*SOURCE.glob("player/*.css"), *SOURCE.glob("blocks/*.css"), *OURS.glob("*/theme.css")]


@pytest.mark.parametrize("path", STYLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_style_has_no_colour_and_no_font_of_its_own(path: Path) -> None:
    """Neither figures nor names of colours stand in our styles, nor names of fonts."""
    style = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for name, value in DECLARATION.findall(style):
        own = re.sub(r"var\(--[\w-]+", "", value)
        assert not re.search(r"#[0-9a-f]{3}|\b(rgb|hsl|hwb|lab|lch|ok\w+)a?\(", own, re.I), value
        assert not set(re.findall(r"[\w-]+", own.lower())) & set(ImageColor.colormap), value
        if name in ("font", "font-family"):
            assert re.search(r"var\(--(title-)?font\)|inherit", value), value


def test_every_token_that_a_style_uses_is_there(tmp_path: Path) -> None:
    """No style asks for a custom property that nothing sets (but with something in its place)."""
    write_module(tmp_path, step(example("text")))
    for theme in ("clear", "nhs"):
        style = text_of(pages(tmp_path, theme=theme), "player.css")
        used = set(re.findall(r"var\(--([\w-]+)\)", style))
        assert used <= set(re.findall(r"--([\w-]+):", style))


# Dark, on paper, and in others' colours


@pytest.fixture
def gallery(tmp_path: Path) -> Files:
    """Every kind of block in our theme, with the other's style beside it."""
    write_module(tmp_path, step(EVERYTHING), step(example("commitment"), "second"))
    return both_themes(tmp_path)


def test_controls_are_dark_in_the_dark(gallery: Files, browser: Browser) -> None:
    """The browser's own controls follow the scheme; a picture and a film have a ground in both."""
    with visited(browser, gallery) as (page, _):
        theme = read_theme(read_workspace(OURS.parent), "clear")
        for scheme, colours in zip(SCHEMES, (theme.light, theme.dark), strict=True):
            page.emulate_media(color_scheme=scheme)
            for selector in ("textarea", "audio", "video", "html"):
                assert shown(page, selector, "colorScheme") == scheme
            assert hex_of(shown(page, "body", "backgroundColor")) == colours["paper"]
            assert hex_of(shown(page, ".picture img", "backgroundColor")) == theme.light["surface"]


def shown(page: Page, selector: str, property: str) -> str:
    """A computed property of the first element of this selector."""
    value = page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{property}")
    return str(value)


ON_PAPER = """() => {
  const found = new Map();
  for (const one of document.querySelectorAll("body, body *")) {
    const style = getComputedStyle(one);
    if (!one.checkVisibility() || one.closest("svg, .unseen")) continue;
    found.set(style.color + "|" + style.backgroundColor, one.className);
  }
  return [...found];
}"""


def test_paper_is_always_light(gallery: Files, browser: Browser) -> None:
    """Whatever the screen is, everything is printed in ink, and nothing on a ground."""
    with visited(browser, gallery, color_scheme="dark") as (page, _):
        for style, theme in (("nhs.css", "nhs"), ("player.css", "clear")):
            page.emulate_media(media="screen")
            page.evaluate(WEAR, style)
            ink = read_theme(read_workspace(OURS.parent), theme).light["ink"]
            page.emulate_media(media="print", color_scheme="dark")
            for pair, where in page.evaluate(ON_PAPER):
                text, ground = pair.split("|")
                assert (hex_of(text), ground) == (ink, "rgba(0, 0, 0, 0)"), where


FORCED = {
    ".bar rect": "fill",
    ".tab-name[aria-selected=true]": "borderTopColor",
    ".option:has(:checked)": "borderTopColor",
    ".mark": "borderTopColor",
    ".callout": "borderTopColor",
}
"""What must be drawn where a learner's colours take the place of ours."""


@pytest.mark.parametrize("theme", ["clear", "nhs"])
def test_nothing_is_lost_in_a_learner_s_own_colours(
    theme: str, gallery: Files, browser: Browser
) -> None:
    """In forced colours bars, marks and what is chosen are still to be seen."""
    files = gallery if theme == "clear" else {**gallery, "player.css": gallery["nhs.css"]}
    with visited(browser, files, forced_colors="active", color_scheme="dark") as (page, _):
        pick("Speak to them there and then", block="bent-rule")(page)
        expect(page.locator("#b_bent-rule .is-yours .mark").first).to_be_visible()
        canvas = shown(page, "body", "backgroundColor")
        for selector, property in FORCED.items():
            visible = f"{selector} >> visible=true"
            assert shown(page, visible, property) not in (canvas, "rgba(0, 0, 0, 0)"), selector
        for mark in page.locator(".edge >> visible=true").all()[:20]:
            assert mark.evaluate("one => getComputedStyle(one).stroke") != canvas


# The typeface

FONT = "fonts/brygada-1918.woff2"


def test_our_typeface_travels_with_its_licence(tmp_path: Path) -> None:
    """A package in our theme has the font, its licence and no other; the manifest lists both."""
    write_module(tmp_path, step(example("text")))
    assert cli.run(["build", "--workspace", str(tmp_path)]) == cli.FINE
    package = next((tmp_path / "dist").glob("*-scorm12.zip"))
    with zipfile.ZipFile(package) as archive:
        names = [name for name in archive.namelist() if name.startswith("fonts/")]
        assert names == ["fonts/brygada-1918.txt", FONT]
        assert archive.getinfo(FONT).file_size <= 35_000
        assert b"SIL OPEN FONT LICENSE Version 1.1" in archive.read("fonts/brygada-1918.txt")
        manifest = archive.read("imsmanifest.xml").decode()
    assert all(f'href="{name}"' in manifest for name in names)
    assert package.stat().st_size < 240_000


def test_a_theme_in_other_fonts_packs_none(tmp_path: Path) -> None:
    """What nothing is set in isn't packed, though the theme extends one that has it."""
    write_module(tmp_path, step(example("text")))
    write_theme(tmp_path, "extends: clear\ntitle-font: Georgia, serif\n")
    for theme in ("northfield", "nhs"):
        files = pages(tmp_path, theme=theme)
        assert not any(name.startswith("fonts/") for name in files)
        assert "@font-face" not in text_of(files, "player.css")


WARD_SERIF = """\
extends: nhs
title-font: Ward Serif, serif
fonts:
  - family: Ward Serif
    file: ward.woff2
    weight: 400 700
"""


def test_a_trust_brings_its_own_font(tmp_path: Path) -> None:
    """A WOFF2 file in the theme's folder and four lines; it is shown, and fetched at once."""
    write_module(tmp_path, step(example("text")))
    own = write_theme(tmp_path, WARD_SERIF)
    shutil.copyfile(OURS / "clear" / "brygada-1918.woff2", own / "ward.woff2")
    files = pages(tmp_path, theme="northfield")
    style, page = text_of(files, "player.css"), text_of(files, "index.html")
    assert '<link rel="preload" href="fonts/ward.woff2" as="font"' in page
    assert files["fonts/ward.woff2"] == own / "ward.woff2"
    assert '@font-face{font-family:"Ward Serif";font-weight:400 700;' in style


@pytest.mark.parametrize("name", ["Ward Serif (1).woff2", "it's.woff2", "a#1%41.woff2", "é.woff2"])
def test_a_font_may_be_called_anything(name: str, tmp_path: Path) -> None:
    """In the package it has a name at which no LMS, no style and no address breaks."""
    write_module(tmp_path, step(example("text")))
    own = write_theme(tmp_path, WARD_SERIF.replace("ward.woff2", f'"{name}"'))
    shutil.copyfile(OURS / "clear" / "brygada-1918.woff2", own / name)
    files = pages(tmp_path, theme="northfield")
    [font] = [each for each, file in files.items() if file == own / name]
    assert re.fullmatch(r"fonts/[a-z0-9-]+\.woff2", font)
    assert f"src:url({font})" in text_of(files, "player.css")


def test_fonts_of_the_same_name_are_both_packed(tmp_path: Path) -> None:
    """Foundries give each weight a folder; neither fonts nor licences replace each other."""
    write_module(tmp_path, step(example("text")))
    weights = "".join(
        f"  - family: Ward Serif\n    file: {weight}/ward.woff2\n"
        f"    weight: {weight}\n    licence: {weight}/licence.txt\n"
        for weight in (400, 700)
    )
    own = write_theme(tmp_path, WARD_SERIF.split("  - family")[0] + weights)
    for weight in ("400", "700"):
        (own / weight).mkdir()
        shutil.copyfile(OURS / "clear" / "brygada-1918.woff2", own / weight / "ward.woff2")
        (own / weight / "licence.txt").write_text(f"Of {weight}\n")
    files = pages(tmp_path, theme="northfield")
    packed = {file for name, file in files.items() if name.startswith("fonts/")}
    assert packed == {
        own / w / name for w in ("400", "700") for name in ("ward.woff2", "licence.txt")
    }
    assert len(set(re.findall(r"src:url\(([^)]+)\)", text_of(files, "player.css")))) == 2


SHIFTS = """() => new Promise((resolve) => {
  const moved = [];
  const note = ({ node }) => {
    if (node?.closest?.(".step-top, .blocks")) moved.push(node.outerHTML.slice(0, 100));
  };
  new PerformanceObserver((list) => list.getEntries().forEach((one) => one.sources.forEach(note)))
    .observe({ type: "layout-shift", buffered: true });
  document.fonts.ready.then(
    () => requestAnimationFrame(() => requestAnimationFrame(() => resolve(moved))));
})"""
"""What moves of a step while fonts come, but for its end, where the script adds something."""


def test_titles_are_in_it_and_nothing_moves(browser: Browser, tmp_path: Path) -> None:
    """The font is fetched once, is let in by the page's own policy, and no line shifts for it."""
    write_module(tmp_path, step(example("text")))
    with visited(browser, pages(tmp_path), reduced_motion="no-preference") as (page, _):
        assert page.evaluate(SHIFTS) == []
        assert page.evaluate("document.fonts.check('600 40px \"Brygada 1918\"')")
        fetched = "performance.getEntriesByType('resource').map((one) => one.name)"
        assert [name for name in page.evaluate(fetched) if name.endswith(FONT)] != []
