"""What a person reads on a page."""

import re
from html import unescape

from django.utils.html import strip_tags


def text(html: str) -> str:
    """The words of the main part, one space between them."""
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(strip_tags(re.sub(r"<[^>]+>", lambda tag: tag[0] + " ", main))).split())
