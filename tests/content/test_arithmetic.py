"""Every figure has been worked out: a reader with a pocket calculator gets the same.

Two ways. Sums that stand in a text as sums are read and computed, wherever they stand. Figures whose sum is
not written out (an internal rate of return, hours per month, a chance) are computed here and must stand in
the text exactly so.
"""

from collections import Counter
from functools import cache
from math import comb

import pytest

from exchange.content_files import plain
from tests.content.given import CODES, LESSON_IDS, LESSONS, SLUGS, course, lesson, listed, words
from tests.content.sums import Sum, agrees, equations, evaluate, step
from tests.content.test_language import texts_of_course, texts_of_word

# --- Sums that are written out


@pytest.mark.parametrize(("code", "name"), LESSONS, ids=LESSON_IDS)
def test_the_steps_of_worked_examples_give_what_they_say(code: str, name: str) -> None:
    wrong = [one for one in steps_of(code, name) if not one.is_right]

    assert not wrong, listed(wrong)


def steps_of(code: str, name: str) -> list[Sum]:
    return [
        one
        for piece in lesson(code, name).of_kind("example")
        for row in piece.data["steps"]
        for one in step(plain(str(row.get("working", ""))), plain(str(row.get("result", ""))))
    ]


@pytest.mark.parametrize("code", CODES)
def test_the_sums_in_the_texts_and_questions_of_a_course_are_right(code: str) -> None:
    wrong = [one for text in texts_of_course(code) for one in equations(plain(text)) if not one.is_right]

    assert not wrong, listed(wrong)


def test_the_sums_in_the_glossary_are_right() -> None:
    wrong = [
        f"{slug}: {one}"
        for slug in SLUGS
        for text in texts_of_word(slug)
        for one in equations(plain(text))
        if not one.is_right
    ]

    assert not wrong, listed(wrong)


def test_most_sums_are_read() -> None:
    """A reader of sums that understands none would find no fault."""
    in_examples = sum(len(steps_of(code, name)) for code, name in LESSONS)
    in_texts = sum(1 for code in CODES for text in texts_of_course(code) for _one in equations(plain(text)))

    assert in_examples >= 200
    assert in_texts >= 100


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("40,000 ÷ 1.08 + 30,000 ÷ 1.08² − 60,000", 2757.2),
        ("(45.00 − 27.90) ÷ 45.00", 0.38),
        ("0.5 % of 480 hours", 2.4),
        ("a quarter of €99,400 + €0", 24850),
        ("150 of 640", 0.234375),
        ("12 people × 0.4 h", 4.8),
        ("nothing to compute", None),
        ("07:00 to 07:30", None),
    ],
)
def test_a_sum_is_read_as_people_write_it(text: str, value: float | None) -> None:
    computed = evaluate(text)

    assert computed == (None if value is None else pytest.approx(value, abs=0.05))


@pytest.mark.parametrize(
    ("computed", "said", "right"),
    [
        (300, "5 h", True),
        (0.0163, "1.63 %", True),
        (2998.8, "€3,000", False),
        (1.6667, "1.7 years", True),
        (1.05, "+ 5 %", True),
        (248, "about 25 people", False),
        (24.8, "about 25 people", True),
        (-30000, "− €30,000", True),
    ],
)
def test_a_result_may_be_rounded_but_not_more_than_it_shows(computed: float, said: str, right: bool) -> None:
    assert agrees(computed, said) is right


# --- Figures whose sum is not written out


def npv(rate: float, *flows: float) -> float:
    """Net present value of money at the end of years 0, 1, 2 …"""
    return sum(flow / (1 + rate) ** year for year, flow in enumerate(flows))


def irr(*flows: float) -> float:
    """The rate at which the net present value is zero, by halving; for flows that change their sign once."""
    low, high = 0.0, 10.0
    for _step in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if npv(middle, *flows) > 0 else (low, middle)
    return low


