"""Recognizes the lines at which a program that reads a live console has to act: no more than their form.

What a log means, rootmode-check says: see rootmode.log.
"""

import re

_NARRATIVE = re.compile(r"\[ *\d+\.\d{6}\] (?:cpus? [0-9,-]+|[a-z0-9]+): ")
_RESULT = re.compile(r"RESULT: [A-Z]+(?: [A-Za-z0-9-]+)*")
_MONITOR_BEGIN = re.compile(r"\[ *\d+\.\d{6}\] rootmode: monitor started\b.*")
_MONITOR_END = re.compile(r"\[ *\d+\.\d{6}\] rootmode: monitor ended")


def is_narrative(line: str) -> bool:
    """Return True for a line with a time stamp and a scope, which only the kernel prints."""
    return _NARRATIVE.search(line) is not None


def is_result(line: str) -> bool:
    """Return True for the last line of a log."""
    return _RESULT.fullmatch(line) is not None


def is_monitor_begin(line: str) -> bool:
    """Return True for the line after which the monitor accepts requests."""
    return _MONITOR_BEGIN.fullmatch(line) is not None


def is_monitor_end(line: str) -> bool:
    """Return True for the first line after the monitor's last request."""
    return _MONITOR_END.fullmatch(line) is not None
