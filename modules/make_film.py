"""Make a module's short film from its storyboard: sound, pictures, captions and transcript.

    python modules/make_film.py modules/boundaries-on-the-ward/film/handover.yaml

Run by hand when a storyboard or one of its drawings changes, and commit what it writes; no build
runs it. It needs, all from Debian main: `flite` (the voices), `sox`, `ffmpeg`, `chromium` and
`fonts-liberation`; and from PyPI: `pillow`, `playwright`, `pyyaml`.

A storyboard is a YAML file beside the SVG scenes that it shows:

    intro: One sentence that opens the transcript.
    poster: 0                       # the shot whose last moment is the poster
    voices: {Narrator: rms}         # speaker: voice of flite
    spoken: {Asha: Ahsha}           # a name that the voices get wrong: how to spell it for them
    shots:
      - scene: office.svg           # 960 x 540
        from: [0, 0, 960]           # the view at the start: left, top, width (the height follows)
        to: [40, 20, 880]           # and at the end
        lines:
          - Narrator: What is said; one line is one caption.
            show: part-id           # parts of the drawing that appear with this line
            hide: other another     # and parts that go (what is shown once may be drawn hidden)
            pause: 0.8              # seconds of silence after it

From film/NAME.yaml it writes media/NAME.mp4, media/NAME.en.vtt and media/NAME.webp, and NAME.md.
"""

from __future__ import annotations

import array
import io
import math
import subprocess
import sys
import tempfile
import textwrap
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from PIL import Image
from playwright.sync_api import Page, sync_playwright

WIDTH, HEIGHT, FPS = 960, 540, 15
SCALE = 2  # scenes are drawn at twice the size, so that a slow pan stays smooth
RATE = 16_000  # hertz, the rate of flite's voices
PAUSE, FADE, LEAD = 0.55, 0.6, 0.9  # seconds: after a line, for a part or a cut, before the first
CAPTION_WIDTH, CAPTION_SECONDS = 42, 7.0
LEVEL = 2_600  # root mean square of every line, so that no voice is louder than another
TREBLE = {"awb": 7, "slt": 3, "rms": 0}  # decibels above 3 kHz: what each recording lacks
STRETCH = {"awb": 1.10, "slt": 1.16, "rms": 1.0}  # a calm pace, about 150 words a minute
CHROMIUM = "/usr/bin/chromium"


@dataclass
class Line:
    """One caption: who says what, the parts that come and go with it, and when (seconds)."""

    who: str
    say: str
    show: list[str]
    hide: list[str]
    pause: float
    start: float = 0.0
    end: float = 0.0


@dataclass
class Shot:
    """One drawing, the view that moves over it, and the lines that are spoken meanwhile."""

    scene: Path
    views: tuple[list[float], list[float]]
    lines: list[Line]
    start: float = 0.0
    end: float = 0.0
    states: list[Image.Image] = field(default_factory=list)

    @property
    def changes(self) -> list[Line]:
        """The lines with which something comes or goes, in order."""
        return [line for line in self.lines if line.show or line.hide]


def read_line(source: dict[str, Any]) -> Line:
    """A line of the storyboard; refuses one that is too long for a two-line caption."""
    (who, say), *_ = source.items()
    show, hide = (source.get(key, "").split() for key in ("show", "hide"))
    line = Line(who, say, show, hide, float(source.get("pause", PAUSE)))
    if len(caption(line)) > 2:
        raise SystemExit(f"Too long for a caption of two lines, split it: {say}")
    return line


def read_shot(source: dict[str, Any], folder: Path) -> Shot:
    """A shot of the storyboard."""
    lines = [read_line(line) for line in source["lines"]]
    return Shot(folder / source["scene"], (source["from"], source["to"]), lines)


def caption(line: Line, named: bool = True) -> list[str]:
    """The line's caption, balanced over as few rows as it needs; a named one says who speaks."""
    words = f"{line.who}: {line.say}" if named and line.who != "Narrator" else line.say
    rows = textwrap.wrap(words, CAPTION_WIDTH)
    for width in range(math.ceil(len(words) / len(rows)), CAPTION_WIDTH):
        if len(textwrap.wrap(words, width)) == len(rows):
            return textwrap.wrap(words, width)
    return rows


