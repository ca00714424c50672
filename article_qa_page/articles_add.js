// Adding by file, address, feed and text; the jobs that come of it; what could not be read.

const WAYS = ["files", "address", "feed", "text"];
let mine = []; // the jobs that this page asked for: their reports are shown here
try {
  mine = JSON.parse(sessionStorage.getItem("article-qa-jobs") || "[]");
} catch {
  mine = [];
}
const finished = new Map(); // reports that are shown, by job
let chosen = []; // files

function keepMine() {
  try {
    sessionStorage.setItem("article-qa-jobs", JSON.stringify(mine.slice(-20)));
  } catch {
    // A browser without storage: the reports are shown until the page is left.
  }
}

// Ask for a change; it becomes a job, whose progress is shown.
async function start(name, request = {}, place = addMessage) {
  tell(place, "");
  const reply = await ask(name, request);
  if (reply.error !== undefined) {
    tell(place.isConnected && addArea.open ? place : jobsMessage, reply.error || words.defect);
    return false;
  }
  tell(jobsMessage, "");
  if (reply.job) mine.push(reply.job);
  keepMine();
  lookNow();
  return true;
}

function tell(place, text) {
  place.textContent = text;
  place.hidden = !text;
}

// --- the forms -------------------------------------------------------------------------------

const addMessage = make("p", "articles-error", "", { role: "alert" });
const jobsMessage = make("p", "articles-error", "", { role: "alert" });
const jobsList = make("div", "jobs-list");
addMessage.hidden = jobsMessage.hidden = true;
jobsArea.append(jobsMessage, jobsList);

function drawAdd() {
  const wasOpen = addArea.open;
  addArea.hidden = !mayEdit;
  if (!mayEdit) return addArea.replaceChildren();
  const ways = make("div", "add-ways", "", { role: "tablist", "aria-label": words.add });
  const panels = { files: filesForm(), address: addressForm("address"), feed: addressForm("feed"), text: textForm() };
  const show = (name) => {
    tell(addMessage, "");
    for (const way of WAYS) {
      const tab = byId(`add-tab-${way}`) || ways.querySelector(`#add-tab-${way}`);
      tab.setAttribute("aria-selected", String(way === name));
      tab.tabIndex = way === name ? 0 : -1;
      panels[way].hidden = way !== name;
    }
  };
  for (const way of WAYS) {
    const id = `add-panel-${way}`;
    ways.append(button("add-way", words[`add_${way}`], () => show(way), {
      role: "tab", id: `add-tab-${way}`, "aria-controls": id,
    }));
    for (const [name, value] of [["id", id], ["role", "tabpanel"], ["aria-labelledby", `add-tab-${way}`]]) {
      panels[way].setAttribute(name, value);
    }
  }
  ways.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = WAYS.findIndex((way) => !panels[way].hidden);
    const other = WAYS[(at + step + WAYS.length) % WAYS.length];
    show(other);
    ways.querySelector(`#add-tab-${other}`).focus();
  });
  addArea.replaceChildren(make("summary", "", words.add), ways, ...Object.values(panels), addMessage);
  addArea.open = wasOpen;
  show("files");
  return undefined;
}

function form(action) {
  const node = make("form", "add-form", "", { novalidate: "" });
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const submit = node.querySelector(".strong");
    if (submit.disabled) return;
    submit.disabled = true;
    try {
      await action();
    } finally {
      submit.disabled = false;
      if (document.activeElement === document.body) submit.focus();
    }
  });
  return node;
}

const submitButton = () => make("button", "articles-button strong", words.submit, { type: "submit" });

function field(label, input, help = "") {
  const box = make("div", "add-field");
  const id = `add-${Math.random().toString(36).slice(2)}`;
  input.id = id;
  box.append(make("label", "", label, { for: id }), input);
  if (help) {
    box.append(make("p", "add-help", help, { id: `${id}-help` }));
    input.setAttribute("aria-describedby", `${id}-help`);
  }
  return box;
}

function addressForm(kind) {
  const input = make("input", "", "", { type: "url", inputmode: "url", placeholder: "https://", autocomplete: "off" });
  const node = form(async () => {
    if (await start(`add_${kind}`, { address: input.value })) input.value = "";
    else input.focus();
  });
  node.append(field(words[`${kind}_label`], input, words[`${kind}_help`]), submitButton());
  return node;
}

