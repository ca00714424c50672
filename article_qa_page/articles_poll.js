// Looking for changes: the name of the generation, and the jobs. A page that nobody sees asks
// nothing; one that is looked at again asks at once.

const CALM = 3000, BUSY = 700, TROUBLED = 5000; // milliseconds between two looks
let generation;
let timer = null;
let isLooking = false;
let looksAgain = false;

function lookNow() {
  clearTimeout(timer);
  looksAgain = isLooking;
  if (!isLooking) look();
}

async function look() {
  clearTimeout(timer);
  if (document.hidden || listeners.signal.aborted) return;
  isLooking = true;
  const isFirst = !words.tab_articles;
  const reply = await ask("state", { jobs: mine.filter((id) => !finished.has(id)), strings: isFirst });
  let wait = TROUBLED;
  if (reply.error === undefined) {
    const hadPermission = mayEdit;
    mayEdit = reply.may_edit;
    if (isFirst) begin(reply);
    else if (hadPermission !== mayEdit) drawAdd();
    const hasChanged = generation !== undefined && generation !== reply.generation;
    generation = reply.generation;
    drawJobs(reply.jobs);
    if (hasChanged) {
      document.dispatchEvent(new Event("articles-changed"));
      if (isShown()) refreshAll();
    } else if (isShown() && !hasTable && !isFirst) {
      drawTable();
    }
    wait = isShown() && reply.jobs.some((job) => !job.ended) ? BUSY : CALM;
  }
  isLooking = false;
  timer = setTimeout(look, looksAgain ? 0 : wait);
  looksAgain = false;
}

function begin(reply) {
  ({ strings: words, limits } = reply);
  unreachable = words.unreachable;
  pageLanguage = reply.language;
  heading.textContent = words.tab_articles;
  searchBox.placeholder = words.search;
  searchBox.setAttribute("aria-label", words.search);
  pictureArea.replaceChildren(make("summary", "", words.picture, { "data-key": "picture" }));
  drawSort();
  drawAdd();
  drawTabs();
}

function refreshAll() {
  drawTable();
  drawFailures();
  drawSources();
  drawPicture();
}

on(document, "visibilitychange", () => {
  if (!document.hidden) lookNow();
});
on(listeners.signal, "abort", () => clearTimeout(timer));
look();
