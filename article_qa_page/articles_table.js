// The table: the server searches, sorts and cuts it into pages.

const COLUMNS = ["title", "source", "published", "language", "sentences", "indexed"];
const view = { search: "", column: "published", descending: true, first: 0 };
let tableTurn = 0; // counts requests, so that a late reply does not replace a later one
let hasTable = false;

const searchBox = make("input", "articles-search", "", { type: "search", maxlength: "200" });
const tableBox = make("div", "articles-scroll");
const pager = make("nav", "articles-pager");
const toolbar = make("div", "articles-toolbar");
const sortBox = make("select", "articles-sort");
toolbar.append(searchBox, sortBox);
tableArea.append(toolbar, tableBox, pager);

let typing;
searchBox.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    Object.assign(view, { search: searchBox.value, first: 0 });
    drawTable({ isSpoken: true });
  }, 200);
});
sortBox.addEventListener("change", () => {
  const [column, way] = sortBox.value.split(" ");
  Object.assign(view, { column, descending: way === "down", first: 0 });
  drawTable();
});

function sortBy(column) {
  const isSame = view.column === column;
  const isDescending = isSame ? !view.descending : ["published", "sentences", "indexed"].includes(column);
  Object.assign(view, { column, descending: isDescending, first: 0 });
  drawTable();
}

function turnPage(step, size) {
  view.first = Math.max(0, view.first + step * size);
  drawTable({ isSpoken: true, toTop: true });
}

async function drawTable({ isSpoken = false, toTop = false } = {}) {
  const turn = (tableTurn += 1);
  if (!hasTable) showNotice(words.loading);
  root.setAttribute("aria-busy", "true");
  const reply = await ask("table", view);
  if (turn !== tableTurn) return;
  root.removeAttribute("aria-busy");
  if (reply.error !== undefined) {
    hasTable = false;
    showNotice(reply.error, button("articles-button", words.try_again, () => drawTable()));
    return;
  }
  hasTable = true;
  view.first = reply.first;
  drawTools(reply);
  toolbar.hidden = !reply.total;
  const focused = document.activeElement?.dataset?.key;
  if (!reply.found) {
    showNotice(reply.total ? said("not_found", { search: view.search })
      : mayEdit ? words.none : words.none_reader);
    if (!reply.total && mayEdit) addArea.open = true;
  } else {
    tableBox.replaceChildren(tableNode(reply));
    if (toTop) tableBox.scrollTop = 0;
  }
  drawPager(reply);
  if (isSpoken) spoken.textContent = reply.range || tableBox.textContent;
  if (focused && !document.activeElement?.dataset?.key) keepFocus(focused);
}

