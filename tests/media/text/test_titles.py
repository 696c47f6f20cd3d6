"""Titles of feeds: what of them may reach the wall."""

import pytest

from player.core.faults import ContentFault
from player.media.text.titles import LONGEST, MOST, feed_titles


def rss(*titles: str) -> bytes:
    items = "".join(f"<item><title>{title}</title><description>no</description></item>" for title in titles)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>'
    )
    return text.encode()


def atom(kind: str, *titles: str) -> bytes:
    entries = "".join(f'<entry><title type="{kind}">{title}</title></entry>' for title in titles)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{entries}</feed>'.encode()


def test_titles_in_order_each_once_without_the_feeds_own() -> None:
    assert feed_titles(rss("Một", "Hai", "Một", " ", "Ba")) == ["Một", "Hai", "Ba"]
    assert feed_titles(atom("text", "老街", "ຂ່າວ")) == ["老街", "ຂ່າວ"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("&lt;b&gt;Mới&lt;/b&gt; hôm nay", "Mới hôm nay"),
        ("<![CDATA[<script>alert(1)</script>Cửa khẩu <i>mở</i>]]>", "Cửa khẩu mở"),
        ("&lt;script&gt;alert('x')&lt;/script&gt;Tin", "Tin"),
        ("&lt;style&gt;p{}&lt;/style&gt;Tin&lt;img src=x onerror=alert(1)&gt;", "Tin"),
        ("Caf&#233; &amp;amp; tr&#224;", "Café & trà"),
        ("Giá &amp;lt; 5 tri&amp;ecirc;̣u", "Giá < 5 triệu"),
        ("R&amp;D 5 &lt; 6", "R&D 5 < 6"),
        ("a\u202egnp.exe\u202c b\u2066c\u2069\u200e\u200f", "agnp.exe bc"),
        ("một\n   hai\tba\u00a0bốn", "một hai ba bốn"),
        ("\u0085Tin\ufeff\ue000", "Tin"),
    ],
)
def test_no_markup_no_controls_no_turned_letters(written: str, shown: str) -> None:
    assert feed_titles(rss(written)) == [shown]


def test_a_title_of_xhtml_is_its_words() -> None:
    title = '<div xmlns="http://www.w3.org/1999/xhtml">Sa <b>Pa</b><script>x()</script></div>'
    assert feed_titles(atom("xhtml", title)) == ["Sa Pa"]


def test_length_and_number_are_bounded() -> None:
    (title,) = feed_titles(rss("ກ\u0ebb" * 5000))
    assert title.endswith("…")
    assert len(title) <= 2 * LONGEST
    assert len(feed_titles(rss(*(f"tin {number}" for number in range(500))))) == MOST


def test_a_feed_in_another_encoding_and_a_broken_one_are_read() -> None:
    windows = (
        '<?xml version="1.0" encoding="windows-1258"?><rss version="2.0"><channel><item><title>Côte</title></item>'
    )
    assert feed_titles(windows.encode("cp1258")) == ["Côte"]
    assert feed_titles(rss("Tin")[:-20]) == ["Tin"]
    # A title that is cut off is none.
    assert feed_titles("<rss version='2.0'><channel><item><title>Tin tức".encode()) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\xff" * 100, b"<!doctype html><html><head><title>Login</title></head><body>x</body></html>", b"{}"],
)
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    with pytest.raises(ContentFault):
        feed_titles(data)


def test_an_empty_feed_is_one_without_titles() -> None:
    assert feed_titles(rss()) == []


def test_entities_that_grow_and_files_of_this_machine_stay_out() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY a0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>'
    data = f'{doctype}<rss version="2.0"><channel><item><title>&a9;&f;Tin</title></item></channel></rss>'
    titles = feed_titles(data.encode())
    assert not any("root:" in title for title in titles)
    assert all(len(title) <= LONGEST for title in titles)