# Sound


def speak(words: str, voice: str, folder: Path) -> array.array[int]:
    """Words as 16-bit samples: spoken, trimmed of silence, brightened, brought to one level."""
    raw, clean = folder / "raw.wav", folder / "clean.wav"
    pace = f"duration_stretch={STRETCH[voice]}"
    run("flite", "-voice", voice, "--setf", pace, "-t", words, "-o", str(raw))
    trim = ["silence", "1", "0.02", "0.3%", "reverse"] * 2
    tone = ["highpass", "70", "treble", str(TREBLE[voice]), "3k", "rate", str(RATE)]
    run("sox", "-D", str(raw), "-b", "16", str(clean), "gain", "-6", *trim, *tone)
    with wave.open(str(clean)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    loudness = math.sqrt(sum(s * s for s in samples) / len(samples))
    return array.array("h", (clip(s * LEVEL / loudness) for s in samples))


def respell(words: str, spoken: dict[str, str]) -> str:
    """Words as the voices need them written."""
    for name, sound in spoken.items():
        words = words.replace(name, sound)
    return words


def clip(sample: float) -> int:
    """A sample held within 16 bits."""
    return max(-32_768, min(32_767, round(sample)))


def lay_out(shots: list[Shot], plan: dict[str, Any], folder: Path) -> array.array[int]:
    """The whole sound track; gives every line and shot its times."""
    track, voices, spoken = silence(LEAD), plan["voices"], plan.get("spoken", {})
    for shot in shots:
        shot.start = seconds(track)
        for line in shot.lines:
            line.start = seconds(track)
            track += speak(respell(line.say, spoken), voices[line.who], folder)
            line.end = seconds(track)
            track += silence(line.pause)
        shot.end = seconds(track)
    shots[0].start = 0.0
    track += silence(LEAD)
    shots[-1].end = seconds(track)
    return track


def silence(length: float) -> array.array[int]:
    """So many seconds of nothing."""
    return array.array("h", bytes(2 * round(length * RATE)))


def seconds(track: array.array[int]) -> float:
    """How long a track lasts."""
    return len(track) / RATE


def write_sound(track: array.array[int], path: Path) -> None:
    """The track as a WAV file."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(track.tobytes())


# Pictures


def draw(shots: list[Shot]) -> None:
    """Draw every shot as it stands at first and after each change."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        size = {"width": WIDTH, "height": HEIGHT}
        page = chromium.new_page(viewport=size, device_scale_factor=SCALE)  # type: ignore[arg-type]
        for shot in shots:
            shot.states = draw_states(page, shot)
        chromium.close()


def draw_states(page: Page, shot: Shot) -> list[Image.Image]:
    """The drawing before its first change and after each."""
    page.set_content(f"<body style='margin:0'>{shot.scene.read_text(encoding='utf-8')}")
    for line in shot.changes:
        display(page, line.show, "none")
    states = [picture(page)]
    for line in shot.changes:
        display(page, line.show, "inline")
        display(page, line.hide, "none")
        states.append(picture(page))
    return states


def display(page: Page, parts: list[str], value: str) -> None:
    """Make parts of the drawing visible or not; a part that is not there is an error."""
    for part in parts:
        page.eval_on_selector(f"#{part}", f"part => part.setAttribute('display', '{value}')")


def picture(page: Page) -> Image.Image:
    """The page as it looks now."""
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def frame(shot: Shot, time: float) -> Image.Image:
    """The shot at a time of the film: as drawn by then, seen through the moving view."""
    drawn = shot.states[0]
    for line, state in zip(shot.changes, shot.states[1:], strict=True):
        if time > line.start:
            drawn = Image.blend(drawn, state, min(1.0, (time - line.start) / FADE))
    along = ease((time - shot.start) / (shot.end - shot.start))
    left, top, width = (a + (b - a) * along for a, b in zip(*shot.views, strict=True))
    left, top, width = SCALE * left, SCALE * top, SCALE * width
    box = (left, top, left + width, top + width * HEIGHT / WIDTH)
    return drawn.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC, box=box)


