"""A serial port at which somebody waits for texts, and does something about each."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rootmode.line import Line

Act = Callable[["Typist"], object]
Step = tuple[str, bytes | Act]  # the text to wait for, after that of the step before; keys to send, or what to call


class Typist(Line):
    """Takes the steps, one after the other; `seen` is all that the port has shown."""

    def __init__(self, workdir: Path, steps: Sequence[Step]) -> None:
        super().__init__(workdir)
        self.seen = ""
        self._steps = list(steps)
        self._from = 0

    @property
    def is_done(self) -> bool:
        """Whether all texts have come."""
        return not self._steps

    def peer(self) -> Any:
        return None

    def typed(self) -> None:
        raise AssertionError("there is no peer")

    def show(self, data: bytes) -> None:
        self.seen += data.decode("ascii", "replace")
        while self._steps and self._steps[0][0] in self.seen[self._from:]:
            text, act = self._steps.pop(0)
            self._from = self.seen.index(text, self._from) + len(text)
            if callable(act):
                act(self)
            else:
                self.send(act)
