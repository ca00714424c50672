// The source viewer. Runs once, as the body of a function that is given `element` and `server`.
// Article text enters the document through textContent alone: whatever it holds, it is text.

const narrow = matchMedia("(max-width: 799px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let strings = {};
let articles = [];
let opener = null; // the link that opened the article: Escape gives it the focus back
let wanted = 0; // counts requests, so that a late reply does not replace a later one

const listeners = listenersOf("articleQaListeners");

const viewer = make("section", "", "", { id: "viewer" });
const bar = make("div", "viewer-bar");
const back = make("button", "viewer-back", "", { type: "button" });
const close = make("button", "viewer-close", "×", { type: "button" });
const scroll = make("div", "viewer-scroll", "", { tabindex: "0" });
const spoken = make("p", "for-screen-readers", "", { "aria-live": "polite" });
const steps = make("div", "viewer-steps", "", { role: "group" });
const previous = make("button", "viewer-step", "‹", { type: "button", id: "previous-citation" });
const place = make("span", "viewer-place");
const next = make("button", "viewer-step", "›", { type: "button", id: "next-citation" });
steps.append(previous, place, next);
steps.hidden = true;
bar.append(back, steps, close);
viewer.append(bar, scroll, spoken);
(element.querySelector(".viewer-root") || element).replaceChildren(viewer);

// --- opening and closing -------------------------------------------------------------------

function raise(isRaised) {
  viewer.classList.toggle("raised", isRaised); // only narrow screens hide it otherwise
}

function closeViewer() {
  raise(false);
  document.dispatchEvent(new Event("viewer-closed"));
  const href = opener?.getAttribute("href");
  const links = href ? [...document.querySelectorAll("#chat a")] : [];
  const again = opener?.isConnected ? opener : links.find((l) => l.getAttribute("href") === href);
  (again || document.querySelector("#question textarea"))?.focus({ preventScroll: !again });
}

function show(children, { isList }) {
  if (isList) steps.hidden = true;
  viewer.classList.toggle("listing", isList);
  scroll.replaceChildren(...children);
  scroll.scrollTop = 0;
}

function showList() {
  wanted += 1;
  const items = articles.map((article) => {
    const button = make("button", "article-card", "", { type: "button" });
    const title = make("span", "card-title", article.title, { lang: article.language });
    button.append(title, make("span", "card-facts", facts(article)));
    button.addEventListener("click", () => openArticle({ article: article.id }));
    const item = make("li");
    item.append(button);
    return item;
  });
  const list = make("ul", "article-list");
  list.append(...items);
  const heading = make("h2", "list-heading", strings.viewer_list);
  const empty = make("p", "viewer-notice", strings.viewer_empty);
  const purpose = make("p", "viewer-purpose", strings.viewer_purpose);
  show([purpose, heading, items.length ? list : empty], { isList: true });
}

function facts(article) {
  const { date, language_name: spoken, site, file, page } = article;
  return [date, spoken, site || file, page].filter(Boolean).join(" · ");
}

async function openArticle(request, link = null) {
  const turn = (wanted += 1);
  opener = link;
  raise(true);
  viewer.classList.remove("listing"); // the list may no longer replace what is being opened
  let reply;
  try {
    reply = await server.get_article({ start: 0, end: 0, ...request, language });
    if (reply.error) reply = { found: false, notice: reply.error };
  } catch {
    reply = { found: false, notice: strings.unreachable };
  }
  if (turn !== wanted) return;
  if (!reply.title) reply.title = link?.title || "";
  show(reply.found ? articleNodes(reply) : missingNodes(reply), { isList: false });
  showPlace();
  spoken.textContent = reply.notice || strings.opened.replace("{title}", reply.title);
  reveal(scroll.querySelector("mark"));
  if (stepped) (stepped.disabled ? (stepped === next ? previous : next) : stepped).focus();
  stepped = null;
}

// The mark gets the focus, so that screen readers read it and Tab goes on from it.
function reveal(mark) {
  if (!mark) {
    scroll.focus({ preventScroll: true });
    return;
  }
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
}

// --- building an article -------------------------------------------------------------------

function articleNodes(article) {
  const body = make("article", "", "", { lang: article.language });
  const head = make("header");
  head.append(make("p", "article-facts", facts(article), { lang: document.documentElement.lang }));
  if (article.blocks[0]?.kind !== "title") head.append(make("h2", "", article.title));
  body.append(head, ...article.blocks.map(blockNode));
  if (article.url) {
    const attributes = { href: article.url, target: "_blank", rel: "noopener noreferrer" };
    body.append(make("a", "article-original", strings.original, attributes));
  }
  if (article.also?.length) body.append(alsoNode(article.also));
  return [...noticeNodes(article), body];
}

function alsoNode(places) {
  const box = make("section", "article-also", "", { lang: document.documentElement.lang });
  const list = make("ul");
  for (const { label, url } of places) {
    const item = make("li", "", url ? "" : label);
    const attributes = { href: url, target: "_blank", rel: "noopener noreferrer" };
    if (url) item.append(make("a", "", label, attributes));
    list.append(item);
  }
  box.append(make("h3", "", strings.also), list);
  return box;
}

function blockNode({ kind, pieces }) {
  const block = make({ title: "h2", heading: "h3" }[kind] || "p");
  for (const [text, cited] of pieces) {
    if (cited === "also") block.append(make("span", "also-cited", text));
    else block.append(cited ? make("mark", "", text, { tabindex: "-1" }) : text);
  }
  return block;
}

function missingNodes(reply) {
  return [...(reply.title ? [make("h2", "", reply.title)] : []), ...noticeNodes(reply)];
}

function noticeNodes({ notice, quote }) {
  if (!notice) return [];
  const nodes = [make("p", "viewer-notice", notice, { role: "note" })];
  if (quote) nodes.push(make("p", "quote-label", strings.quote_label), make("blockquote", "", quote));
  return nodes;
}

// --- citations in the chat -----------------------------------------------------------------

// While an answer streams, its links are replaced all the time: the press and the release then
// fall on different nodes, and no click comes of them. So they are paired by their target.
let pressed = null;
let handled = { href: null, at: 0 };

const linkAt = (event) => event.target.closest?.('a[href^="#src/"]');

function parts(href) {
  const [, article = "", span = "", version = ""] = href.slice(1).split("/");
  const [start, end] = span.split("-").map(Number);
  try {
    const named = { article: decodeURIComponent(article), version: decodeURIComponent(version) };
    return { ...named, start: start || 0, end: end || 0 };
  } catch {
    return { article: "", version: "", start: 0, end: 0 }; // an address that was cut off
  }
}

// What the same message cites, each sentence once, in its order.
let current = ""; // the target that is shown
let stepped = null; // the button that led there: it keeps the focus
function citedWith(link) {
  const message = link?.closest?.(".message") || null;
  const links = message ? [...message.querySelectorAll('a[href^="#src/"]')] : [];
  const targets = links.map((one) => one.getAttribute("href"));
  return links.filter((_, at) => targets.indexOf(targets[at]) === at); // not the line of sources
}

// The quote as the chat shows it, for a server that has been started anew since.
function quoteAt(href) {
  for (const link of document.querySelectorAll('#chat a[href^="#src/"]')) {
    if (link.getAttribute("href") !== href) continue;
    const box = link.closest("blockquote, li");
    const quoted = box?.textContent.match(/[“«]\s*([^]*)\s*[”»]/);
    if (quoted) return quoted[1].trim();
    const passage = box?.querySelector("p")?.textContent;
    if (passage && box.tagName === "BLOCKQUOTE") return passage.replace(/\s*\[\d+\]/g, "").trim();
  }
  return "";
}

const openLink = (link) => openHref(link.getAttribute("href"), link);

function openHref(href, link = null) {
  const wantedPart = parts(href);
  current = href;
  const others = citedWith(link).map((one) => parts(one.getAttribute("href")))
    .filter((one) => one.article === wantedPart.article && one.version === wantedPart.version)
    .map((one) => [one.start, one.end]);
  openArticle({ ...wantedPart, others, quote: quoteAt(href) }, link);
}

// Next and previous go through the sentences of the answer, from article to article.
function showPlace() {
  const links = citedWith(opener);
  const at = links.findIndex((one) => one.getAttribute("href") === current);
  steps.hidden = !opener || at < 0 || links.length < 2;
  if (steps.hidden) return;
  place.textContent = strings.place.replace("{at}", at + 1).replace("{of}", links.length);
  previous.disabled = at === 0;
  next.disabled = at === links.length - 1;
}

function step(by) {
  // While the answer streams its links are replaced: the message is found by one that is there.
  const again = [...document.querySelectorAll("#chat a")]
    .filter((one) => one.getAttribute("href") === current);
  const links = citedWith(opener?.isConnected ? opener : again[again.length - 1]);
  const at = links.findIndex((one) => one.getAttribute("href") === current);
  if (at < 0 || !links[at + by]) return;
  stepped = by < 0 ? previous : next;
  openLink(links[at + by]);
}
on(previous, "click", () => step(-1));
on(next, "click", () => step(1));

on(document, "pointerdown", (event) => {
  pressed = event.button === 0 ? (linkAt(event)?.getAttribute("href") ?? null) : null;
});
on(document, "pointercancel", () => (pressed = null));
on(document, "pointerup", (event) => {
  const link = linkAt(event);
  if (pressed && link?.getAttribute("href") === pressed) {
    handled = { href: pressed, at: event.timeStamp };
    openLink(link);
  }
  pressed = null;
});
on(document, "click", (event) => {
  const link = linkAt(event);
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  // The keyboard and screen readers click without a pointer.
  const href = link.getAttribute("href");
  if (handled.href !== href || event.timeStamp - handled.at > 700) openLink(link);
}, { capture: true });

// The Articles tab opens articles here too: `detail` names the article and the element that did.
on(document, "open-article", ({ detail }) => openArticle({ article: detail.article }, detail.opener));

on(back, "click", () => { showList(); scroll.focus({ preventScroll: true }); });
on(close, "click", closeViewer);
on(document, "keydown", (event) => {
  const isOpen = narrow.matches ? viewer.classList.contains("raised") : viewer.contains(event.target);
  if (event.key === "Escape" && isOpen) closeViewer();
});
