"""Colleagues compared: an answer to a poll leaves the page, and what others answered comes back.

Against a stand-in for the service that can be down, slow, broken or hostile.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from axe import AXE, TAGS, assert_axe_finds_nothing
from browser import FULL, Watch
from learner import Learner, Visits
from lms import Lms, Package
from playwright.sync_api import Error, Locator, Page, expect
from poll_stand_in import FIRST, NOTHING, POLL, TWICE, PollStandIn, figures, packed, refusing
from samples import step, write_module
from workspaces import Quiet

from rsscorm.build import Order, build
from rsscorm.referee.web import Response

LATER = "Speak to them after the shift"
NOW = "Speak to them there and then"
TOLD = {"bent-rule": {"figures": figures(20, 10, now=6, later=1, team=2, nothing=1)}}
CHECK = """\
- choice: Is there something still to do?
  id: still-open
  options:
    - yes-it-is: Yes
    - no-it-is-not: No
  answer: yes-it-is
"""
"""Without it the module would be complete, and the next visit a review."""
FAILED = r"console: Failed to load resource|console: Access to fetch"
CLOSED = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });"
THROWS = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
}
"""
STORED = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"


@pytest.fixture
def service() -> Iterator[PollStandIn]:
    """A service that tells what a test lays into it."""
    with PollStandIn() as service:
        yield service


@pytest.fixture
def poll(lms: Lms, watch: Watch, service: PollStandIn, tmp_path: Path) -> Package:
    """A package of one poll, imported, whose pages may go to the service as well."""
    watch.origins.add(service.origin)
    return lms.add(packed(tmp_path, service.deployment(), POLL + CHECK))


def figures_of(nurse: Learner, block: str = "bent-rule", *, again: bool = False) -> Locator:
    """What stands below a poll of colleagues' answers."""
    found = nurse.sco.locator(f'[data-block="{block}"]')
    return (found.last if again else found.first).locator(".figures")


