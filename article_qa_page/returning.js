// What a tab comes back to when its page is loaded again, as Gradio does by itself once a server that
// was away answers: the question that was being typed, and the conversation that was open. It lies in
// the tab's own storage: a page opened anew elsewhere begins empty.

const DRAFT = "article-qa-draft";
const LEFT_OPEN = "article-qa-left-open"; // a conversation's id
const asksByAddress = new URLSearchParams(location.search).has("q");
let isBack = false; // before that, what is kept is not what stands here

function keepText(name, text) {
  try {
    if (text) sessionStorage.setItem(name, text);
    else sessionStorage.removeItem(name);
  } catch {
    // a browser without storage: the page begins empty
  }
}

function keptText(name) {
  try {
    return sessionStorage.getItem(name) || "";
  } catch {
    return "";
  }
}

function keepDraft() {
  const box = questionBox();
  if (isBack && box && !box.disabled) keepText(DRAFT, box.value.trim() && box.value);
}

on(document, "input", (event) => event.target.closest?.("#question") && keepDraft());
on(window, "pagehide", () => {
  keepDraft();
  if (isBack) keepText(LEFT_OPEN, conversation);
});

function comeBack() {
  if (listeners.signal.aborted) return; // the page is being built a second time
  if (!(isReady() && bridge.restore)) {
    setTimeout(comeBack, 100);
    return;
  }
  isBack = true;
  if (asksByAddress) return;
  const isReloaded = performance.getEntriesByType("navigation")[0]?.type === "reload";
  const left = isReloaded && kept().find(({ id }) => id === keptText(LEFT_OPEN));
  if (left && !messages.length) open(left);
  fillBox(keptText(DRAFT));
}
comeBack();

// Who logs out leaves nothing to whoever logs in next in this tab.
function beginAnew() {
  isBack = false;
  keepText(DRAFT, "");
  keepText(LEFT_OPEN, "");
}
