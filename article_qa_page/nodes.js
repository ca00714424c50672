// What the page's scripts share; each begins with this.

const language = navigator.language || "en";
const byId = (id) => document.getElementById(id);

function make(tag, className, text, attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

// Listeners that end where Gradio builds the page twice; `name` is the script's own.
function listenersOf(name) {
  window[name]?.abort();
  window[name] = new AbortController();
  return window[name];
}
const on = (target, type, listener, options = {}) =>
  target.addEventListener(type, listener, { signal: listeners.signal, ...options });
