"""JUnit's XML, as CI systems read it: a suite for each log."""

import re
from collections.abc import Iterable

import junitparser

from rootmode_log.cases import Case, cases
from rootmode_log.entry import Entry

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd]")  # XML 1.0 has no other control characters


def _element(machine: str, case: Case) -> junitparser.TestCase:
    element = junitparser.TestCase(case.name, machine)
    why = _NOT_XML.sub("?", case.why)
    kinds = {"fail": junitparser.Failure, "error": junitparser.Error, "skip": junitparser.Skipped}
    if case.outcome in kinds:
        element.result = [kinds[case.outcome](why)]
    return element


def to_junit(entries: Iterable[Entry]) -> str:
    """Return the document."""
    document = junitparser.JUnitXml("rootmode")
    for entry in entries:
        machine = _NOT_XML.sub("?", entry.machine)
        suite = junitparser.TestSuite(machine)
        suite.add_property("file", _NOT_XML.sub("?", entry.file))
        for case in cases(entry):
            suite.append(_element(machine, case))
        suite.update_statistics()
        document.append(suite)  # add_testsuite() would compare it with all others
    document.update_statistics()
    text: bytes = document.tostring()
    return text.decode("utf-8") + "\n"
