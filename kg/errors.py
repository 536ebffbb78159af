"""The errors that `kg` raises for people to read.

    KgError
    ├── InputError      something the user gave us cannot be read (file, line, record)
    ├── UsageError      the command or the call was asked for something impossible
    ├── ModelError      the extraction model is missing, damaged or of another version
    ├── StoreError      the embedded store or the server cannot be opened, read or written
    ├── QueryRefused    a statement that would do more than read
    └── MissingExtra    an optional dependency is needed and absent

Every message says what was wrong, where, and what to do; the command line prints it without a traceback.
"""

from __future__ import annotations


class KgError(Exception):
    """Base of every error that `kg` raises on purpose."""


class InputError(KgError):
    """Something the user gave us cannot be read.

    `file`, `line` (1-based) and `record` say where, as far as known; `str()` puts them before the reason.
    """

    def __init__(
        self, reason: str, *, file: str | None = None, line: int | None = None, record: str | None = None
    ) -> None:
        self.reason, self.file, self.line, self.record = reason, file, line, record
        place = ":".join(str(part) for part in (file, line) if part is not None)
        if record is not None:
            place = f"{place} ({record})" if place else record
        super().__init__(f"{place}: {reason}" if place else reason)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Survive the way from a worker process, with the place."""
        return _input_error, (self.reason, self.file, self.line, self.record)


def _input_error(reason: str, file: str | None, line: int | None, record: str | None) -> InputError:
    return InputError(reason, file=file, line=line, record=record)


class UsageError(KgError):
    """The command or the call was asked for something impossible."""


class ModelError(KgError):
    """The extraction model is missing, damaged or of another version."""


class StoreError(KgError):
    """The embedded store or the server cannot be opened, read or written."""


class QueryRefused(KgError):
    """A statement that would do more than read."""


class MissingExtra(KgError):
    """An optional dependency is needed and absent.

    `feature` is what the user asked for, `extra` the extra of `paper-kg` that brings it.
    """

    def __init__(self, feature: str, extra: str) -> None:
        self.feature, self.extra = feature, extra
        super().__init__(f"{feature} needs an extra package: pip install 'paper-kg[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtra], tuple[str, str]]:
        """Survive the way from a worker process."""
        return type(self), (self.feature, self.extra)
