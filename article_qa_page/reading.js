// The chat's tools, after viewer.js and in the same function: what surrounds a question (filters,
// addresses that hold it) and an answer (questions to go on with, ratings, the conversation as a
// file). Words of readers, articles and models enter the document through textContent alone.

const bridge = (window.articleQaBridge ||= {}); // joins this script to Gradio's components
let messages = []; // of the conversation, as Gradio holds them
let filters = { since: "", until: "", articles: [], sources: [] };
const titles = new Map(); // of the articles that are filtered by

const tool = (id) => make("button", "tool", "", { type: "button", id });
const tools = make("div", "", "", { id: "reading-tools", role: "group" });
const newChat = tool("new-conversation");
const openHistory = tool("open-history");
const openFilters = tool("open-filters");
const exportChat = tool("export-conversation");
const shareQuestion = tool("share-question");
tools.append(newChat, openHistory, openFilters, exportChat, shareQuestion);

const under = make("div", "", "", { id: "under-chat" });
const followUps = make("div", "", "", { id: "follow-ups", role: "group" });
const rating = make("form", "", "", { id: "rating" });
const chips = make("ul", "", "", { id: "filter-chips" });
const notice = make("p", "", "", { id: "reading-notice", role: "status" });
const ended = make("p", "for-screen-readers", "", { id: "answer-ended", "aria-live": "polite" });
under.append(followUps, rating, notice, chips, ended);
for (const part of [followUps, rating, chips]) part.hidden = true;

const questionBox = () => document.querySelector("#question textarea");
const isBusy = () => Boolean(questionBox()?.disabled);

// Gradio builds the chat; these stand beside what it has built.
function placeTools() {
  const column = document.getElementById("chat-column");
  const group = questionBox()?.closest(".gr-group");
  if (column && tools.parentNode !== column) column.prepend(tools);
  if (group && under.nextSibling !== group) group.before(under);
}

function showReading() {
  placeTools();
  tools.setAttribute("aria-label", strings.tools);
  newChat.textContent = strings.new_conversation;
  openHistory.textContent = strings.history;
  openFilters.textContent = strings.filters;
  exportChat.textContent = strings.export;
  shareQuestion.textContent = strings.share;
  shareSentence.textContent = strings.share;
  shareSentence.setAttribute("aria-label", strings.share_sentence);
  followUps.setAttribute("aria-label", strings.follow_ups);
  chips.setAttribute("aria-label", strings.filters);
  nameTools();
  showChips();
  readAddress();
}

function nameTools() {
  placeTools();
  const none = messages.length === 0;
  for (const button of [newChat, exportChat, shareQuestion]) button.disabled = none;
}

const noticeEnds = new Map(); // by the place of the notice
function tell(sentence, seconds = 6, place = notice) {
  place.textContent = sentence;
  clearTimeout(noticeEnds.get(place));
  noticeEnds.set(place, setTimeout(() => (place.textContent = ""), 1000 * seconds));
}

// --- asking ----------------------------------------------------------------------------------

