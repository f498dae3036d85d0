"""Reads sums as people write them (“40,000 ÷ 1.08 − 60,000”, “0.5 % of 480 hours”) and works them out."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_NUMBER: Final = r"[€£$]?\d+(?:,\d{3})*(?:\.\d+)?(?:[ \u00a0]?%|[ \u00a0]million\b)?[²³⁴⁵]?"
_UNIT: Final = r"(?:[ \u00a0](?!(?:is|are|and|or|of|makes?|leaves?|at|from|to|in|a)\b)[A-Za-z][a-z’]*){0,2}"
_TERM: Final = rf"\(*{_NUMBER}{_UNIT}\)*"
_SUM: Final = rf"{_TERM}(?:\s[×÷+−·]\s{_TERM})+"
_RESULT: Final = rf"(?:about\s|roughly\s|almost\s)?(?:−\s?)?{_NUMBER}(?![-–,.]?\d)"
_EQUATION: Final = re.compile(
    rf"(?<![\d.,€×÷+−(]\s)(?<![×÷+−(\d.,])(?P<sum>{_SUM})\s?(?:=|\bis\b|\bare\b|\bmakes?\b)\s(?P<result>{_RESULT})"
)
_TOKEN: Final = re.compile(
    r"[€£$]?(\d+(?:,\d{3})*(?:\.\d+)?)([ \u00a0]?%|[ \u00a0]million)?([²³⁴⁵]?)|([×÷+−·()])|\S+"
)
_SHARE: Final = re.compile(rf"({_NUMBER})\sof\s(?={_NUMBER})")
_FRACTIONS: Final = {"half of": "0.5 × ", "a quarter of": "0.25 × ", "a third of": "0.3333333333 × "}
_MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
_DAY_BEFORE: Final = re.compile(r"(?P<day>\d{1,2} [A-Z][a-z]+(?: 20\d\d)?) − (?P<weeks>\d+) weeks$")
_POWERS: Final = {"": 1, "²": 2, "³": 3, "⁴": 4, "⁵": 5}
# Seconds, minutes and hours; shares and per cent.
_CONVERSIONS: Final = (1, 60, 3600, 100)


@dataclass(frozen=True)
class Sum:
    written: str
    computed: float
    result: str

    @property
    def is_right(self) -> bool:
        return agrees(self.computed, self.result)


def equations(text: str) -> Iterator[Sum]:
    """Every “sum = result” or “sum is result” in a text."""
    for match in _EQUATION.finditer(text):
        computed = evaluate(match["sum"])
        if computed is not None:
            yield Sum(match[0], computed, match["result"])


def step(working: str, result: str) -> Iterator[Sum]:
    """What a step of a worked example says: its working and its result, where the working is a sum.

    A running total stands beside an equation (“6 × 0.08 s = 0.48 s”); then the equation is what is checked.
    """
    if day := _DAY_BEFORE.match(working):
        yield _day_before(day, result)
        return
    parts, results = _parts(working), _parts(result)
    if len(parts) != len(results):
        parts, results = [working], [result]
    for part, said in zip(parts, results, strict=True):
        yield from equations(part)
        first, _comma, rest = part.partition(", ")
        left, equals, right = first.partition(" = ")
        if price := re.match(r"at (€[\d.,]+)", rest):  # “150 × 2 min = 5 h, at €45”
            computed = evaluate(f"{right or left} × {price[1]}")
        elif whole := re.fullmatch(r"of ([\d,]+)", rest):  # “150 found + 9,310 left alone, of 10,000”
            computed = evaluate(f"({left}) ÷ {whole[1]}")
        elif equals and not said.isdigit():
            computed = None
        else:
            computed = evaluate(left)
        if computed is not None and any(map(str.isdigit, said)):
            if rest == "rounded up" or (equals and said.isdigit()):
                computed = float(math.ceil(computed))
            yield Sum(f"{part} | {said}", computed, said)


def _day_before(match: re.Match[str], result: str) -> Sum:
    """“31 October 2028 − 43 weeks | 4 Jan 2028”: 0 where the days agree."""
    said = _day(result, "")
    day = _day(match["day"], str(said.year if "20" not in match["day"] else ""))
    return Sum(f"{match[0]} | {result}", (day - timedelta(weeks=int(match["weeks"])) - said).days, "0")


def _day(text: str, year: str) -> date:
    number, month, *rest = text.split()
    return date(int(rest[0] if rest else year), _MONTHS.index(month[:3].lower()) // 3 + 1, int(number))


def _parts(text: str) -> list[str]:
    return re.split(r"\s(?:and|or)\s(?=[\d€(])", text)


def evaluate(text: str) -> float | None:
    """The value of a sum with × ÷ + − and brackets, or None where the text is something else."""
    text = text.strip()
    for words, factor in _FRACTIONS.items():
        text = text.replace(words, factor) if text.startswith(words) else text
    if share := _SHARE.match(text):
        sign = "×" if "%" in share[1] else "÷"
        text = f"{share[1]} {sign} {text[share.end() :]}"
    out, is_sum, units = [], False, 0
    for match in _TOKEN.finditer(text):
        number, scale, power, sign = match.groups()
        if number:
            if out and out[-1][-1].isdigit():
                return None  # two numbers without a sign between them
            value = float(number.replace(",", ""))
            value *= {"%": 0.01, "million": 1e6}.get((scale or "").strip(), 1)
            out.append(f"{value!r}**{_POWERS[power]}")
            units = 0
        elif sign:
            out.append({"×": "*", "·": "*", "÷": "/", "−": "-"}.get(sign, sign))
            is_sum = is_sum or sign not in "()"
            units = 0
        else:
            units += 1
            if not out or units > 3 or not re.fullmatch(r"[A-Za-z’-]+", match[0]):
                return None
    if not is_sum or not out or (not out[-1][-1].isdigit() and out[-1] != ")"):
        return None
    try:
        return float(eval("".join(out), {"__builtins__": {}}))
    except (SyntaxError, ZeroDivisionError):
        return None


def agrees(computed: float, result: str) -> bool:
    """Whether a result is the computed one, as exactly as it is written; “about” leaves 5 % more.

    It may be in another unit of time or per cent: 150 × 2 min is 300 and 5 h.
    """
    match = re.search(r"(−\s?)?[€£$]?(\d+(?:,\d{3})*(?:\.(\d+))?)([ \u00a0]?%|[ \u00a0]million)?", result)
    if match is None:
        return False
    value = float(match[2].replace(",", "")) * (-1 if match[1] else 1)
    half = 0.5 * 10 ** -len(match[3] or "")
    if match[4]:
        factor = 0.01 if "%" in match[4] else 1e6
        value, half = value * factor, half * factor
    if re.match(r"about|roughly|almost", result):
        half = max(half, abs(value) * 0.05)
    half += 1e-9 * max(1, abs(value))
    if match[4] and result.startswith(("+", "−")):  # “75,600 ÷ 72,000 | + 5 %” is a growth
        return abs(computed - 1 - value) <= half
    ways = {computed * way for way in _CONVERSIONS} | {computed / way for way in _CONVERSIONS}
    return any(abs(way - value) <= half for way in ways)
