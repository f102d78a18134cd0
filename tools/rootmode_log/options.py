"""The command line of rootmode-log."""

import argparse
from pathlib import Path
from typing import NoReturn

FORMATS = ("table", "json", "jsonl", "csv", "junit", "tap", "markdown", "html")
EXIT_USAGE = 2
EPILOG = """\
A FILE is a log or a dump, as rootmode-check reads it; in a folder, all files are read; - is the standard input.

exit status: 0 all could be read, and no expectation was departed from; 1 a departure, a difference between the
two, or a CPU that lacks what is required; 2 wrong usage; 3 a file is no log, or rootmode-check is missing

examples:
  rootmode-log logs/
  rootmode-log --format html logs/ > fleet.html
  rootmode-log --compare old.txt new.txt --as qemu
  rootmode-log --baseline pool/ --as libvirt
  rootmode-log --expect rack.toml logs/
"""


class Parser(argparse.ArgumentParser):
    """Prints an error in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_USAGE, f"rootmode-log: {message} (--help shows how)\n")


def parser() -> Parser:
    """Return the parser of the options."""
    made = Parser(prog="rootmode-log", description="Show, compare and judge any number of logs of rootmode.",
                  epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    option = made.add_argument
    option("files", nargs="*", metavar="FILE", help="a log, or a folder with logs (default: the standard input)")
    option("-F", "--format", choices=FORMATS, default="table", help="the form of the output (default: table)")
    option("-b", "--boot", type=int, default=0, metavar="N", help="of a log with several boots, boot N (default: the last)")
    modes = made.add_mutually_exclusive_group()
    modes.add_argument("-c", "--compare", action="store_true", help="print what differs between two logs")
    modes.add_argument("-B", "--baseline", action="store_true", help="print the capabilities that all machines have")
    modes.add_argument("-e", "--expect", type=Path, metavar="FILE", help="print each departure from the expectations")
    modes.add_argument("-w", "--write-expect", action="store_true", help="print, as TOML, the expectations that a log meets")
    modes.add_argument("-R", "--requires", default="", metavar="NAME|FILE",
                       help="print which CPU lacks what a hypervisor requires, as rootmode-check does")
    option("-a", "--as", dest="form", choices=("text", "qemu", "libvirt"), default="text",
           help="print a CPU: with --compare, one that brings the second machine down to the first; with --baseline, "
           "one per machine (default: text)")
    option("-m", "--machine", default="", metavar="NAME",
           help="the name for the key `where` of known deviations, such as bochs-2.7/tigerlake (default: the log's)")
    option("-V", "--version", action="store_true", help="print the version")
    return made


def parse(arguments: list[str], made: Parser) -> argparse.Namespace:
    """Parse the options. Mistakes end the program."""
    options = made.parse_args(arguments)
    if options.boot < 0:
        made.error("--boot expects a number from 1 on")
    if options.form != "text" and not (options.compare or options.baseline):
        made.error("--as needs --compare or --baseline")
    judges = (options.compare, options.baseline, options.expect, options.write_expect, options.requires)
    if options.format != "table" and any(judges):
        made.error("--format is for lists of logs: it cannot be combined with what compares or judges them")
    if options.compare and len(options.files) != 2:
        made.error("--compare needs two logs")
    return options
