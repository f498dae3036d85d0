"""Which page of a list is shown, whatever an address says."""

import pytest

from gates.paging import Part, even_size, number_asked, page_links, part_of


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("", 1),
        ("1", 1),
        ("3", 3),
        ("0", 1),
        ("4", 3),
        ("9999999", 3),
        ("99999999", 1),
        ("-2", 1),
        ("²", 1),
        ("two", 1),
    ],
)
def test_a_page_that_is_not_there_becomes_one_that_is(typed: str, number: int) -> None:
    assert part_of(21, 10, number_asked(typed)) == Part(number, last=3, size=10)


def test_a_page_begins_after_all_lines_before_it() -> None:
    assert [part_of(21, 10, number).start for number in (1, 2, 3)] == [0, 10, 20]
    assert part_of(0, 10, 2) == Part(1, last=1, size=10)


def test_pages_of_one_list_are_equally_long() -> None:
    assert [even_size(total, 80) for total in (0, 1, 80, 119, 120, 200, 5000)] == [1, 1, 80, 119, 60, 67, 80]
    for total in range(1, 2000):
        assert even_size(total, 80) < 120
        assert total < 120 or even_size(total, 80) > 53


def test_links_name_the_ends_and_what_is_near_and_one_page_needs_none() -> None:
    part = part_of(200, 10, 10)
    assert part.near == [1, 8, 9, 10, 11, 12, 20]
    links = page_links(part, {number: f"Page {number}" for number in part.near}, "?page={}".format)
    assert links is not None
    assert [link.label for link in links.every if link.is_current] == ["Page 10"]
    assert (links.previous, links.next) == (links.every[2], links.every[4])
    assert links.every[0].url == "?page=1"
    assert page_links(part_of(10, 10, 1), {1: "Page 1"}, "?page={}".format) is None
