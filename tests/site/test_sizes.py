"""How much room something takes, in words."""

import pytest

from bothways.sizes import size_in_words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0\u00a0MB"),
        (199_999_999, "199\u00a0MB"),
        (999_999_999, "999\u00a0MB"),
        (1_000_000_000, "1.0\u00a0GB"),
        (12_499_999_999, "12.4\u00a0GB"),
        (1_234_000_000_000, "1,234.0\u00a0GB"),
    ],
)
def test_a_size_is_said_in_megabytes_below_one_gigabyte_and_never_rounded_up(count: int, words: str) -> None:
    assert size_in_words(count) == words