def ease(along: float) -> float:
    """From 0 to 1 with a gentle start and a gentle end, at rest for the last two fifths."""
    part = min(1.0, max(0.0, along / 0.6))
    return part * part * (3 - 2 * part)


def frames(shots: list[Shot]) -> Iterator[Image.Image]:
    """Every frame of the film; a shot dissolves into the next."""
    for number in range(round(shots[-1].end * FPS)):
        time = number / FPS
        index = next(i for i, shot in enumerate(shots) if time < shot.end)
        now = frame(shots[index], time)
        into = time - shots[index].start
        if index and into < FADE:
            now = Image.blend(frame(shots[index - 1], time), now, into / FADE)
        yield now


# What is written


def write_film(shots: list[Shot], sound: Path, path: Path) -> None:
    """The film: H.264 and AAC that any browser plays, ready to start before it is all there."""
    video = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS)]
    x264 = "-c:v libx264 -profile:v main -preset slow -tune animation -crf 29 -pix_fmt yuv420p"
    level = "loudnorm=I=-18:TP=-2:LRA=7,alimiter=limit=0.8:level=0"
    aac = f"-c:a aac -ac 1 -ar 32000 -b:a 48k -af {level}"
    plain = "-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"
    command = ["ffmpeg", "-v", "error", "-y", *video, "-i", "-", "-i", str(sound), *x264.split()]
    command += [*aac.split(), *plain.split(), "-g", "200", "-movflags", "+faststart", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:  # noqa: S603, a fixed command
        for each in frames(shots):
            encoder.stdin.write(each.tobytes())  # type: ignore[union-attr]
    if encoder.returncode:
        raise SystemExit("ffmpeg could not write the film.")


def write_captions(lines: list[Line], path: Path) -> None:
    """WebVTT: a caption a line; one that has just been named is not named again."""
    cues, before = ["WEBVTT"], "Narrator"
    for line in lines:
        end = line.end + min(0.4, line.pause)
        if end - line.start > CAPTION_SECONDS:
            raise SystemExit(f"Longer than {CAPTION_SECONDS:.0f} seconds, split it: {line.say}")
        words = "\n".join(caption(line, named=line.who != before))
        cues.append(f"{stamp(line.start)} --> {stamp(end)}\n{words}")
        before = line.who
    path.write_text("\n\n".join(cues) + "\n", encoding="utf-8")


def stamp(time: float) -> str:
    """A time as WebVTT writes it."""
    minutes, left = divmod(round(time * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{left // 1000:02}.{left % 1000:03}"


def write_transcript(intro: str, lines: list[Line], path: Path) -> None:
    """Markdown: a paragraph each time that somebody speaks; the narrator needs no name."""
    paragraphs = [intro]
    for who, said in groupby(lines, key=lambda line: line.who):
        words = " ".join(line.say for line in said)
        paragraphs.append(words if who == "Narrator" else f"**{who}:** {words}")
    path.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


def write_poster(shot: Shot, path: Path) -> None:
    """The last moment of a shot, as a small picture."""
    frame(shot, shot.end).save(path, quality=80, method=6)


def run(*command: str) -> None:
    """Run a tool; its own message is enough when it fails."""
    subprocess.run(command, check=True)  # noqa: S603, commands of this script alone


def make(storyboard: Path) -> None:
    """Make the film of one storyboard."""
    plan = yaml.safe_load(storyboard.read_text(encoding="utf-8"))
    shots = [read_shot(shot, storyboard.parent) for shot in plan["shots"]]
    lines = [line for shot in shots for line in shot.lines]
    module, name = storyboard.parent.parent, storyboard.stem
    media = module / "media"
    media.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder) / "sound.wav"
        write_sound(lay_out(shots, plan, Path(folder)), sound)
        draw(shots)
        write_film(shots, sound, media / f"{name}.mp4")
    write_captions(lines, media / f"{name}.en.vtt")
    write_transcript(plan["intro"], lines, module / f"{name}.md")
    write_poster(shots[plan["poster"]], media / f"{name}.webp")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for argument in sys.argv[1:]:
        make(Path(argument))