function textForm() {
  const title = make("input", "", "", { type: "text", maxlength: String(limits.title), autocomplete: "off" });
  const day = make("input", "", "", { type: "date" });
  const text = make("textarea", "", "", { rows: "7" });
  const node = form(async () => {
    const isTaken = await start("add_text", { title: title.value, text: text.value, date: day.value });
    if (isTaken) node.reset();
    else (title.value.trim() ? text : title).focus();
  });
  const row = make("div", "add-row");
  row.append(field(words.title, title), field(words.text_date, day));
  node.append(row, field(words.add_text, text, words.text_help), submitButton());
  return node;
}

const megabytes = (bytes) => new Intl.NumberFormat(pageLanguage, { maximumFractionDigits: 1 }).format(bytes / 1e6);

function filesForm() {
  const input = make("input", "", "", { type: "file", multiple: "" });
  const replace = make("input", "", "", { type: "checkbox", id: "add-replace" });
  const told = make("p", "files-chosen", "", { role: "status" });
  const choose = (files) => {
    chosen = [...files];
    const size = megabytes(chosen.reduce((sum, file) => sum + file.size, 0));
    const key = chosen.length === 1 ? "file_chosen" : "files_chosen";
    told.textContent = chosen.length ? said(key, { name: chosen[0].name, count: chosen.length, size }) : "";
    tell(addMessage, tooMuch(chosen));
  };
  input.addEventListener("change", () => choose(input.files));
  const node = form(async () => {
    const isTaken = await sendFiles(replace.checked, told);
    if (!isTaken) return;
    chosen = [];
    input.value = told.textContent = "";
  });
  for (const type of ["dragenter", "dragover"]) {
    node.addEventListener(type, (event) => {
      event.preventDefault();
      node.classList.add("dropping");
    });
  }
  node.addEventListener("dragleave", () => node.classList.remove("dropping"));
  node.addEventListener("drop", (event) => {
    event.preventDefault();
    node.classList.remove("dropping");
    choose(event.dataTransfer.files);
  });
  const box = make("div", "add-check");
  box.append(replace, make("label", "", words.files_replace, { for: "add-replace" }));
  const help = said("files_help", { files: limits.files, size: megabytes(limits.bytes) });
  node.append(field(`${words.files_label} (${words.files_drop})`, input, help), told, box, submitButton());
  return node;
}

function tooMuch(files) {
  if (files.length > limits.files) return said("files_many", { count: files.length, files: limits.files });
  const large = files.find((file) => file.size > limits.bytes);
  if (!large) return "";
  return said("file_large", { name: large.name, size: megabytes(large.size), most: megabytes(limits.bytes) });
}

// One after another: the server sees how large each is before it takes the next.
async function sendFiles(isReplacing, told) {
  const problem = chosen.length ? tooMuch(chosen) : words.files_none;
  tell(addMessage, problem);
  if (problem) return false;
  const tokens = [];
  for (const file of chosen) {
    told.textContent = said("uploading", { name: file.name, done: tokens.length + 1, count: chosen.length });
    const reply = await sendFile(file);
    if (!reply.file) {
      told.textContent = "";
      tell(addMessage, said("upload_failed", { name: file.name, reason: reply.error || words.unreachable }));
      return false;
    }
    tokens.push(reply.file);
  }
  told.textContent = "";
  return start("add_files", { files: tokens, replace: isReplacing });
}

async function sendFile(file) {
  try {
    const reply = await fetch("articles-upload", { // relative: the page may lie below a path of a proxy's
      method: "POST", body: file, headers: { "X-File-Name": encodeURIComponent(file.name) },
    });
    return await reply.json();
  } catch {
    return {};
  }
}

// --- jobs ------------------------------------------------------------------------------------

function drawJobs(jobs) {
  for (const job of jobs) {
    if (job.ended && mine.includes(job.id) && !finished.has(job.id)) {
      finished.set(job.id, job);
      spoken.textContent = `${job.name}. ${reportLine(job)}`;
      if (isShown()) {
        drawFailures();
        drawSources();
      }
    }
  }
  const active = jobs.filter((job) => !job.ended);
  const wanted = [...finished.values(), ...active];
  const known = new Map([...jobsList.children].map((node) => [node.dataset.job, node]));
  const nodes = wanted.map((job) => {
    const old = known.get(job.id);
    if (!job.ended && old?.isActive) return updateJob(old, job);
    return job.ended && old && !old.isActive ? old : jobNode(job);
  });
  // Only what changed is touched: the focus, and what is being read aloud, stay.
  if (nodes.length !== jobsList.children.length || nodes.some((node, n) => node !== jobsList.children[n])) {
    jobsList.replaceChildren(...nodes);
  }
}