def clock(hours: float) -> str:
    """Hours as “7 h 12 min”, minutes with seconds below an hour."""
    seconds = round(hours * 3600)
    if seconds >= 3600:
        minutes = round(seconds / 60)
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{seconds // 60} min {seconds % 60} s" if seconds % 60 else f"{seconds // 60} min"


def euros(value: float, to: int = 1) -> str:
    whole = round(value / to) * to
    return f"{'−' if whole < 0 else ''}€{abs(whole):,}"


def chance_of_finishing(stories: int, sprints: int, past: list[int]) -> float:
    """Share of all mixes of past sprints, with repeats, that complete so many stories."""
    sums = Counter({0: 1})
    for _sprint in range(sprints):
        following: Counter[int] = Counter()
        for done, ways in sums.items():
            for speed in past:
                following[done + speed] += ways
        sums = following
    return sum(ways for done, ways in sums.items() if done >= stories) / len(past) ** sprints


def share_at_least(found: int, picked: int) -> float:
    """The smallest share under which a sample still shows so many in more than 2.5 of 100 cases."""
    low, high = 0.0, 1.0
    for _step in range(60):
        middle = (low + high) / 2
        chance = sum(
            comb(picked, k) * middle**k * (1 - middle) ** (picked - k) for k in range(found, picked + 1)
        )
        low, high = (low, middle) if chance > 0.025 else (middle, high)
    return low


def between(found: int, picked: int, of: int) -> str:
    """How many of all may be like those found in a sample, 95 times in 100 (Clopper and Pearson)."""
    low, high = share_at_least(found, picked), 1 - share_at_least(picked - found, picked)
    return f"{low * of:.0f} to {high * of:.0f}"


COLD = (-60_000, *[18_000] * 5)
PACKING = (-60_000, 40_000, 30_000)
SCRIPT = (-10_000, *[6_000] * 3)
PAST = [3, 5, 4, 6, 2, 4, 5, 3]
MONTH, YEAR = 30 * 24, 365 * 24

FIGURES: list[tuple[str, str, str]] = [
    # Availability in hours
    *[
        ("T2/01", clock(MONTH * (100 - promise) / 100), f"{promise} % in a 30-day month")
        for promise in (99, 99.5, 99.9, 99.95, 99.99)
    ],
    ("T2/01", "87 h 36 min", clock(YEAR * 0.01)),
    ("T2/01", "43 h 48 min", clock(YEAR * 0.005)),
    ("T2/01", "8 h 46 min", clock(YEAR * 0.001)),
    ("T2/01", "4 h 23 min", clock(YEAR * 0.0005)),
    ("T2/01", f"{YEAR * 0.0001 * 60:.0f} min", "99.99 % of a year"),
    ("T2/01", clock(900 / 700), "€900 at €700 an hour"),
    ("T2/01", f"{21 * 10 * 0.005 * 60:.0f} minutes", "99.5 % of 21 working days of ten hours"),
    ("terms/sla", f"about {0.995 * 0.995:.1%}".replace("%", " %"), "two services of 99.5 % in a row"),
    # Samples
    ("B5/02", f"{between(2, 25, 310)} people", "2 of 25 picked, 310 in all"),
    ("B5/02", f"between {between(2, 25, 100).replace(' to', ' % and')} %", "2 of 25 picked"),
    # RTO and RPO
    ("T2/04", f"€{10 // 10 * 120 + 35:,}", "15-minute copies: 10 orders again, one lost"),
    ("T2/04", f"€{980 + 28 * 120:,}", "the Thursday with last night's copy"),
    ("B5/05", f"RTO {8 - 2} h", "unbearable after 8 h, less 2 h for checking"),
    # Return, payback, net present value, internal rate of return
    ("B4/03", f"€{70 - 60},000 ÷ €60,000 is {10 / 60:.0%}".replace("%", " %"), "ROI of the packing line"),
    ("B4/03", euros(npv(0.08, *COLD) - npv(0.08, *PACKING)), "8 %"),
    *[
        ("B4/03", euros(npv(rate / 100, *COLD)), f"NPV of the cold store at {rate} %")
        for rate in (8, 12, 15, 16)
    ],
    *[("B4/03", f"{18_000 / 1.08**year:,.0f}", f"€18,000 of year {year} at 8 %") for year in range(1, 6)],
    ("B4/03", f"{irr(*COLD) * 100:.1f} %", "IRR of the cold store"),
    ("B4/03", f"{irr(*PACKING) * 100:.1f} %", "IRR of the packing line"),
    ("B4/03", f"{irr(*SCRIPT) * 100:.1f} %", "IRR of the script"),
    ("B4/03", f"ROI of {(18_000 - 10_000) / 10_000:.0%}".replace("%", " %"), "ROI of the script"),
    ("B4/03", euros(npv(0.08, *SCRIPT)), "NPV of the script at 8 %"),
    ("B4/03", euros(npv(0.08, -100_000, *[30_000] * 4)), "NPV of a plan with an ROI of 20 %"),
    ("B4/03", euros(npv(0.08, *COLD), 100), "said in the meeting"),
    ("B4/03", euros(npv(0.08, *PACKING), 100), "said in the meeting"),
    ("B4/05", f"€{npv(0.08, 0, *[1] * 5):.4f}", "€1 a year for five years at 8 %"),
    ("terms/net-present-value", euros(10_000 / 1.08**3), "€10,000 in three years at 8 %"),
    (
        "terms/net-present-value",
        euros(npv(0.08, 0, *[30_000] * 4), 100),
        "€120,000 over four years",
    ),
    (
        "terms/net-present-value",
        euros(npv(0.08, 0, *[100_000] * 10), 1000),
        "€100,000 for ten years",
    ),
    ("terms/internal-rate-of-return", f"about {irr(*COLD) * 100:.0f} %", "€60,000, then 5 × €18,000"),
    ("terms/internal-rate-of-return", f"{irr(*SCRIPT) * 100:.0f} % on €10,000", "the script"),
    (
        "terms/internal-rate-of-return",
        f"IRR of {10_000 / 2_000 - 1:.0%}".replace("%", " %"),
        "€2,000, then €10,000",
    ),
    ("terms/roi", f"the gain is {euros(54_000 - 40_000)}, so {14_000 / 40_000:.0%}".replace("%", " %"), ""),
    ("terms/roi", f"That is {(3 * 18_000 - 40_000) / 40_000:.0%} in all".replace("%", " %"), ""),
    ("terms/payback-period", "one and a half years", f"{0.5 + 60_000 / 5_000 / 12}"),
    # Margins, break-even, unit economics
    ("terms/margin", f"so {(100 - 60) / 100:.0%}".replace("%", " %"), "bought for €60, sold for €100"),
    ("terms/margin", f"is {40 / 60:.0%}".replace("%", " %"), "mark-up on €60"),
    ("terms/margin", f"€{100 - 60 * 1.4:.0f} less", "40 % added in place of 40 % kept"),
    ("terms/gross-margin", euros(100_000 * 0.9 * 12), "90 cents, 100,000 orders, 12 months"),
    ("terms/break-even", f"{81_000 // 9:,} orders", "€81,000 at €9"),
    ("terms/break-even", f"{-(-81_000 // 9.25):,.0f} orders", "81,000 ÷ 9.25, rounded up"),
    ("terms/break-even", f"{3_600 / 0.3:,.0f} orders", "€3,600 at 30 cents"),
    ("B1/03", f"{81_000 // 9:,} orders", "€81,000 at €9"),
    # Conversion, churn, lifetime value, cost to acquire
    ("B3/03", f"160 ÷ 8,000, or {160 / 8_000:.0%}".replace("%", " %"), ""),
    ("B3/03", f"{0.98**12 * 100:.1f} %", "2 % a month, twelve times over"),
    ("B3/03", f"{3_000 / 16_000 * 100:.2f} %", "without 4,000 robots"),
    ("B3/04", f"€{240_000 // 800}", "€240,000 for 800 homes"),
    ("B3/04", f"{-(-300 // 18)} months", "€300 at €18 a month"),
    ("B3/04", f"{900 // 12} months", "€900 at €12"),
    ("B3/04", f"{12 / 900 * 100:.2f} %", "one in 75 months"),
    ("B3/04", f"{1 / 0.005:.0f} months", "0.5 % leave each month"),
    ("terms/churn", f"160 of 8,000 is {160 / 8_000:.0%}".replace("%", " %"), ""),
    ("terms/customer-lifetime-value", f"€{18 * 50}", "€18 for 50 months"),
    # Depreciation, amortisation, accruals
    ("terms/depreciation", euros(90_000 / 5), "a year of €90,000 over five"),
    ("terms/depreciation", euros(90_000 * 3 / 5), "after two of five years"),
    ("terms/depreciation", euros(90_000 * 2 / 5), "after three of five years"),
    ("terms/amortisation", euros(360_000 / 60), "a month of €360,000 over five years"),
    ("terms/amortisation", euros(360_000 / 5), "a year of it"),
    ("terms/amortisation", euros(3 * 6_000), "three months later"),
    ("terms/accrual", euros(14 * 650), "14 days at €650"),
    ("B2/03", euros((61_200 - 1_200) / 48), "a month of 60 scanners"),
    ("B2/04", euros(3 * 48_000 / 4 - 48_000 / 4), "three stages done, one invoiced"),
    # What an hour or a month costs
    ("terms/cost-of-downtime", euros(200 * 15 / 2), "half of 200 orders never come back"),
    ("terms/cost-of-downtime", euros(200 * 15 / 2 + 40 * 45), "with the overtime"),
    ("terms/cost-of-downtime", euros(8 * 3_300), "eight hours of it"),
    ("terms/cost-of-downtime", euros(1_000_000 * 0.03 * 0.3), "3 % of a million at 30 %"),
    # Chances
    ("T3/03", f"{chance_of_finishing(20, 5, PAST):.0%}".replace("%", " %"), "20 stories in 5 sprints"),
    ("T3/03", f"{chance_of_finishing(20, 6, PAST):.0%}".replace("%", " %"), "20 stories in 6 sprints"),
]


@pytest.mark.parametrize(
    ("place", "figure", "what"), FIGURES, ids=[f"{place} {fig}" for place, fig, _w in FIGURES]
)
def test_a_computed_figure_stands_in_the_text(place: str, figure: str, what: str) -> None:
    assert figure in text_of(place), what


@cache
def text_of(place: str) -> str:
    """The text of `T2/01` (a lesson) or `terms/sla` (a word), with plain spaces."""
    code, name = place.split("/")
    if code == "terms":
        word = words()[name]
        parts = list(texts_of_word(word.slug))
    else:
        lesson = next(lesson for lesson in course(code).lessons if lesson.name.startswith(name))
        parts = [lesson.read_text]
    return " ".join(" ".join(parts).replace("\u00a0", " ").split())


def test_the_yearly_table_is_computed() -> None:
    """The two columns of T2's table, row by row."""
    rows = next(piece for piece in lesson("T2", "01-what-99-9-really-buys.md").of_kind("table")).data["rows"]

    for promise, in_a_month, in_a_year in rows:
        missing = (100 - float(str(promise).replace("\u00a0", " ").removesuffix(" %"))) / 100
        assert str(in_a_month).replace("\u00a0", " ") == clock(MONTH * missing)
        assert agrees(YEAR * missing * 60, str(in_a_year)) or str(in_a_year).replace("\u00a0", " ") == clock(
            YEAR * missing
        )