// What had the focus was replaced: its successor gets it, or else the search field.
function keepFocus(key) {
  const same = [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
  (same && !same.disabled ? same : searchBox).focus({ preventScroll: true });
}

// Puts `build()` into an area that stands for `told`, unless it stands there already. What had the
// focus, and what was open, is found again by its key.
function redraw(area, told, build) {
  const standsFor = JSON.stringify(told);
  if (area.standsFor === standsFor) return;
  area.standsFor = standsFor;
  const active = area.contains(document.activeElement) ? document.activeElement : null;
  const keys = [...area.querySelectorAll("details[open]")].map((one) => one.dataset.key);
  area.replaceChildren(...build());
  for (const one of area.querySelectorAll("details")) one.open = keys.includes(one.dataset.key);
  if (!active || active === area) return;
  const keyed = [...area.querySelectorAll("[data-key]")];
  const same = keyed.find((one) => one.dataset.key === active.dataset.key);
  (same || heading).focus({ preventScroll: true });
}

function showNotice(text, ...more) {
  const notice = make("div", "articles-notice");
  notice.append(make("p", "", text), ...more);
  tableBox.replaceChildren(notice);
}

function tableNode(reply) {
  // The roles stand there because a phone shows rows as cards, and browsers then forget them.
  const table = make("table", "articles-table", "", { role: "table", "aria-label": words.tab_articles });
  const head = make("thead", "", "", { role: "rowgroup" });
  const row = make("tr", "", "", { role: "row" });
  for (const column of COLUMNS) {
    const way = view.column !== column ? "none" : view.descending ? "descending" : "ascending";
    const cell = make("th", `column-${column}`, "", { scope: "col", role: "columnheader", "aria-sort": way });
    cell.append(button("column-button", words[column], () => sortBy(column), { "data-key": `sort ${column}` }));
    row.append(cell);
  }
  if (mayEdit) {
    const cell = make("th", "column-actions", "", { scope: "col", role: "columnheader" });
    cell.append(make("span", "for-screen-readers", words.actions));
    row.append(cell);
  }
  head.append(row);
  const body = make("tbody", "", "", { role: "rowgroup" });
  body.append(...reply.rows.map(rowNode));
  table.append(head, body);
  return table;
}

function rowNode(article) {
  const row = make("tr", "", "", { role: "row" });
  const title = make("th", "column-title", "", { scope: "row", role: "rowheader" });
  const open = button("article-link", article.title, () => openInViewer(article.id, open), {
    lang: article.language, "data-key": `open ${article.id}`,
  });
  title.append(open);
  row.append(title);
  const cells = {
    source: article.place,
    published: article.date || words.undated,
    language: article.language_name,
    sentences: article.sentences,
    indexed: moment(article.indexed),
  };
  for (const [column, text] of Object.entries(cells)) {
    const cell = make("td", `column-${column}`, "", { role: "cell", "data-label": words[column] });
    cell.append(make("span", column === "published" && !article.date ? "soft" : "", text));
    row.append(cell);
  }
  if (mayEdit) row.append(actionsNode(article));
  return row;
}

function actionsNode(article) {
  const cell = make("td", "column-actions", "", { role: "cell" });
  const named = { title: article.title };
  const attributes = (what) => ({ "aria-label": said(`${what}_name`, named), "data-key": `${what} ${article.id}` });
  cell.append(
    button("row-button", words.reread, () => start("reread", { article: article.id }), attributes("reread")),
    button("row-button", words.remove, () => {
      const remove = () => start("remove", { article: article.id });
      confirmFirst(words.remove_heading, article, words.remove_text, remove);
    }, attributes("remove")),
  );
  return cell;
}

function moment(iso) {
  const format = { dateStyle: "medium", timeStyle: "short" };
  const isSame = language.split("-")[0].toLowerCase() === pageLanguage; // "en-GB" knows better than "en"
  return new Intl.DateTimeFormat(isSame ? language : pageLanguage, format).format(new Date(iso));
}

function drawPager(reply) {
  const size = 50;
  pager.setAttribute("aria-label", reply.range || words.tab_articles);
  pager.replaceChildren(make("span", "pager-range", reply.range));
  if (reply.found <= size) return;
  for (const [name, sign, step, isEnd] of [
    ["previous", "←", -1, reply.first === 0],
    ["next", "→", 1, reply.last >= reply.found],
  ]) {
    const attributes = { "aria-label": words[name], title: words[name], "data-key": name };
    const node = button("articles-button", sign, () => turnPage(step, size), attributes);
    node.disabled = isEnd;
    pager.append(node);
  }
}

function drawSort() {
  sortBox.setAttribute("aria-label", words.sort_by);
  sortBox.replaceChildren(...COLUMNS.flatMap((column) => ["up", "down"].map((way) =>
    make("option", "", `${words[column]} ${way === "up" ? "↑" : "↓"}`, { value: `${column} ${way}` }))));
}

function drawTools({ has_sources: hasSources, total }) {
  sortBox.value = `${view.column} ${view.descending ? "down" : "up"}`;
  if (!mayEdit) return tools.replaceChildren();
  const wanted = [hasSources && "sync", total && "reindex"].filter(Boolean).join(" ");
  if (tools.dataset.shown === wanted) return undefined;
  tools.dataset.shown = wanted;
  tools.replaceChildren();
  if (hasSources) tools.append(button("articles-button", words.sync, () => start("sync")));
  if (total) {
    tools.append(button("articles-button", words.reindex, () => {
      confirmFirst(words.reindex_heading, null, words.reindex_text, () => start("reindex"));
    }));
  }
  return undefined;
}
