// The detector looks at pages that do not escape: what it finds there it would have found in the portal. The same pages under the
// portal's own policy show that the policy alone stops every script, and that its stopping is heard.
import { listen, prepare } from "./detector.mjs";

const careless = (text) => `<!DOCTYPE html><title>x</title><body>${text}`;
/** Places where careless templates have texts. */
const PLACES = [
  (text) => careless(`<input value="${text}"><img src=x alt="${text}">`),
  (text) => careless(`<input value='${text}'><textarea>${text}</textarea>`),
  (text) => careless(`<input value=${text}><!-- ${text} --><style>p{content:"${text}"}</style>`),
  (text) => careless(`<script>var x='${text}';</script><script>var y="${text}";</script>`).replace("<title>x", () => `<title>${text}`),
];
/** Each text as an element and an address, and in one more of the places. */
const pages = (text, index) => [careless(`<p>${text}</p><a id=link href="${text}">x</a>`), PLACES[index % PLACES.length](text)];

/** Runs in the page: each text in a frame of its own in each place; the frames go when the next come. */
function show(texts) {
  document.body.replaceChildren(...texts.map((text) => {
    const frame = document.createElement("iframe");
    frame.srcdoc = text;
    return frame;
  }));
}
/** Runs in the page: links are followed, and elements of strangers counted. */
function follow() {
  let marked = 0;
  for (const frame of document.querySelectorAll("iframe")) {
    marked += frame.contentDocument?.querySelector("[data-pwned]") ? 1 : 0;
    const link = frame.contentDocument?.getElementById("link");
    if (link?.protocol === "javascript:") link.click();
  }
  return marked;
}

/** How many of these texts ran, and how often they were noticed otherwise; under `policy` where there is one, else in a page that is set. */
export async function control(browser, texts, policy) {
  const context = await browser.newContext();
  await prepare(context);
  const [fired, count] = [new Set(), { csp: 0, foreign: 0, marked: 0 }];
  const blank = '<!DOCTYPE html><title>control</title><base href="http://control.invalid/"><body>';
  const [address, headers] = ["http://control.invalid/", { "content-security-policy": policy ?? "" }];
  const together = 40;
  for (let from = 0; from < texts.length; from += together) {
    // A page of its own each time: a text may lead it elsewhere.
    const page = await context.newPage();
    listen(page, "http://control.invalid", (kind, what) => (kind === "fired" ? fired.add(what) : (count[kind] = (count[kind] ?? 0) + 1)));
    const answer = (route) => route.fulfill({ body: blank, contentType: "text/html", headers });
    await page.route("**/*", (route) => (route.request().url() === address ? answer(route) : route.abort()));
    if (policy) await page.goto(address, { waitUntil: "commit" });
    else await page.setContent(blank, { waitUntil: "commit" });
    await page.waitForFunction(() => document.body);
    await page.evaluate(show, texts.slice(from, from + together).flatMap((text, index) => pages(text, from + index)));
    await new Promise((resolve) => setTimeout(resolve, 600));
    count.marked += await page.evaluate(follow).catch(() => 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await page.close();
  }
  await context.close();
  return { ...count, fired: fired.size };
}
