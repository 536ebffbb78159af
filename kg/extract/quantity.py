"""The record of one number in a text."""

from __future__ import annotations

from dataclasses import dataclass

from kg.extract.units import Form


@dataclass(frozen=True)
class Quantity:
    """A number with its unit: `text[start:end]` is the verbatim number.

    `value` is in `unit`, without conversion; `value_max` is the upper end of a range, `baseline_value` the value it is
    compared with in the same statement, written at `baseline_span`. `noun` is what is counted or measured right after
    the number ('1,200 clips' → 'clips'), also the unit of a count. `series` numbers the lists of the text whose
    members stand side by side ('3.1%, 2.0% and 4.4%'), `position` counts within it; None for a quantity alone.
    """

    start: int
    end: int
    value: float
    form: Form
    unit: str | None = None
    value_max: float | None = None
    baseline_value: float | None = None
    baseline_span: tuple[int, int] | None = None
    noun: str | None = None
    noun_end: int | None = None
    qualifier: str | None = None
    relative: bool | None = None
    signed: bool = False
    named: bool = False
    series: int | None = None
    position: int = 0
