"""JUnit's XML, as CI systems read it: a suite for each log."""

import re
from collections.abc import Iterator, Sequence

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


def _suite(entry: Entry) -> junitparser.TestSuite:
    machine = _NOT_XML.sub("?", entry.machine)
    suite = junitparser.TestSuite(machine)
    suite.add_property("file", _NOT_XML.sub("?", entry.file))
    for case in cases(entry):
        suite.append(_element(machine, case))
    suite.update_statistics()
    return suite


def to_junit(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the parts of the document. Its head has the sums, so each suite is made twice, and none is kept."""
    document = junitparser.JUnitXml("rootmode")
    for name in ("tests", "failures", "errors", "skipped"):
        setattr(document, name, 0)
    for entry in entries:
        suite = _suite(entry)
        for name in ("tests", "failures", "errors", "skipped"):
            setattr(document, name, getattr(document, name) + getattr(suite, name))
    head: bytes = document.tostring()
    yield re.sub(r" ?/>\s*$|></testsuites>\s*$", ">", head.decode("utf-8"))
    for entry in entries:
        text: bytes = _suite(entry).tostring()
        yield re.sub(r"^<\?xml[^>]*>\s*", "", text.decode("utf-8"))
    yield "</testsuites>\n"
