// Conversations, kept in this browser's own storage: they outlast a restart of the server, and no
// other browser sees them.

const STORE = "article-qa-conversations";
const MOST_KEPT = 50;
const DELETED = "article-qa-deleted"; // ids: another tab may show one, and must not keep it again
const MOST_DELETED = 500;
const historyBox = dialogue("history-dialogue");
let conversation = null; // the id of the one that is open, once it is kept
let opened = 0; // counts the conversations that were begun or opened
let isForgotten = false; // it was deleted, and nothing has been asked in it since

function stored(name) {
  try {
    const found = JSON.parse(localStorage.getItem(name) || "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return []; // a browser without storage, or with something else in it
  }
}
const kept = () => stored(STORE).filter((one) => one?.id && Array.isArray(one.messages));

function store(name, list, limit) {
  for (let most = Math.min(list.length, limit); most >= 0; most -= 1) {
    try {
      localStorage.setItem(name, JSON.stringify(list.slice(0, most)));
      return;
    } catch {
      // full: without the oldest it may fit
    }
  }
}
const keep = (list) => store(STORE, list, MOST_KEPT);

// Deleted, in this tab or another: what is shown is not kept, unless a question is asked in it.
function noticeDeletion(ids = stored(DELETED)) {
  if (!ids.includes(conversation)) return;
  conversation = null;
  isForgotten = true;
}

function keepConversation() {
  noticeDeletion();
  const [title] = questions();
  if (!title || isForgotten) return;
  conversation ||= `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`;
  const own = { id: conversation, title, time: Date.now(), messages: plainMessages() };
  const before = kept();
  const known = before.find((one) => one.id === conversation);
  if (JSON.stringify(known?.messages) === JSON.stringify(own.messages)) return; // keeps its place
  keep([own, ...before.filter((one) => one.id !== conversation)]);
}

function drop(ids) {
  keep(kept().filter((one) => !ids.includes(one.id)));
  store(DELETED, [...ids, ...stored(DELETED)], MOST_DELETED);
  noticeDeletion(ids);
}

// Gradio's own button empties the conversation: then it is not kept either.
bridge.cleared = () => conversation && drop([conversation]);

// One at a time, and the last one wanted last: the replies to two could come in either order.
let isRestoring = false;
let restoredNext = null;
let givingUp = null; // on a reply that never comes
function restore(list) {
  messages = list; // until Gradio says the same
  nameTools();
  if (isRestoring) {
    restoredNext = list;
    return;
  }
  isRestoring = true;
  givingUp = setTimeout(() => bridge.restored(), 10_000);
  bridge.restore(list);
}
bridge.restored = () => {
  clearTimeout(givingUp);
  const list = restoredNext;
  isRestoring = false;
  restoredNext = null;
  if (list) restore(list);
};

function open(one) {
  if (isBusy()) {
    tell(strings.busy);
    return;
  }
  keepConversation();
  opened += 1;
  suggestions += 1;
  followUps.hidden = true;
  rating.hidden = true;
  conversation = one?.id || null;
  isForgotten = false;
  restore(one?.messages || []);
  questionBox()?.focus({ preventScroll: true });
}

on(newChat, "click", () => open(null));

on(window, "pagehide", keepConversation);

on(openHistory, "click", () => {
  keepConversation();
  drawHistory();
  historyBox.showModal();
});

function drawHistory() {
  const list = make("ul", "history-list");
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  for (const one of kept()) {
    const item = make("li");
    const button = make("button", "history-open", "", { type: "button" });
    button.append(make("span", "", one.title), make("small", "", time.format(one.time)));
    if (one.id === conversation) button.setAttribute("aria-current", "true");
    button.addEventListener("click", () => {
      historyBox.close();
      open(one);
    });
    const label = strings.history_delete.replace("{title}", one.title);
    const remove = make("button", "history-delete", "✕", { type: "button", "aria-label": label });
    remove.title = label;
    remove.addEventListener("click", () => forget([one.id]));
    item.append(button, remove);
    list.append(item);
  }
  const isEmpty = !list.firstChild;
  const all = make("button", "tool", strings.history_delete_all, { type: "button" });
  all.hidden = isEmpty;
  all.addEventListener("click", () => {
    if (all.dataset.sure) {
      forget(kept().map((one) => one.id));
      return;
    }
    all.dataset.sure = "yes"; // asked once more, by the button itself
    all.textContent = strings.history_delete_sure;
  });
  const row = make("div", "dialogue-buttons");
  row.append(all);
  historyBox.replaceChildren(
    headed(historyBox, strings.history_heading, strings.close),
    make("p", "dialogue-note", isEmpty ? strings.history_empty : strings.history_note),
    list,
    row,
  );
}

function forget(ids) {
  drop(ids);
  drawHistory();
  historyBox.querySelector(".dialogue-close").focus();
}
