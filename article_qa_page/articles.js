// The Articles tab: its frame, tabs and dialog. This file and the articles_*.js after it make the
// body of one function that is given `element` and `server`. Whatever an article, a file name or
// an address holds enters the document through textContent, attributes of names known here, and
// createElementNS alone.

let words = {};
let limits = {};
let pageLanguage = "en";
let mayEdit = false;

const listeners = listenersOf("articleQaTabListeners");

function button(className, text, action, attributes = {}) {
  const node = make("button", className, text, { type: "button", ...attributes });
  node.addEventListener("click", action);
  return node;
}

// Words with their {names} replaced; a value is never looked into again.
function said(key, values = {}) {
  return (words[key] || "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

const ask = (name, request = {}) => call(`articles_${name}`, request);

const root = make("div", "", "", { id: "articles" });
const heading = make("h2", "articles-heading", "", { tabindex: "-1" });
const tools = make("div", "articles-tools");
const jobsArea = make("div", "articles-jobs");
const tableArea = make("section", "articles-table-area");
const addArea = make("details", "articles-add");
const pictureArea = make("details", "articles-picture");
const failuresArea = make("section", "articles-failures");
const sourcesArea = make("details", "articles-sources");
const spoken = make("p", "for-screen-readers", "", { role: "status" });
failuresArea.hidden = sourcesArea.hidden = true;
const top = make("div", "articles-top");
top.append(heading, tools);
root.append(top, addArea, jobsArea, failuresArea, tableArea, sourcesArea, pictureArea, spoken);
(element.querySelector(".articles-root") || element).replaceChildren(root);

// --- the tabs --------------------------------------------------------------------------------

const TABS = [["ask", "chat-column"], ["articles", "articles-column"]];
let shownTab = "ask";

function drawTabs() {
  const bar = byId("page-tabs");
  if (!bar || bar.firstChild) return;
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", words.tabs);
  for (const [name, panel] of TABS) {
    bar.append(button("page-tab", words[`tab_${name}`], () => showTab(name), {
      id: `tab-${name}`, role: "tab", "aria-controls": panel,
    }));
    byId(panel)?.setAttribute("role", "tabpanel");
    byId(panel)?.setAttribute("aria-labelledby", `tab-${name}`);
  }
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -1, End: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const names = TABS.map(([name]) => name);
    const other = names[Math.min(Math.max(names.indexOf(shownTab) + step, 0), names.length - 1)];
    showTab(other);
    byId(`tab-${other}`).focus();
  });
  bar.hidden = false;
  showTab(location.hash === "#articles" ? "articles" : "ask");
}

function showTab(name) {
  shownTab = name;
  for (const [one] of TABS) {
    byId(`tab-${one}`).setAttribute("aria-selected", String(one === name));
    byId(`tab-${one}`).tabIndex = one === name ? 0 : -1;
  }
  byId("columns").classList.toggle("on-articles", name === "articles");
  byId("columns").classList.remove("reading");
  showAddress();
  if (name === "articles") {
    refreshAll();
    lookNow();
  }
}

function showAddress() {
  const path = location.pathname + location.search;
  if (isShown()) history.replaceState(history.state, "", `${path}#articles`);
  else if (location.hash === "#articles") history.replaceState(history.state, "", path);
}

const isShown = () => shownTab === "articles";
on(window, "hashchange", () => {
  if (location.hash === "#articles" && !isShown()) showTab("articles");
});

// An article is read in the viewer, which then stands beside the table.
let lastOpened = "";
on(document, "viewer-opened", () => {
  if (!isShown()) return;
  byId("columns").classList.add("reading");
  showAddress(); // that of a sentence may have stood there
});
function openInViewer(id, opener) {
  lastOpened = `open ${id}`;
  document.dispatchEvent(new CustomEvent("open-article", { detail: { article: id, opener } }));
}
on(document, "viewer-closed", () => {
  const isReading = byId("columns").classList.contains("reading");
  byId("columns").classList.remove("reading");
  if (isReading) setTimeout(() => document.activeElement === document.body && keepFocus(lastOpened));
});
on(document, "keydown", (event) => {
  const isReading = isShown() && byId("columns").classList.contains("reading");
  if (event.key === "Escape" && isReading && root.contains(document.activeElement)) {
    byId("columns").classList.remove("reading");
  }
});

// --- the dialog ------------------------------------------------------------------------------

// Asks before something that cannot be taken back. The browser keeps the focus inside, closes it
// on Escape, and gives the focus back.
function confirmFirst(title, subject, text, action) {
  const dialog = make("dialog", "articles-dialog", "", {
    "aria-labelledby": "articles-dialog-title", "aria-describedby": "articles-dialog-text",
  });
  const body = make("div", "", "", { id: "articles-dialog-text" });
  if (subject) body.append(make("p", "dialog-subject", subject.title, { lang: subject.language }));
  body.append(make("p", "", text));
  const buttons = make("div", "dialog-buttons");
  const yes = button("articles-button strong", subject ? words.remove : words.reindex, () => {
    dialog.close();
    action();
  });
  buttons.append(button("articles-button", words.cancel, () => dialog.close()), yes);
  dialog.append(make("h2", "", title, { id: "articles-dialog-title" }), body, buttons);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  buttons.firstChild.focus(); // what changes nothing comes first
}
