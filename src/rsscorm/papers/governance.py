"""Answers for information governance: what an impact assessment (DPIA) and the NHS's DTAC ask.

Of one module as one organisation has it. What only the organisation can say is marked as open.
What the poll service itself keeps is told by its own page, `rsscorm polls privacy`.
"""

from __future__ import annotations

from rsscorm.english import counted
from rsscorm.papers.datasheet import accessibility
from rsscorm.papers.facts import Facts, Told
from rsscorm.papers.sheet import Row, Section, Sheet, day, row

TOLD: dict[Told, str] = {
    "scored": "With a right answer: the answer and whether it is right. To the LMS.",
    "answer": "Without a right answer: the answer. To the LMS.",
    "fact": "Without a right answer: only that it was answered. To the LMS.",
    "written": "In own words: only that something was written. To the LMS. The words stay on the "
    "device, sealed.",
}
"""What is said of questions, by what is told of them."""


def sheet(facts: Facts) -> Sheet:
    """The whole of it."""
    module, deployment = facts.module, facts.deployment
    return Sheet(
        kind="Answers on data protection",
        title=module.title,
        lead=(
            "For a data protection impact assessment (DPIA) and for DTAC. Made from how this "
            "module is set up; what only your organisation can say is marked."
        ),
        owner=deployment.name or "",
        facts=(
            ("Module", module.id),
            ("Edition", module.edition),
            ("Polls", _polls_in_short(facts)),
            ("Poll service", facts.service or "none"),
        ),
        sections=(
            Section("Purpose and people", _purpose(facts)),
            Section("Data items", _items(facts),
                    lead="All that leaves the page, and what stays behind on the device."),
            Section("Who can see what", _who(facts)),
            Section("Lawful basis and rights", _basis(facts)),
            Section("Retention", _retention(facts)),
            Section("Hosting and sub-processors", _hosting(facts)),
            Section("Security", _security(facts)),
            Section("Risks that remain", _risks(facts)),
            Section("Accessibility (DTAC D1)", accessibility(facts)),
            Section("Clinical safety and exchange (DTAC C1, C4)", _dtac(facts)),
        ),
    )  # fmt: skip


def _polls_in_short(facts: Facts) -> str:
    answers = "named" if facts.is_named else "anonymous"
    return f"{len(facts.polls)}, {answers}" if facts.polls else "none"


def _purpose(facts: Facts) -> tuple[Row, ...]:
    polls = "" if not facts.polls else (
        "Polls let colleagues compare views; no one is assessed by them."
    )  # fmt: skip
    return (
        row("Purpose", f"Training of staff: {facts.module.summary}", polls),
        row("Whose data", "Staff who take the module. No patients’ or carers’ data are asked for."),
        row("How many", open="how many staff will take it, and in which roles"),
        row("Controller", facts.deployment.name or "", open="name and address, and the DPO"
            if not facts.deployment.name else "address, and the DPO"),
        row("Contact", facts.deployment.contact or "",
            open="" if facts.deployment.contact else "whom staff can write to"),
        row("Special category", "None is asked for by design. Have questions and polls read for "
            "health, belief, union membership or the like.", open="confirmed by whom"),
    )  # fmt: skip


def _items(facts: Facts) -> tuple[Row, ...]:
    told = facts.told
    status = "Begun, then " + facts.status + ("; a score" if facts.has_score else "; no score")
    rows = [
        row("Progress", f"{status}; time spent, place, steps seen. To the LMS (xAPI: its LRS).")
    ]
    rows += [
        row(counted(told[kind], "question"), said) for kind, said in TOLD.items() if told[kind]
    ]
    return (*rows, *_poll_items(facts), *_others(facts))


def _poll_items(facts: Facts) -> list[Row]:
    if not facts.polls:
        return []
    record = "the option chosen" if facts.is_named else "only that it was answered, and not how"
    rows = [row(counted(len(facts.polls), "poll"), f"To the LMS: {record}.")]
    if facts.service:
        group = f", the group “{facts.deployment.cohort}”" if facts.deployment.cohort else ""
        rows.append(
            row(
                "Poll service",
                f"To {facts.service}: the option, a code instead of a name (a hash, made in the "
                f"browser, of the id that the LMS gives){group}, and a proof that a later answer "
                "is the same learner’s. No name, user name, e-mail address or free text.",
                "" if facts.is_named else "The day is kept there, and not the time.",
            )
        )
    return rows


def _others(facts: Facts) -> list[Row]:
    waits = " Answers to polls wait there, sealed, for a week at most." if facts.service else ""
    device = f"A copy of what is not yet saved, for the same learner only.{waits}"
    return [
        row("Read, not kept", "The LMS’s id of the learner, to keep learners on a shared computer "
            "apart; it leaves the page as a hash alone. In an xAPI launch the LRS gets the actor "
            "that the launch names."),
        row("On the device", device),
        row("Not at all", "Cookies, analytics, advertising, third parties’ scripts or fonts, "
            "location, camera, microphone."),
    ]  # fmt: skip


