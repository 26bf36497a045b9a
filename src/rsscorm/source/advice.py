"""What an author can do next, by what is wrong; and what authors call things."""

from __future__ import annotations

MISSING = {
    "alt": "Say in a few words what the picture shows; if it only decorates: `decorative: true`.",
    "captions": "For those who can't hear: a WebVTT file, such as `captions: media/film.en.vtt`.",
    "transcript": "A Markdown file with all that is said and shown, such as `transcript: film.md`.",
    "id": "Give it an id of its own that never changes, such as `id: early-sign`.",
    "title": "Give it a title.",
    "summary": "Say in a sentence what it is about.",
    "kind": "Say what the step is for: `learn`, `reflect` or `connect`.",
    "steps": "Write at least one step.",
    "blocks": "Write at least one block, such as `- text: Words`.",
    "options": "Write each as its id and its words: `- my-id: Words`.",
    "labels": "Write the points of the scale, such as `labels: [Not at all, Somewhat, Very]`.",
    "tone": "Say how it is meant: `key-point`, `warning` or `remember`.",
    "when": "Say what completes it: `all-steps`, `required-steps` or `passed`.",
    "next": "Say when the review is due again, such as `next: 2027-05-01`.",
    "on": "Say on which day, such as `on: 2026-05-01`.",
    "by": "Say by whom, such as `by: Clinical lead`.",
    "who": "Say whose words these are, such as `who: A ward manager`.",
    "goto": "Name the scene that it leads to.",
    "start": "Name the scene that comes first.",
    "rsscorm": "Begin the file with `rsscorm: 1`.",
    "edition": 'Name this edition, such as `edition: "2026.1"`.',
    "complete": "Say what completes the module: `complete:` and, below it, `when: all-steps`.",
    "language": "Say `language: en`.",
    "minutes": "Say how many minutes it takes, such as `minutes: 15`.",
}
"""What an author does about a key that isn't there."""

BELOW = {
    "Feedback": ["correct: Well done.", "incorrect: Look again."],
    "Review": ["by: Clinical lead", "on: 2026-05-01", "next: 2027-05-01"],
    "Completion": ["when: all-steps"],
    "PollRules": ["answers: anonymous"],
    "Pilot": ["from: pilot.csv", "on: 2026-03-01", "who: 212 staff of two trusts"],
}
"""What stands below a key that has keys of its own, by the model of its value."""

SYNONYMS = {
    "question": "choice", "single-choice": "choice", "multiple-choice": "choices",
    "multi-choice": "choices", "film": "video", "picture": "image", "photo": "image",
    "sound": "audio", "podcast": "audio", "markdown": "text", "paragraph": "text", "body": "text",
    "likert": "scale", "rating": "scale", "reflection": "note", "journal": "note", "survey": "poll",
    "vote": "poll", "sort": "order", "pairs": "match", "matching": "match", "file": "download",
    "flashcards": "cards", "pledge": "commitment", "branching": "scenario", "box": "callout",
    "subtitles": "captions", "questions": "bank", "answers": "options", "choices": "options",
    "label": "labels", "description": "summary", "name": "title", "author": "by",
    "duration": "minutes",
    "statement": "scale", "pass-score": "pass-mark", "passmark": "pass-mark", "lang": "language",
    "version": "edition", "correct-answer": "answer", "caption": "captions", "next": "goto",
}  # fmt: skip
"""What other tools call it."""

HINTS = {
    "reserved-id": "Choose another id.",
    "empty": "Write it, or delete the key.",
    "not-text": "Text that begins with `[` or `{` goes after `|`, on the next line.",
    "cut-prose": "Put `|` after the colon and the text on the next line, further in: nothing needs "
                 "quoting there. Or put each item of a list on its own line.",
    "not-a-number": "Write it in figures alone, with no unit or sign.",
    "not-true-or-false": "Write `true` or `false`.",
    "bad-date": "Such as `2026-05-01`.",
    "bad-edition": 'Such as `edition: "2026.1"`.',
    "bad-language": "Such as `language: en`.",
    "not-yet": "Leave it out until then.",
    "alt-text": "Say in `alt` what it shows; `decorative: true` is for one that says nothing.",
    "not-an-item": "Write the id and the words first, then what belongs to them on the next lines.",
    "perspective-form": "Write `text`, or `video` with its captions and transcript, or "
                        "`audio` with its transcript.",
    "poll-form": "Give it `options`, or `labels` for a scale, or `first` if it is the second vote "
                 "of a choice.",
    "not-https": "Write the whole address, such as `https://www.example.org`.",
    "not-a-colour": "Six figures in quotes, such as `\"#0b5c5c\"`, or the name of another colour.",
    "not-a-font": "Such as `Arial, sans-serif`.",
    "not-a-weight": "Such as `600`, or `400 700` for a font with all between.",
    "not-pixels": "Such as `8px`.",
    "bad-point": "Per cent from the left and from the top of the picture.",
}  # fmt: skip
"""What to do next, by code."""

NAMES = {
    "Settings": "`rsscorm.yaml`", "Tokens": "`theme.yaml`", "Module": "`module.yaml`",
    "Review": "`reviewed`", "Completion": "`complete`", "PollRules": "`polls`",
    "Turn": "option of a scene", "PollOption": "option", "Film": "`video`", "Picture": "`image`",
    "Recording": "`audio`", "Pilot": "`pilot`", "Feedback": "`feedback`", "Pair": "pair",
    "Section": "section", "Moment": "moment", "Markdown": "text",
}  # fmt: skip
"""What authors call the parts, where it isn't the class's own name."""
