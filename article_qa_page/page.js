// The rest of the page, after viewer.js and in the same function: words in the reader's
// language, the state of the start, names for Gradio's nameless buttons, copying as plain text.

async function refresh() {
  let overview;
  try {
    overview = await server.overview({ language });
    if (!overview?.strings) throw new Error("refused"); // Gradio swallows what was wrong
  } catch {
    if (await isLoggedOut()) return;
    byId("page-status").textContent = strings.unreachable || "";
    setTimeout(refresh, 3000);
    return;
  }
  const before = JSON.stringify([strings, articles]);
  ({ strings, articles } = overview);
  document.documentElement.lang = overview.language;
  byId("tagline").textContent = strings.tagline;
  byId("page-status").textContent = overview.status;
  byId("page-status").dataset.stage = overview.stage;
  byId("open-list").textContent = strings.open_list;
  byId("open-list").hidden = false;
  byId("log-out").textContent = strings.log_out;
  viewer.setAttribute("aria-label", strings.viewer);
  back.textContent = `← ${strings.back}`;
  close.setAttribute("aria-label", strings.close);
  previous.setAttribute("aria-label", strings.previous_citation);
  next.setAttribute("aria-label", strings.next_citation);
  steps.setAttribute("aria-label", strings.citations);
  nameControls();
  showReading(); // of reading.js
  // An address may be opening an article at this moment.
  const isListing = viewer.classList.contains("listing") || !(scroll.firstChild || current);
  if (isListing && JSON.stringify([strings, articles]) !== before) showList();
  if (overview.stage === "loading" || overview.stage === "indexing") setTimeout(refresh, 700);
}

// Who is logged in may log out; whose session is over comes to the login. The addresses are
// relative: the page may lie below a path of a proxy's.
async function isLoggedOut() {
  try {
    const reply = await fetch("session");
    if (reply.status === 401) location.assign("login");
    else if (reply.ok) byId("log-out").hidden = !(await reply.json()).can_log_out;
    return reply.status === 401;
  } catch {
    return false; // the server is away: told elsewhere
  }
}
isLoggedOut();
on(document, "click", async (event) => {
  if (event.target.id !== "log-out") return;
  await fetch("logout", { method: "POST" });
  location.assign("login");
});

on(window, "focus", refresh); // articles may have been added or removed meanwhile
on(document, "articles-changed", refresh); // the Articles tab looks for that all the time
on(document, "click", (event) => {
  if (event.target.id !== "open-list") return;
  opener = event.target;
  showList();
  raise(true);
  scroll.focus({ preventScroll: true });
});

// Gradio leaves its send and stop buttons without a name, and drops the focus when an answer
// is done, since the box was disabled meanwhile. (Not on a touch screen: its keyboard would rise.)
let wasDisabled = false;
function nameControls() {
  const box = document.querySelector("#question textarea");
  if (box && strings.ask) {
    box.setAttribute("aria-label", strings.ask);
    if (!box.placeholder) box.placeholder = strings.ask; // gone after the first question
  }
  // Gradio speaks English here, and calls a list what holds no items.
  document.querySelector("#chat [role='log']")?.setAttribute("aria-label", strings.chat || "");
  document.querySelectorAll("#chat .examples[role='list']").forEach((list) => {
    list.removeAttribute("role");
  });
  document.querySelectorAll("#chat .example[aria-label]").forEach((example) => {
    example.removeAttribute("aria-label");
  });
  // Gradio labels each message with its raw Markdown; read aloud, the message itself is better.
  nameTools(); // of reading.js
  document.querySelectorAll("#chat [data-testid][aria-label]").forEach((message) => {
    message.removeAttribute("aria-label");
  });
  const copying = "#chat .message-buttons button[aria-label^='Cop']"; // not in Gradio's own words
  for (const [selector, name] of [
    [".submit-button", strings.submit], [".stop-button", strings.stop], [copying, strings.copy],
  ]) {
    document.querySelectorAll(selector).forEach((button) => {
      if (name && button.getAttribute("aria-label") !== name) {
        button.setAttribute("aria-label", name);
        button.title = name;
      }
    });
  }
  if (box && !wasDisabled && box.disabled) asking(); // both of reading.js
  if (box && wasDisabled && !box.disabled) answered();
  if (box && wasDisabled && !box.disabled && document.activeElement === document.body
      && matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });
  wasDisabled = Boolean(box?.disabled);
}

let isScheduled = false;
const watcher = new MutationObserver(() => {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    nameControls();
  });
});
watcher.observe(byId("chat-column") || document.body, {
  childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"],
});
on(listeners.signal, "abort", () => watcher.disconnect());

// Sending nothing asks nothing.
on(document, "keydown", (event) => {
  const isEmpty = event.target.closest?.("#question") && !event.target.value?.trim();
  if (event.key === "Enter" && !event.shiftKey && isEmpty) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, { capture: true });

// A filter by date that is selected goes: its link holds the question that asks without it.
on(document, "click", (event) => {
  const chip = event.target.closest?.('#chat a[href^="#again/"]');
  if (!chip) return;
  event.preventDefault();
  event.stopPropagation();
  askQuestion(decodeURIComponent(chip.getAttribute("href").slice("#again/".length)));
}, { capture: true });

// Gradio's copy button copies Markdown; a reader wants the words, without escapes and targets.
function plainText(markdown) {
  return markdown
    .replace(/\n\n\[(?:\\.|[^\]\\])*\]\(#again\/[^\s)]* "(?:\\.|[^"\\])*"\)/g, "")
    .replace(/\[((?:\\.|[^\]\\])*)\]\(#src\/[^\s)]* "(?:\\.|[^"\\])*"\)/g, "$1")
    .replace(/^> ?/gm, "")
    .replace(/^---\n\n/gm, "")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1");
}
const clipboard = navigator.clipboard; // absent where the page comes over plain http from afar
if (clipboard && !clipboard.writesPlainText) {
  const write = clipboard.writeText.bind(clipboard);
  clipboard.writeText = (text) => write(plainText(text));
  clipboard.writesPlainText = true;
}

refresh();