def _who(facts: Facts) -> tuple[Row, ...]:
    lms = "LMS administrators, and managers with access to reports: progress, score and answers as "
    rows = [row("In the LMS", f"{lms}listed above.", open="which roles")]
    if facts.polls and facts.is_named:
        rows.append(row("Named polls", "The organisation sees each person’s answer; learners are "
                        "told so before they answer."))  # fmt: skip
    if facts.service:
        least = facts.module.polls.least
        rows += [
            row("Colleagues", f"Rounded results, from {least} people on; never an exact count."),
            row("The poll service", "Its keepers see codes and options, and no names."),
        ]
    return tuple(rows)


def _basis(facts: Facts) -> tuple[Row, ...]:
    rows = [
        row("Lawful basis", "Employers’ training mostly rests on a public task, UK GDPR article "
            "6(1)(e), or a legal obligation, 6(1)(c).", open="the basis, confirmed by the trust"),
        row("Told to staff", facts.deployment.privacy or "",
            open="" if facts.deployment.privacy else "the address of the privacy notice"),
        row("Access, erasure", "In the LMS as for any training record."),
    ]  # fmt: skip
    if facts.service:
        rows.append(
            row(
                "Erasure of votes",
                "Until the polls are closed, by whoever runs the service "
                "(rsscorm polls erase). Afterwards votes can’t be joined to people.",
            )
        )
    if facts.polls:
        rows.append(row("Free choice", "Polls can be skipped; the module is completed without."))
    return tuple(rows)


def _retention(facts: Facts) -> tuple[Row, ...]:
    rows = [row("Learning record", "As the LMS keeps training records.", open="the period")]
    if facts.service:
        rows.append(row("Single votes", "90 days after the polls are closed; then totals only. At "
                        "closing the key that joins codes to people is destroyed."))  # fmt: skip
        until = facts.module.polls.until
        closing = "" if until else "when, and by whom the polls are closed"
        rows.append(row("Last day of votes", day(until) if until else "", open=closing))
    rows.append(row("On the device", "Until saved; notes until the learner clears them at the end "
                    "or the browser’s data are deleted."))  # fmt: skip
    return tuple(rows)


def _hosting(facts: Facts) -> tuple[Row, ...]:
    rows = [row("The package", "In the organisation’s own LMS; files, and no server part.",
                open="where the LMS is hosted, and by whom")]  # fmt: skip
    if facts.service:
        rows.append(row("Poll service", f"At {facts.service}, an address of its own over HTTPS.",
                        open="who runs it, in which country"))  # fmt: skip
    none = "None on the part of the module." if not facts.service else "None that the module adds."
    rows.append(row("Sub-processors", none, open="those of the LMS"
                    + (" and of the poll service" if facts.service else "")))  # fmt: skip
    rows.append(row("Outside the UK", open="whether any of them, and on what terms"))
    return tuple(rows)


def _security(facts: Facts) -> tuple[Row, ...]:
    reach = "the package itself" + (f" and {facts.service}" if facts.service else "")
    return (
        row("What it may reach", f"Its content policy names {reach}, and nothing else. In an xAPI "
            "package the launch’s LRS as well."),
        row("Secrets", "None is in a package: the build refuses keys, passwords and tokens."),
        row("Code", "No third-party code runs. The parts list (.cdx.json) names what others made."),
        row("Log-in", "The LMS’s own. The module has no accounts and no passwords."),
        row("Authenticity", "The datasheet has the SHA-256 of each package."),
        row("In transit", "HTTPS to the poll service."
            if facts.service else "As the LMS does it.", open="" if facts.service else
            "whether the LMS is served over HTTPS"),
    )  # fmt: skip


def _risks(facts: Facts) -> tuple[Row, ...]:
    kept = "answers to polls too. Notes are" if facts.is_named else (
        "the data for going on too. Notes and answers to anonymous polls are"
    )  # fmt: skip
    seen = f"Can read what the LMS keeps of a learner, {kept} not in it."
    rows = [row("Administrators", seen)]
    if facts.service:
        rows += [
            row("Who votes", "A SCORM package can’t prove it: counts are indicative."),
            row("Small groups", "Whoever adds invented votes can narrow down how a few others "
                "answered. No full anonymity is promised below about 1,000 people."),
            row("The network", "Sees that a computer calls the service, and not what it says."),
        ]  # fmt: skip
    rows.append(row("Shared computers", "Nothing readable is left: copies are sealed with a key "
                    "that is in the learner’s own record."))  # fmt: skip
    return tuple(rows)


def _dtac(facts: Facts) -> tuple[Row, ...]:
    return (
        row("Clinical safety", "Training for staff; it takes no part in the care of a patient and "
            "gives no advice about one.", open="confirmed by the clinical safety officer"),
        row("Interoperability", "SCORM 1.2 and xAPI 1.0.3 (Tin Can launch), checked against their "
            "schemas."),
        row("Reviewed", _reviewed(facts), open="" if facts.module.reviewed else "by whom and when"),
    )  # fmt: skip


def _reviewed(facts: Facts) -> str:
    review = facts.module.reviewed
    return f"By {review.by}, {day(review.on)}; due again on {day(review.next)}." if review else ""
