"""An author's pictures become what screens need: sharp, upright, and with nobody's secrets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from rsscorm.render.pictures import PictureError, prune, renditions


def test_a_photograph_comes_in_three_sizes(tmp_path: Path) -> None:
    """WebP, upright, without what a camera noted of place and person; made once."""
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    exif[0x013B] = "A nurse"
    picture, cache = tmp_path / "ward.jpg", tmp_path / "cache"
    Image.new("RGB", (2000, 3000), "#0b4f4a").save(picture, exif=exif)
    found = renditions(picture, cache)
    assert [(form.width, form.height) for form in found] == [(480, 320), (960, 640), (1600, 1067)]
    for form in found:
        with Image.open(form.file) as opened:
            assert (opened.format, opened.size) == ("WEBP", (form.width, form.height))
            assert not opened.getexif()
            assert b"A nurse" not in form.file.read_bytes()
    made = [form.file.stat().st_mtime_ns for form in found]
    assert [form.file.stat().st_mtime_ns for form in renditions(picture, cache)] == made


@pytest.mark.parametrize(
    ("width", "widths"),
    [(300, [300]), (480, [480]), (500, [500]), (1000, [480, 1000]), (1200, [480, 960, 1200])],
)
def test_no_picture_is_made_wider_than_it_is(tmp_path: Path, width: int, widths: list[int]) -> None:
    """A small picture stays as it is; sizes that hardly differ are left out."""
    Image.new("RGB", (width, 100)).save(tmp_path / "a.png")
    found = renditions(tmp_path / "a.png", tmp_path / "cache")
    assert [form.width for form in found] == widths


def test_a_drawing_stays_sharp(tmp_path: Path) -> None:
    """Lines on a flat ground are smaller without loss, and are kept so, see-through or not."""
    drawing = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    drawing.paste((11, 79, 74, 255), (100, 50, 300, 150))
    drawing.save(tmp_path / "plan.png")
    (form,) = renditions(tmp_path / "plan.png", tmp_path / "cache")
    with Image.open(form.file) as opened:
        assert opened.convert("RGBA").getpixel((200, 100)) == (11, 79, 74, 255)
        assert opened.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('<svg width="40" height="30.4">', (40, 30)),
        ("<svg width='40px' height='30px' viewBox='0 0 4 3'>", (40, 30)),
        ('<svg viewBox="0 0 960 540">', (960, 540)),
        ('<svg width="100%" height="100%" viewBox="-5 -5, 960,540.2">', (960, 540)),
        ('<!-- <svg width="1" height="1"> --><svg viewBox="0 0 9e2 5e2">', (900, 500)),
        ('<s:svg xmlns:s="http://www.w3.org/2000/svg" id="a>b" viewBox="0 0 8 8">', (8, 8)),
        (f'<svg width="{"9" * 400}" height="1.2.3" viewBox="0 0 8 8">', (8, 8)),
    ],
)
def test_a_vector_drawing_is_its_own_only_size(
    tmp_path: Path, root: str, size: tuple[int, int]
) -> None:
    """Its size is what its root says, else its viewBox."""
    drawing = tmp_path / "plan.svg"
    drawing.write_text(f"<?xml version='1.0'?>\n{root}<path/></svg>")
    assert renditions(drawing, tmp_path / "cache") == ((*size, drawing),)


def test_pictures_that_cannot_be_shown_say_why(tmp_path: Path) -> None:
    """Moving ones (WCAG 2.2.2), broken ones, and drawings without a size."""
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moves.webp", save_all=True, append_images=frames[1:])
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n....")
    (tmp_path / "plain.svg").write_text("<svg><path/></svg>")
    (tmp_path / "empty.svg").write_text("words")
    for name, why in [("moves.webp", "moves"), ("broken.png", "read to its end"),
                      ("plain.svg", "viewBox"), ("empty.svg", "no drawing")]:  # fmt: skip
        with pytest.raises(PictureError, match=why):
            renditions(tmp_path / name, tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("pictures/*"))


def test_the_cache_keeps_what_was_used_last(tmp_path: Path) -> None:
    """Above its bound the least recently used pictures go."""
    for number in range(4):
        Image.new("RGB", (100, 100), (number, 0, 0)).save(tmp_path / f"{number}.png")
    files = [renditions(tmp_path / f"{number}.png", tmp_path)[0].file for number in range(4)]
    for age, file in enumerate([files[2], files[0], files[3], files[1]]):
        os.utime(file.parent, (1000 - age, 1000 - age))
    kept = [*files[2].parent.iterdir(), *files[0].parent.iterdir()]
    prune(tmp_path, room=sum(file.stat().st_size for file in kept))
    assert [file.exists() for file in files] == [True, False, True, False]


def test_a_harmed_cache_is_made_again(tmp_path: Path) -> None:
    """Whatever became of the files of a picture: it costs time, and nothing broken is packed."""
    Image.new("RGB", (1000, 600), "#0b4f4a").save(tmp_path / "ward.png")
    before = {f.file: f.file.read_bytes() for f in renditions(tmp_path / "ward.png", tmp_path)}
    (folder,) = {file.parent for file in before}
    first, last = before

    def one_less() -> None:
        last.unlink()

    def all_less() -> None:
        for file in folder.iterdir():
            file.unlink()

    def strangers() -> None:
        (folder / ".DS_Store").write_bytes(b"?")
        (folder / "folder").mkdir()

    def a_file_instead() -> None:
        shutil.rmtree(folder)
        folder.write_bytes(b"?")

    harms: list[Callable[[], object]] = [
        lambda: first.write_bytes(b"?" * 100), strangers, a_file_instead,
        one_less, all_less,
        lambda: (folder / "sizes.txt").write_text("1000 600 0\n"),
    ]  # fmt: skip
    for harm in harms:
        harm()
        found = renditions(tmp_path / "ward.png", tmp_path)
        assert {form.file: form.file.read_bytes() for form in found} == before
