// Conversations, kept in this browser's own storage: they outlast a restart of the server, and no
// other browser sees them.

const STORE = "article-qa-conversations";
const MOST_KEPT = 50;
const historyBox = dialogue("history-dialogue");
let conversation = null; // the id of the one that is open, once it is kept
let opened = 0; // counts the conversations that were begun or opened
let isForgotten = false; // it was deleted, and nothing has been asked in it since

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) || "[]");
    return Array.isArray(found) ? found.filter((one) => one?.id && Array.isArray(one.messages)) : [];
  } catch {
    return []; // a browser without storage, or with something else in it
  }
}

function keep(list) {
  for (let most = Math.min(list.length, MOST_KEPT); most >= 0; most -= 1) {
    try {
      localStorage.setItem(STORE, JSON.stringify(list.slice(0, most)));
      return;
    } catch {
      // full: without the oldest it may fit
    }
  }
}

function keepConversation() {
  const [title] = questions();
  if (!title || isForgotten) return;
  conversation ||= `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`;
  const own = { id: conversation, title, time: Date.now(), messages: plainMessages() };
  const before = kept();
  const known = before.find((one) => one.id === conversation);
  if (JSON.stringify(known?.messages) === JSON.stringify(own.messages)) return; // keeps its place
  keep([own, ...before.filter((one) => one.id !== conversation)]);
}

// Gradio's own button empties the conversation: then it is not kept either.
function emptied() {
  followUps.hidden = true;
  rating.hidden = true;
  if (conversation) keep(kept().filter((one) => one.id !== conversation));
  conversation = null;
}

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
  messages = one?.messages || []; // until Gradio says the same
  bridge.restore(messages);
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
  keep(kept().filter((one) => !ids.includes(one.id)));
  if (ids.includes(conversation)) {
    conversation = null;
    isForgotten = true;
  }
  drawHistory();
  historyBox.querySelector(".dialogue-close").focus();
}
