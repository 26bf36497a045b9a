"""The author's live preview: a module in a pretend LMS, in the browser, as it is being written.

The LMS is the referee's. Each save is rendered in this process and handed to the page that is
open, which takes it up as a learner's window would take up another edition of the module.
"""
