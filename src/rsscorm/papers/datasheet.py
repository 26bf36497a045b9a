"""The datasheet: all that an LMS administrator asks before a package goes in, on one page.

What LMSs do with each setting was measured on Moodle 4.5 and read in Totara's source; both have
the same activity for SCORM 1.2, with the same names.
"""

from __future__ import annotations

from rsscorm.papers.facts import Facts, Packed
from rsscorm.papers.sheet import Row, Section, Sheet, counted, day, listed, row

FORMATS = {"scorm12": "SCORM 1.2", "xapi": "xAPI (Tin Can launch)"}


def sheet(facts: Facts, packed: Packed) -> Sheet:
    """The datasheet of one package."""
    module = facts.module
    return Sheet(
        kind="Datasheet for LMS administrators",
        title=module.title,
        lead=module.summary,
        owner=facts.deployment.name or "",
        facts=(
            ("Edition", module.edition),
            ("Format", FORMATS[packed.format]),
            ("Takes", "about " + counted(module.minutes, "minute")),
            ("Language", facts.language),
            ("Size", size(packed.size)),
        ),
        sections=(
            Section("Completion and score", _completion(facts)),
            Section("What is sent, to whom and when", _sent(facts, packed)),
            Section("Domains contacted", _domains(facts, packed)),
            Section("Accessibility", accessibility(facts)),
            Section("Settings in Moodle and Totara", _settings(facts))
            if packed.is_scorm else Section("Where it can be launched", _launched()),
            Section("When a new edition comes", _update(packed)),
            Section("The file, and help", _file(facts, packed)),
        ),
        dense=True,
    )  # fmt: skip


def size(bytes: int) -> str:
    """A file's size in words."""
    return f"{bytes / 1e6:.1f} MB" if bytes >= 1e6 else f"{max(1, round(bytes / 1e3))} kB"


def completion_rule(facts: Facts) -> str:
    """What completes a module, in a sentence."""
    done = "seen, with its questions answered or, where nothing is right or wrong, skipped"
    steps = len(facts.module.steps)
    required = sum(step.required for step in facts.module.steps)
    needs_all = facts.module.complete.when == "all-steps" or required == steps
    which = "All steps" if needs_all else f"The {required} required steps (of {steps})"
    rule = f"{which} are done: each {done}."
    if facts.module.complete.when != "passed":
        return rule
    mark = facts.module.complete.pass_mark
    return f"{rule[:-1]}; and {mark}% of the scored questions are right, best try."


def _completion(facts: Facts) -> tuple[Row, ...]:
    scored = facts.told["scored"]
    if not facts.has_score:
        score = "None is sent."
    elif any(block.counts for block in facts.module.blocks()):
        score = "Whole per cent of the scored questions, best try; sent with the final status only."
    else:
        score = "Nothing is scored; 100 is sent on completion, so that no gradebook shows 0."
    last = f"First incomplete, then {facts.status}. It is never lowered, and failed is never sent."
    if facts.status == "passed":
        last += " Below the mark it stays incomplete, and questions can be taken again."
    asked = f"{counted(scored, 'question')} with a right answer" if scored else ""
    return (
        row("Completed when", completion_rule(facts)),
        row("Status sent", last),
        row("Score", score, asked and f"{asked}."),
    )


def _sent(facts: Facts, packed: Packed) -> tuple[Row, ...]:
    told = facts.told
    keeper = "LMS" if packed.is_scorm else "LRS of the launch"
    rows = [row(f"To the {keeper}", *_record(facts, packed))]
    if told["poll"]:
        rows.append(row("Polls", poll_privacy(facts), poll_route(facts)))
    if told["written"]:
        rows.append(row("Own notes", "Stay on the learner’s device; only that one was written."))
    rows.append(
        row("Nothing else", "No cookies, no analytics, no fonts or scripts from elsewhere.")
    )
    return tuple(rows)


def _record(facts: Facts, packed: Packed) -> list[str]:
    told = facts.told
    what = ["status", *(["score"] if facts.has_score else []), "time spent"]
    answers = [
        f"answer and result ({counted(told['scored'], 'question')})" if told["scored"] else "",
        f"the answer ({counted(told['answer'], 'question')})" if told["answer"] else "",
        f"only that it was answered ({counted(told['fact'], 'question')})" if told["fact"] else "",
    ]
    place = "suspend_data, at most 4,096 characters" if packed.is_scorm else "the State resource"
    when = "When the module is opened, after each answer and step, and when it is closed."
    verbs = "" if packed.is_scorm else (
        f"Statements: initialized, answered, {facts.status}, terminated; the actor is the launch’s."
    )  # fmt: skip
    each = [answer for answer in answers if answer]
    return [
        f"{listed(what).capitalize()}; place and answers, so that learners can go on ({place}).",
        f"Of each question: {'; '.join(each)}." if each else "",
        verbs,
        when,
    ]


def poll_privacy(facts: Facts) -> str:
    """Who can see what somebody answered to a poll."""
    number = counted(len(facts.polls), "poll")
    if facts.is_named:
        return f"{number}, named: the record holds each answer, and learners are told so first."
    return f"{number}, anonymous: the record holds only that each was answered."