function reportLine(job) {
  if (!job.report) return job.sentence;
  return [...job.report.parts.map((part) => part.told), job.report.failed_told].filter(Boolean).join(", ");
}

function jobNode(job) {
  const node = make("section", `job ${job.state}`, "", { "data-job": job.id });
  node.isActive = !job.ended;
  const name = make("h3", "", job.name);
  if (!job.ended) {
    const bar = make("progress", "", "", { "aria-label": job.name });
    const line = make("p", "job-line");
    node.parts = { bar, line, stop: button("articles-button", words.cancel, async () => {
      await ask("cancel", { job: job.id });
      lookNow();
    }) };
    node.append(name, line, bar, node.parts.stop);
    return updateJob(node, job);
  }
  node.append(name, make("p", "job-line", reportLine(job)));
  if (job.report) node.append(...reportNodes(job.report));
  node.append(button("articles-button", words.dismiss, () => {
    finished.delete(job.id);
    mine = mine.filter((id) => id !== job.id);
    keepMine();
    node.remove();
    heading.focus({ preventScroll: true });
  }));
  return node;
}

function updateJob(node, job) {
  const { bar, line, stop } = node.parts;
  line.textContent = job.sentence;
  if (job.total) {
    bar.max = job.total;
    bar.value = job.done;
  } else {
    bar.removeAttribute("value");
  }
  stop.hidden = !job.can_cancel;
  return node;
}

function reportNodes(report) {
  const nodes = report.note ? [make("p", "job-note", report.note)] : [];
  const parts = report.parts.filter(({ titles }) => titles.length);
  if (parts.length) {
    const more = make("details", "job-more");
    more.append(make("summary", "", words.titles));
    for (const part of parts) {
      const list = make("ul", "", "", { "aria-label": part.told });
      list.append(...part.titles.map((title) => make("li", "", title)));
      if (part.more) list.append(make("li", "soft", part.more));
      more.append(make("p", "soft", part.told), list);
    }
    nodes.push(more);
  }
  if (report.failed.length) {
    const list = make("ul", "job-failed");
    list.append(...report.failed.map((reason) => make("li", "", reason)));
    nodes.push(list);
    if (report.failed_more) nodes.push(make("p", "soft", report.failed_more));
  }
  return nodes;
}

// --- what could not be read ------------------------------------------------------------------

async function drawFailures() {
  const reply = mayEdit ? await ask("failures") : {};
  if (reply.error !== undefined) return; // what is known stays
  const failures = reply.failures || [];
  failuresArea.hidden = !failures.length;
  redraw(failuresArea, failures, () => (failures.length ? failuresNodes(failures) : []));
}

function failuresNodes(failures) {
  const title = make("h3", "", words.failures, { id: "failures-title" });
  failuresArea.setAttribute("aria-labelledby", "failures-title");
  const list = make("ul", "failures-list");
  list.append(...failures.map((failure) => {
    const item = make("li");
    const facts = make("div", "failure-facts");
    facts.append(make("strong", "", failure.name), make("p", "", failure.reason),
      make("p", "soft", failure.since));
    const named = { name: failure.name };
    item.append(facts,
      button("row-button", words.try_again, () => start("retry", { sources: [failure.source] }),
        { "aria-label": said("retry_name", named), "data-key": `retry ${failure.source}` }),
      button("row-button", words.dismiss, async () => {
        const done = await ask("dismiss", { source: failure.source });
        tell(jobsMessage, done.error || "");
        await drawFailures();
        heading.focus({ preventScroll: true });
      }, { "aria-label": said("dismiss_name", named), "data-key": `dismiss ${failure.source}` }));
    return item;
  }));
  const head = make("div", "failures-head");
  head.append(title, make("p", "soft", words.failures_help));
  if (failures.length > 1) {
    const sources = failures.map(({ source }) => source);
    const retry = () => start("retry", { sources });
    head.append(button("articles-button", words.retry_all, retry, { "data-key": "retry all" }));
  }
  return [head, list];
}
