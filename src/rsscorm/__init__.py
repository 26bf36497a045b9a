"""rsscorm compiles authored modules into SCORM 1.2 and xAPI packages with polls."""

__version__ = "0.1.0"