def poll_route(facts: Facts) -> str:
    """Where the answers to polls go."""
    if not facts.service:
        return "Answers to polls are sent to no poll service."
    group = " and the group’s name" if facts.deployment.cohort else ""
    until = facts.module.polls.until
    last = f" until {day(until)}" if until else ""
    return (
        f"To {facts.service}, when a poll is answered or shown{last}: the option, with a "
        f"code{group} instead of a name. Results show from {facts.module.polls.least} people on."
    )


def _domains(facts: Facts, packed: Packed) -> tuple[Row, ...]:
    own = "Where the LMS serves the package." if packed.is_scorm else (
        "Where the package is hosted, and the LRS that the launch names."
    )  # fmt: skip
    rows = [row("Always", own)]
    if facts.service:
        why = "for polls. Blocked, everything else works, and answers wait on the device for a week"
        rows.append(row("HTTPS to", f"{facts.service}, {why}."))
    else:
        rows.append(row("Besides", "None."))
    if packed.links:
        rows.append(row("If followed", f"Links lead to {listed(packed.links)}."))
    return tuple(rows)


def _settings(facts: Facts) -> tuple[Row, ...]:
    grading = "Highest grade" if facts.has_score else "Learning objects (no score is sent)"
    return (
        row("Display package", "New window, or current window: both are tested, from 320 px on."),
        row("Course structure", "Hidden; skip the content structure page: Always."),
        row("Preview mode", "Disabled."),
        row("Grading method", f"{grading}."),
        row("Attempts", "Unlimited; attempts grading: Highest attempt."),
        row("Force new attempt", "No. With Yes, learners lose their place."),
        row("Force completed", "No. With Yes, leaving half-way can count as completed."),
        row("Auto-continue", "No. It is one SCO."),
        row("Auto-commit", "No. The package saves by itself."),
        row("Mastery score", "“Overrides status” may stay; the package has none."),
        row("Activity completion", f"Require status: {facts.status.capitalize()}, and that alone; "
            "no minimum score."),
        row("Standards mode", "The site’s “SCORM standards mode” may be on or off: both are safe."),
    )  # fmt: skip


def _launched() -> tuple[Row, ...]:
    return (
        row("Needs", "An LMS or launcher that starts Tin Can packages, and an LRS (xAPI 1.0.3)."),
        row("Moodle, Totara", "A launch plug-in with an LRS. Their own SCORM activity doesn’t take "
            "this file: use the SCORM 1.2 package there."),
        row("Registration", "One for each learner and attempt; the same one again on return."),
        row("Window", "New window or frame, from 320 px on."),
        row("CORS", "The LRS must answer pages from where the package is hosted."),
    )  # fmt: skip


def _update(packed: Packed) -> tuple[Row, ...]:
    how = (
        "Upload the new zip into the same activity. Don’t delete the activity or add a second one."
        if packed.is_scorm
        else "Put the new zip in the old one’s place, under the same activity and registrations."
    )
    return (
        row("Do this", how),
        row("Learners", "Nothing is reset: completions, scores and places are kept, since ids "
            "never change. An answer is lost only where its question has gone; the author’s "
            "changelog says which."),
    )  # fmt: skip


def accessibility(facts: Facts) -> tuple[Row, ...]:
    """What holds of WCAG 2.2 AA, and what doesn't, of this module."""
    works = (
        "By keyboard alone, with screen readers, at 320 px and 400% zoom, in dark and forced "
        "colours, with reduced motion, on paper, and as plain reading without scripts."
    )
    made = "Made to WCAG 2.2 AA, and tested by machine and by keyboard; no outside audit."
    rows = [row("Conformance", made), row("Works", works)]
    if facts.films:
        rows.append(row("Films", "All have captions and a transcript of what is said and seen."))
    rows.append(row("Known limits", *_limits(facts)))
    return tuple(rows)


def _limits(facts: Facts) -> list[str]:
    plain = sum(film.described is None for film in facts.films)
    films = "films have" if plain != 1 else "film has"
    return [
        f"{plain} {films} no audio description; transcripts tell what is seen." if plain else "",
        "Files to download were not tested by rsscorm." if facts.has_downloads else "",
        "The LMS’s own pages around it are not part of this.",
    ]


def _file(facts: Facts, packed: Packed) -> tuple[Row, ...]:
    deployment = facts.deployment
    rows = [
        row("File", code=packed.file),
        row("SHA-256", code=packed.sha256),
        row("Build digest", code=packed.content),
        row("Module", f"{facts.module.id}, made with rsscorm {facts.version}. A list of the parts "
            "is beside it (.cdx.json)."),
        row("Self-test", "“Check this package” at the foot of the module, or selftest.html in it."),
    ]  # fmt: skip
    if deployment.contact:
        rows.append(row("Questions", deployment.contact))
    if deployment.privacy:
        rows.append(row("Privacy notice", deployment.privacy))
    return tuple(rows)
