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

// --- calls to the server ---------------------------------------------------------------------

let unreachable = ""; // the sentence for a server that does not answer, once the words are here

// What the server function `name` replies, or an error of one sentence, whatever goes wrong: Gradio
// swallows what that is, and returns nothing. Whose session is over comes to the login.
async function call(name, request = {}) {
  let reply = null;
  try {
    reply = await server[name]({ language, ...request });
  } catch {
    // as where nothing is returned
  }
  if (reply && typeof reply === "object") return reply;
  return { error: (await isLoggedOut()) ? "" : unreachable };
}

// Who is logged in may log out. The addresses are relative: the page may lie below a path of a
// proxy's.
async function isLoggedOut() {
  try {
    const reply = await fetch("session");
    if (reply.status === 401) location.assign("login");
    else if (reply.ok) byId("log-out").hidden = !(await reply.json()).can_log_out;
    return reply.status === 401;
  } catch {
    return false; // the server is away
  }
}