function setBox(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// Unless something stands there already; tells whether the text stands there now.
function fillBox(text) {
  const box = questionBox();
  const isFree = Boolean(box && !box.disabled && !box.value);
  if (isFree) setBox(box, text);
  return isFree;
}

function askQuestion(text) {
  const box = questionBox();
  if (!box || box.disabled) return false; // another answer still streams
  setBox(box, text);
  setTimeout(() => document.querySelector("#question .submit-button")?.click(), 50);
  return true;
}

const textOf = ({ content }) =>
  typeof content === "string" ? content : (content || []).map((part) => part.text || "").join("\n");
const questions = () =>
  messages.filter((message) => message.role === "user")
    .map((message) => unescaped(textOf(message)));

bridge.changed = (given) => {
  if (isRestoring) return; // what is being left, perhaps: `messages` are those that come
  messages = Array.isArray(given) ? given : [];
  if (!messages.length) followUps.hidden = rating.hidden = true;
  nameTools();
};

// Called by page.js when the question's box is closed for an answer, and when it opens again.
function asking() {
  suggestions += 1;
  noticeDeletion(); // of conversations.js: a question begins it anew
  isForgotten = false;
  keepText(DRAFT, ""); // of returning.js: it has been sent
  followUps.hidden = true;
  rating.hidden = true;
  ended.textContent = "";
  tell("");
}

async function answered() {
  const before = opened;
  await new Promise((done) => setTimeout(done, 150)); // the last words may still be on their way
  const links = [...document.querySelectorAll("#chat .bot.message")].at(-1)
    ?.querySelectorAll('a[href^="#src/"]');
  // The passages of a refusal bear titles, not numbers: nothing has been cited.
  const numbered = [...(links || [])].filter((link) => /^\[\d+\]$/.test(link.textContent));
  const spans = numbered.map((link) => parts(link.getAttribute("href")));
  ended.textContent = strings.answered;
  showPlace(); // the answer may cite more than when its citation was opened
  if (before !== opened) return; // another conversation stands there now
  keepConversation();
  if (links?.length) await suggest(spans.map(({ article, start, end }) => [article, start, end]));
}

on(document, "click", (event) => {
  const example = event.target.closest?.("#chat .example");
  if (!example) return;
  event.preventDefault();
  event.stopPropagation();
  askQuestion(example.textContent.trim());
}, { capture: true });

// --- questions to go on with -----------------------------------------------------------------

let suggestions = 0; // counts answers, so that a late reply is not shown under another one

async function suggest(cited) {
  const turn = (suggestions += 1);
  const asked = questions();
  const question = asked.at(-1);
  if (!question) return;
  const found = await call("suggest", { question, cited, earlier: asked.slice(0, -1), filters });
  if (turn !== suggestions || isBusy() || !found.length) return; // an error too: they are an extra
  const buttons = found.map((text) => {
    const button = make("button", "follow-up", text, { type: "button" });
    button.addEventListener("click", () => askQuestion(text));
    return button;
  });
  followUps.replaceChildren(make("p", "", strings.follow_ups), ...buttons);
  followUps.hidden = false;
}

// --- ratings ---------------------------------------------------------------------------------

bridge.rated = (value) => {
  rating.hidden = true;
  if (value?.error) tell(value.error);
  if (!value?.id || !value.rating) return;
  const label = make("label", "", strings[`rating_${value.rating}`], { for: "rating-reason" });
  const field = make("input", "", "", { id: "rating-reason", type: "text", maxlength: "1000" });
  const send = make("button", "tool", strings.rating_send, { type: "submit" });
  const skip = make("button", "tool", strings.rating_skip, { type: "button" });
  const quick = value.rating === "down" ? ["wrong", "partial", "beside", "old"] : [];
  const reasons = quick.map((name) => {
    const button = make("button", "follow-up", strings[`reason_${name}`], { type: "button" });
    button.addEventListener("click", () => explain(value.id, button.textContent));
    return button;
  });
  skip.addEventListener("click", () => explain(value.id, ""));
  rating.onsubmit = (event) => {
    event.preventDefault();
    explain(value.id, field.value);
  };
  const row = make("div", "rating-row");
  row.append(field, send, skip);
  rating.replaceChildren(label, ...reasons, row);
  rating.hidden = false;
  ended.textContent = strings.rating_kept;
};

async function explain(id, reason) {
  rating.hidden = true;
  questionBox()?.focus({ preventScroll: true });
  tell(strings.rating_kept);
  if (!reason.trim()) return;
  const { error } = await call("explain", { id, reason });
  if (error) tell(error);
}

// --- addresses -------------------------------------------------------------------------------

// Of ours: `q`, `since`, `until`, `article` and `source`; `#src/…` is a sentence of an article.
const OURS = ["q", "since", "until", "article", "source"];

function addressOf(question) {
  const wanted = new URLSearchParams({ q: question });
  if (filters.since) wanted.set("since", filters.since);
  if (filters.until) wanted.set("until", filters.until);
  for (const id of filters.articles) wanted.append("article", id);
  for (const name of filters.sources) wanted.append("source", name);
  return `${location.origin}${location.pathname}?${wanted}`;
}

let isAddressRead = false;
function readAddress() {
  if (isAddressRead) return;
  isAddressRead = true;
  const address = new URL(location.href);
  const given = address.searchParams;
  const question = given.get("q");
  const since = given.get("since") || "";
  const until = given.get("until") || "";
  const named = { articles: given.getAll("article"), sources: given.getAll("source") };
  if (since || until || named.articles.length || named.sources.length) {
    setFilters({ since, until, ...named });
  }
  openSentence();
  // Asked once: a reload must not ask, and perhaps pay a model, again.
  for (const name of OURS) given.delete(name);
  if (question || address.hash.startsWith("#src/")) address.hash = "";
  const rest = address.pathname + address.search;
  if (rest !== location.pathname + location.search || question) history.replaceState(null, "", rest);
  if (!question?.trim()) return;
  keepText(DRAFT, question.trim()); // no longer in the address, and not asked yet
  askWhenReady(question.trim());
}

// The page may take long to start. Until it has, the question stands in its box, where a reader may
// change it: then it is theirs to send.
const isReady = () => Boolean(document.querySelector("#question .submit-button") && bridge.filter);
function askWhenReady(question, isInBox = false) {
  const typed = questionBox()?.value;
  if (isInBox && typed && typed !== question) return;
  if (isReady() && (!typed || typed === question) && askQuestion(question)) return;
  setTimeout(askWhenReady, 100, question, fillBox(question) || isInBox);
}

function openSentence() {
  if (!location.hash.startsWith("#src/")) return;
  const href = location.hash;
  history.replaceState(null, "", location.pathname + location.search);
  openHref(href);
}
on(window, "hashchange", openSentence);

// `place` is that of the notice: beside the button, since the chat may be hidden.
async function copyLink(address, place) {
  try {
    await navigator.clipboard.writeText(address);
    tell(strings.link_copied, 6, place);
  } catch {
    // Without a clipboard (plain http from afar) the reader copies it.
    const field = make("input", "", "", { type: "text", readonly: "", "aria-label": strings.link });
    field.value = address;
    tell(strings.link, 60, place);
    place.append(field);
    field.select();
  }
}
on(shareQuestion, "click", () => {
  const question = questions().at(-1);
  if (question) copyLink(addressOf(question), notice);
});

const shareSentence = make("button", "viewer-share", "", { type: "button", id: "share-sentence" });
bar.insertBefore(shareSentence, close);
on(shareSentence, "click", () => {
  const page = location.origin + location.pathname + location.search;
  if (current) copyLink(page + current, viewerNotice);
});

// --- the conversation as a file --------------------------------------------------------------

on(exportChat, "click", async () => {
  const kept = plainMessages();
  const asked = kept.map((message) =>
    message.role === "user" ? { ...message, content: unescaped(message.content) } : message);
  const file = await call("export", { messages: asked });
  if (file.error !== undefined) {
    tell(file.error);
    return;
  }
  if (file.error) {
    tell(file.error);
    return;
  }
  const blob = new Blob([file.text], { type: "text/markdown" });
  const link = make("a", "", "", { href: URL.createObjectURL(blob), download: file.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  tell(strings.exported.replace("{name}", file.name));
});

const unescaped = (text) => text.replace(/\\([!-/:-@[-`{-~])/g, "$1");
const plainMessages = () => messages.map((message) => ({ role: message.role, content: textOf(message) }));