def test_colleagues_are_compared_at_once(
    page: Page, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """She votes, hears how others have, and on her return only the fact of her answer is known."""
    service.told = TOLD
    visits = Visits(lms, poll, page, "referee")
    with visits.visit() as nurse:
        expect(nurse.block("bent-rule").get_by_text("Your managers cannot see")).to_be_visible()
        expect(nurse.block("bent-rule").get_by_text("goes to 127.0.0.1")).to_be_visible()
        expect(figures_of(nurse)).to_be_hidden()
        nurse.answer("bent-rule", LATER)
        said = f"About 6 in 10 people chose “{NOW}”; you chose “{LATER}”, as did 1 in 10 or fewer."
        expect(figures_of(nurse).locator(".lead")).to_have_text(said)
        expect(nurse.sco.locator("#announcements")).to_have_text(said)
        expect(figures_of(nurse).locator(".is-yours")).to_contain_text([f"{LATER}Your answer"])
        expect(figures_of(nurse)).to_contain_text("More than 20 people have answered.")
    [vote] = service.votes
    assert (vote["poll"], vote["vote"], vote["rev"], vote["option"]) == ("bent-rule", 1, 1, "later")
    assert "nurse" not in json.dumps(vote)
    with visits.visit() as nurse:
        expect(figures_of(nurse).locator(".lead")).to_have_text(
            f"About 6 in 10 people chose “{NOW}”."
        )
        expect(nurse.block("bent-rule").get_by_text("your choice was not kept")).to_be_visible()
        nurse.answer("still-open", "Yes")
    assert len(service.votes) == 1
    assert lms.attempt(poll)["cmi.core.lesson_status"] == "completed"
    assert "later" not in json.dumps(lms.attempt(poll))


def test_too_few(page: Page, lms: Lms, poll: Package, service: PollStandIn) -> None:
    """Before enough have answered nothing is shown but that."""
    with Visits(lms, poll, page, "referee").visit() as nurse:
        nurse.answer("bent-rule", LATER)
        expect(figures_of(nurse)).to_have_text(
            "Fewer than 11 people have answered, or nearly all alike, so results are not shown "
            "yet. This protects everyone’s privacy."
        )
    assert service.votes


def test_before_and_now(
    page: Page, watch: Watch, lms: Lms, service: PollStandIn, tmp_path: Path
) -> None:
    """After the first vote others' first votes show, after the second both and the movement."""
    watch.origins.add(service.origin)
    both = {
        "before": figures(60, 10, today=4, some_day=5, never=1),
        "figures": figures(60, 10, today=7, some_day=3, never=1),
        "changed": 3,
    }
    service.told = {"tell-team": both}
    package = lms.add(packed(tmp_path, service.deployment(), TWICE))
    with Visits(lms, package, page, "referee").visit() as nurse:
        nurse.answer("tell-team", "When there is time")
        expect(figures_of(nurse, "tell-team").locator(".lead")).to_have_text(
            "About 5 in 10 people chose “When there is time”, as you did."
        )
        nurse.answer("tell-team", "Today", again=True)
        expect(figures_of(nurse, "tell-team", again=True).locator(".lead")).to_have_text(
            [
                "The second time, about 7 in 10 people chose “Today”, as you did.",
                "About 3 in 10 changed their answer.",
            ]
        )
        names = figures_of(nurse, "tell-team", again=True).locator(".bar-name")
        expect(names).to_have_text(["Before", "Now"] * 3)
    assert [(v["vote"], v["option"]) for v in service.votes] == [(1, "some-day"), (2, "today")]
    assert len({vote["proof"] for vote in service.votes}) == 1


def test_a_choice_is_the_first_vote(
    page: Page, watch: Watch, lms: Lms, service: PollStandIn, tmp_path: Path
) -> None:
    """It is sent under the poll's id, and compared as such."""
    watch.origins.add(service.origin)
    package = lms.add(packed(tmp_path, service.deployment(cohort="northfield"), FIRST))
    with Visits(lms, package, page, "referee").visit() as nurse:
        nurse.answer("ask-help", "Yes")
        expect(figures_of(nurse, "ask-help")).to_contain_text("both times")
        nurse.answer("ask-help-now", "No")
    sent = [(v["poll"], v["vote"], v["option"], v["cohort"]) for v in service.wait_for_votes(2)]
    assert sent == [
        ("ask-help-now", 1, "yes-i", "northfield"),
        ("ask-help-now", 2, "no-i", "northfield"),
    ]


@pytest.mark.parametrize("learners", [10, pytest.param(50, marks=pytest.mark.long)])
def test_closing_right_after_the_click_loses_nothing(
    lms: Lms, poll: Package, service: PollStandIn, watch: Watch, learners: int
) -> None:
    """Whoever closes the window with the click has voted: every vote arrives."""
    service.delay = 0.3
    for number in range(learners):
        page = watch.open()
        page.goto(lms.launch(poll, "referee", learner=f"nurse-{number}"))
        frame = page.frame("sco")
        assert frame
        frame.wait_for_selector(".saving[data-kind=saved]")
        frame.evaluate(
            """() => {
              document.querySelector(".option input[value=later]").click();
              document.querySelector("form.question").requestSubmit();
            }"""
        )
        page.close()
        page.context.close()
    service.wait_for(
        lambda: len({vote["voter"] for vote in service.votes}) == learners, f"{learners} votes"
    )


def test_an_offline_vote_arrives_after_reconnecting(
    page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """Within ten seconds, and what waits is sealed meanwhile."""
    watch.allow(FAILED)
    visits = Visits(lms, poll, page, "referee")
    nurse = visits.open()
    nurse.saved()
    page.context.set_offline(True)
    block = nurse.block("bent-rule")
    block.get_by_label(LATER, exact=True).check()
    block.get_by_role("button", name="Record my answer").click()
    expect(figures_of(nurse)).to_contain_text("Colleagues’ answers cannot be shown right now.")
    expect(figures_of(nurse)).to_contain_text("Your answer has not been sent yet.")
    frame = page.frame("sco")
    assert frame
    stored = frame.evaluate(STORED)
    assert "vote-" in stored
    for word in ("bent-rule", "later", "nurse", "sample"):
        assert word not in stored
    page.context.set_offline(False)
    assert service.wait_for_votes(1, 10)[0]["option"] == "later"


@pytest.mark.parametrize("status", [0, 500, 503])
def test_down(
    status: int, page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """The module completes without the service, and the next visit brings the vote."""
    watch.allow(FAILED)
    service.fault = refusing(status)
    visits = Visits(lms, poll, page, "referee")
    with visits.visit() as nurse:
        nurse.answer("bent-rule", LATER)
        expect(figures_of(nurse)).to_contain_text("Your learning is still being recorded.")
    service.fault = lambda _: None
    assert service.votes == []
    with visits.visit():
        assert service.wait_for_votes(1)[0]["option"] == "later"


def test_the_module_completes_without_the_service(
    page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """However slow or broken the service is, the module never waits for it."""
    watch.allow(FAILED)
    service.fault = refusing(500)
    service.delay = 1
    with Visits(lms, poll, page, "referee").visit() as nurse:
        nurse.answer("bent-rule", LATER)
        nurse.answer("still-open", "Yes")
        nurse.contents("Your record")
        expect(nurse.sco.get_by_text("You have completed this module")).to_be_visible()
    assert lms.attempt(poll)["cmi.core.lesson_status"] == "completed"


def vote_in_vain(visits: Visits, watch: Watch, service: PollStandIn) -> Learner:
    """She votes while the service takes none, so that her vote waits on the device."""
    watch.allow(FAILED)
    service.fault = refusing(503)
    nurse = visits.open()
    nurse.saved()
    nurse.answer("bent-rule", LATER)
    return nurse


def test_a_killed_renderer_loses_no_vote(
    page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """What waited on the device is sent by her next window."""
    vote_in_vain(Visits(lms, poll, page, "referee"), watch, service)
    frame = page.frame("sco")
    assert frame
    frame.wait_for_function("Object.keys(localStorage).some((name) => /^vote-/.test(name))")
    other = page.context.new_page()
    with pytest.raises(Error):
        page.goto("chrome://crash")
    service.fault = lambda _: None
    Visits(lms, poll, other, "referee").open()
    assert service.wait_for_votes(1)[0]["option"] == "later"


@pytest.mark.parametrize("script", [FULL, THROWS, CLOSED], ids=["full", "throwing", "plain-http"])
def test_where_nothing_can_be_stored(
    script: str, page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """A vote is sent all the same, and waits in the page until it is taken."""
    watch.allow(FAILED)
    page.context.add_init_script(script)
    service.fault = refusing(503)
    nurse = Visits(lms, poll, page, "referee").open()
    nurse.saved()
    nurse.answer("bent-rule", LATER)
    expect(figures_of(nurse)).to_contain_text("has not been sent yet")
    service.fault = lambda _: None
    service.told = TOLD
    assert service.wait_for_votes(1)[0]["option"] == "later"
    expect(figures_of(nurse).locator(".lead")).to_be_visible()


def test_nothing_is_sent_without_an_lms(
    page: Page, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """Whoever opens the page by itself can vote for themselves alone, and is told so."""
    page.goto(lms.content(poll))
    nurse = Learner(page, page)
    expect(nurse.block("bent-rule").get_by_text("not sent to anyone")).to_be_visible()
    nurse.block("bent-rule").get_by_label(LATER, exact=True).check()
    nurse.block("bent-rule").get_by_role("button", name="Record my answer").click()
    expect(figures_of(nurse)).to_contain_text("Colleagues’ answers are not shown here.")
    assert service.requests == []


def test_review_only_asks(page: Page, lms: Lms, poll: Package, service: PollStandIn) -> None:
    """Looking back at finished work shows how colleagues answered, and sends no vote."""
    visits = Visits(lms, poll, page, "referee")
    with visits.visit() as nurse:
        nurse.answer("bent-rule", LATER)
        nurse.answer("still-open", "Yes")
    before = len(service.votes)
    with visits.visit("review") as nurse:
        expect(figures_of(nurse)).to_contain_text("Fewer than 11 people have answered")
    assert len(service.votes) == before


def test_two_learners_at_one_browser(
    page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """What one could not send stays hers: the other's visit neither shows nor sends it."""
    watch.allow(FAILED)
    service.fault = refusing(503)
    visits = Visits(lms, poll, page, "referee")
    with visits.visit() as nurse:
        nurse.answer("bent-rule", LATER)
    service.fault = lambda _: None
    visits.page.goto(lms.launch(poll, "referee", learner="doctor"))
    doctor = Learner(page, page.frame_locator("#sco"))
    doctor.saved()
    expect(doctor.block("bent-rule").get_by_role("button", name="Record")).to_be_visible()
    expect(figures_of(doctor)).to_be_hidden()
    doctor.answer("bent-rule", NOW)
    page.goto("about:blank")
    visits.open()
    votes = service.wait_for_votes(2)
    assert [vote["option"] for vote in votes] == ["now", "later"]
    assert len({vote["voter"] for vote in votes}) == 2


def test_two_devices_are_one_voter(
    watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """At another machine it is known that she has voted, and nothing is sent again."""
    for _ in range(2):
        page = watch.open()
        visits = Visits(lms, poll, page, "referee")
        with visits.visit() as nurse:
            if not service.votes:
                nurse.answer("bent-rule", LATER)
            expect(figures_of(nurse)).to_contain_text("Fewer than 11 people")
    assert len(service.votes) == 1


@pytest.mark.parametrize(("until", "sends"), [("2026-05-01", True), ("2026-04-30", False)])
def test_the_last_day(
    until: str, sends: bool, page: Page, watch: Watch, lms: Lms, service: PollStandIn,
    tmp_path: Path,
) -> None:  # fmt: skip
    """The whole day counts, by the device's clock; after it the service hears nothing."""
    watch.origins.add(service.origin)
    polls = f"{{until: {until}}}"
    package = lms.add(packed(tmp_path, service.deployment(), polls=polls))
    page.clock.set_fixed_time("2026-05-01T20:00:00")
    with Visits(lms, package, page, "referee").visit() as nurse:
        nurse.answer("bent-rule", LATER)
        expect(figures_of(nurse)).to_be_visible()
    assert bool(service.requests) is sends


def test_a_closed_release_is_left_alone(
    page: Page, watch: Watch, lms: Lms, service: PollStandIn, tmp_path: Path
) -> None:
    """After 410 nothing more is asked in this visit, and nothing waits."""
    watch.origins.add(service.origin)
    watch.allow(FAILED)
    service.fault = refusing(410)
    package = lms.add(packed(tmp_path, service.deployment(), POLL + TWICE))
    with Visits(lms, package, page, "referee").visit() as nurse:
        nurse.answer("bent-rule", LATER)
        expect(figures_of(nurse)).to_contain_text("Colleagues’ answers are not shown here.")
        nurse.answer("tell-team", "Today")
        expect(nurse.block("tell-team").get_by_text("You chose “Today”")).to_be_visible()
        frame = page.frame("sco")
        assert frame
        assert "vote-" not in frame.evaluate(STORED)
    assert len(service.requests) == 1


def test_an_opaque_origin(
    page: Page, watch: Watch, lms: Lms, service: PollStandIn, tmp_path: Path
) -> None:
    """In a sandboxed frame, without storage and with `Origin: null`, a Tin Can vote arrives."""
    watch.origins.add(service.origin)
    watch.allow(".*")
    package = lms.add(packed(tmp_path, service.deployment(), format="xapi"))
    page.goto(f"{lms.origin}/left")
    page.evaluate(
        """(source) => {
          const frame = document.createElement("iframe");
          Object.assign(frame, { id: "sco", name: "sco", src: source });
          frame.sandbox = "allow-scripts allow-forms";
          document.body.append(frame);
        }""",
        lms.launch(package, "tincan"),
    )
    nurse = Learner(page, page.frame_locator("#sco"))
    nurse.answer("bent-rule", LATER)
    assert service.wait_for_votes(1)[0]["option"] == "later"
    assert service.requests[-1].headers["origin"] == "null"


HOSTILE = [
    b"", b"<script>alert(1)</script>", b"null", b"[]", b"\xff\xfe", b"{" * 60_000,
    b'{"figures": "<img src=x onerror=alert(1)>"}', b"x" * 3_000_000,
    json.dumps({"figures": figures(-5, 10, now=6, later=4, team=1, nothing=1)}).encode(),
    json.dumps({"figures": figures(20, 10, now=10**30, later=4, team=1, nothing=1)}).encode(),
    b'{"figures": {"moreThan": 20, "of": 10, "shares": {"__proto__": {"now": 6}}}}',
]  # fmt: skip


def test_a_hostile_service_changes_nothing_but_the_figures(
    page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """Whatever it sends, the page beside the figures is as it was, and goes on."""
    watch.allow(FAILED)
    random.seed(4)
    good = json.dumps(TOLD["bent-rule"]).encode()
    spoilt = [bytes(b ^ (random.random() < 0.02) * 7 for b in good) for _ in range(30)]
    answers = iter([*HOSTILE, *spoilt])
    nurse = Visits(lms, poll, page, "referee").open()
    nurse.saved()
    service.fault = lambda _: Response(500)
    nurse.answer("bent-rule", LATER)
    expect(figures_of(nurse)).to_be_visible()
    frame = page.frame("sco")
    assert frame
    rest = """() => {
      const page = document.documentElement.cloneNode(true);
      for (const part of page.querySelectorAll(".figures, #announcements")) part.remove();
      return page.outerHTML;
    }"""
    before = frame.evaluate(rest)
    tags = {"DIV", "P", "H4", "UL", "LI", "SPAN", "SVG", "RECT", "PATH", "USE", "DETAILS",
            "SUMMARY", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD"}  # fmt: skip
    for answer in answers:
        service.fault = lambda _, body=answer: Response(200, body)  # type: ignore[misc]
        count = len(service.requests)
        frame.evaluate("dispatchEvent(new Event('online'))")
        service.wait_for(lambda n=count: len(service.requests) > n, "a call")  # type: ignore[misc]
        page.wait_for_timeout(30)
        found = (
            "[...document.querySelectorAll('.figures *')].map((one) => one.tagName.toUpperCase())"
        )
        assert set(frame.evaluate(found)) <= tags
        assert frame.evaluate(rest) == before
        if nurse.sco.locator(".figures .lead").count():
            break  # what was spoilt there was of no matter, and the vote is acknowledged


def test_back_from_the_browsers_memory(
    page: Page, watch: Watch, lms: Lms, poll: Package, service: PollStandIn
) -> None:
    """A page that is shown again after it was left sends what waits still."""
    nurse = vote_in_vain(Visits(lms, poll, page, "referee"), watch, service)
    service.fault = lambda _: None
    page.goto(f"{lms.origin}/left")
    service.wait_for_votes(1)
    page.go_back()
    nurse.saved()
    expect(figures_of(nurse)).to_contain_text("Fewer than 11 people")


@pytest.mark.parametrize("theme", ["clear", "nhs"])
@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_read_it(
    width: int, theme: str, watch: Watch, lms: Lms, service: PollStandIn, tmp_path: Path
) -> None:
    """axe-core finds nothing in figures, cohorts and movement, and nothing scrolls sideways."""
    watch.origins.add(service.origin)
    options = ("today", "some-day", "never")
    told, hidden = dict.fromkeys(options, 30), dict.fromkeys(options)
    moves = {"today": hidden, "some-day": told, "never": told}
    service.told = {
        "bent-rule": {
            "figures": figures(1240, 100, now=46, later=31, team=19, nothing=4),
            "cohort": figures(210, 20, now=10, later=6, team=3, nothing=1),
        },
        "tell-team": {
            "before": figures(210, 20, today=8, some_day=9, never=3),
            "figures": figures(210, 20, today=13, some_day=5, never=2),
            "changed": 3,
            "moves": moves,
        },
    }
    deployment = service.deployment(name="Northfield Hospital", cohort="northfield")
    package = lms.add(packed(tmp_path, deployment, POLL + TWICE, theme=theme))
    page = watch.open(reduced_motion="reduce", viewport={"width": width, "height": 800})
    with Visits(lms, package, page, "referee").visit() as nurse:
        nurse.answer("bent-rule", NOW)
        nurse.answer("tell-team", "Today")
        nurse.answer("tell-team", "Not at all", again=True)
        expect(figures_of(nurse)).to_contain_text("At Northfield Hospital")
        expect(figures_of(nurse, "tell-team", again=True)).to_contain_text("too few to show")
        frame = page.frame("sco")
        assert frame
        frame.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        frame.evaluate(AXE.read_text(encoding="utf-8"))
        assert_axe_finds_nothing(frame, TAGS)


def test_packed_figures_are_packed_and_built_anew(tmp_path: Path) -> None:
    """A build takes `figures.json` in, and again when it has changed."""
    folder = write_module(tmp_path, step(POLL))
    release = json.loads(data_in(tmp_path)[1])["release"]
    told = {**NOTHING, **TOLD["bent-rule"]}
    del told["cohort"]
    for day, shown in (("2026-11-25", "25 November 2026"), ("2027-01-05", "5 January 2027")):
        kept = {"rsscorm": 1, "release": release, "on": day, "polls": {"bent-rule": told}}
        (folder / "figures.json").write_text(json.dumps(kept), "utf-8")
        page, _ = data_in(tmp_path)
        assert f'"snapshot":{{"on":"{shown}","polls":{{"bent-rule"' in page


def test_what_an_edition_has_dropped_is_passed_over(tmp_path: Path) -> None:
    """Figures of a poll or an option that is no more are left out, and a warning names each."""
    folder = write_module(tmp_path, step(POLL))
    release = json.loads(data_in(tmp_path)[1])["release"]
    shares = {"now": 6, "later": 1, "team": 2, "nothing": 1, "weigh-it": 1}
    told = {"figures": {"moreThan": 20, "of": 10, "shares": shares}}
    polls = {"bent-rule": told, "once-asked": told}
    kept = {"rsscorm": 1, "release": release, "on": "2026-11-25", "polls": polls}
    (folder / "figures.json").write_text(json.dumps(kept), "utf-8")
    outcome = build(str(tmp_path), Order(), Quiet())
    assert [(each.code, each.is_warning) for each in outcome.problems] == [
        ("figures-gone", True)
    ] * 2
    assert [each.message.split("`")[1::2] for each in outcome.problems] == [
        ["bent-rule", "weigh-it"], ["once-asked"],
    ]  # fmt: skip
    with ZipFile(tmp_path / "dist" / "sample-1-scorm12.zip") as package:
        page = package.read("index.html").decode()
    assert '"nothing":1' in page
    assert "weigh-it" not in page and "once-asked" not in page


def data_in(workspace: Path) -> tuple[str, str]:
    """The page and the polls.json of a build of the sample module."""
    outcome = build(str(workspace), Order(), Quiet())
    assert outcome.problems == []
    with ZipFile(workspace / "dist" / "sample-1-scorm12.zip") as package:
        page = package.read("index.html").decode()
    return page, (workspace / "dist" / "sample-1.polls.json").read_text("utf-8")
