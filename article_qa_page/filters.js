// Which articles a question asks: a dialogue to choose them, and what was chosen, each to be undone.

const dialogues = make("div", "", "", { id: "dialogues" });
document.body.append(dialogues);
on(listeners.signal, "abort", () => dialogues.remove());

// A modal dialogue: the browser keeps the focus in it, and Escape closes it.
function dialogue(id) {
  const box = make("dialog", "tool-dialogue", "", { id, "aria-labelledby": `${id}-heading` });
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close(); // beside it
  });
  dialogues.append(box);
  return box;
}

function headed(box, text, closeLabel) {
  const head = make("header");
  const shut = make("button", "dialogue-close", "×", { type: "button", "aria-label": closeLabel });
  shut.addEventListener("click", () => box.close());
  head.append(make("h2", "", text, { id: `${box.id}-heading` }), shut);
  return head;
}

const filterBox = dialogue("filter-dialogue");

function setFilters(chosen) {
  filters = { since: "", until: "", articles: [], sources: [], ...chosen };
  const isNone = !Object.values(filters).some((value) => value.length);
  const pass = () => (bridge.filter ? bridge.filter(isNone ? null : filters) : setTimeout(pass, 50));
  pass();
  showChips();
  const nameless = filters.articles.filter((id) => !titles.has(id));
  if (nameless.length) nameArticles(nameless);
}

async function nameArticles(ids) {
  try {
    const found = await server.choices({ ids, search: "", language });
    for (const { id, title } of found.articles) titles.set(id, title);
    showChips();
  } catch {
    // the ids stand for them
  }
}

const day = (text) => {
  const moment = new Date(`${text}T12:00`);
  return Number.isNaN(moment.getTime())
    ? text : new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(moment);
};

function showChips() {
  if (!strings.filters) return;
  const without = (name, value) => filters[name].filter((one) => one !== value);
  const items = [
    ...(filters.since ? [[strings.filter_since.replace("{day}", day(filters.since)), { since: "" }]] : []),
    ...(filters.until ? [[strings.filter_until.replace("{day}", day(filters.until)), { until: "" }]] : []),
    ...filters.sources.map((name) => [name, { sources: without("sources", name) }]),
    ...filters.articles.map((id) => [titles.get(id) || id, { articles: without("articles", id) }]),
  ];
  chips.hidden = items.length === 0;
  chips.replaceChildren(...items.map(([text, change]) => {
    const label = strings.filter_remove.replace("{filter}", text);
    const button = make("button", "", "", { type: "button", "aria-label": label });
    button.append(make("span", "", text), make("span", "", "✕", { "aria-hidden": "true" }));
    button.addEventListener("click", () => {
      setFilters({ ...filters, ...change });
      questionBox()?.focus({ preventScroll: true });
    });
    const item = make("li");
    item.append(button);
    return item;
  }));
  openFilters.textContent = items.length ? `${strings.filters} (${items.length})` : strings.filters;
}

function field(label, type, value) {
  const box = make("label", "", label);
  const input = make("input", "", "", { type });
  input.value = value;
  box.append(input);
  return [box, input];
}

// A list to tick; what is ticked stays so while another search changes the list.
function ticks(legend, chosen) {
  const set = make("fieldset");
  const list = make("div", "ticks");
  set.append(make("legend", "", legend), list);
  const draw = (items) => {
    const empty = make("p", "", strings.filter_nothing);
    list.replaceChildren(...(items.length ? items.map(([value, text, about]) => {
      const label = make("label");
      const box = make("input", "", "", { type: "checkbox" });
      box.checked = chosen.has(value);
      box.addEventListener("change", () => chosen[box.checked ? "add" : "delete"](value));
      label.append(box, make("span", "", text));
      if (about) label.append(make("small", "", about));
      return label;
    }) : [empty]));
  };
  return { set, draw };
}

on(openFilters, "click", async () => {
  const form = make("form", "", "", { method: "dialog" });
  const [sinceBox, since] = field(strings.filter_from, "date", filters.since);
  const [untilBox, until] = field(strings.filter_to, "date", filters.until);
  const [searchBox, search] = field(strings.filter_search, "search", "");
  const sources = new Set(filters.sources);
  const chosen = new Set(filters.articles);
  const sourceTicks = ticks(strings.filter_sources, sources);
  const articleTicks = ticks(strings.filter_articles, chosen);
  articleTicks.set.querySelector("legend").after(searchBox);
  const days = make("div", "filter-days");
  days.append(sinceBox, untilBox);
  const apply = make("button", "primary", strings.filter_apply, { type: "submit" });
  const clear = make("button", "tool", strings.filter_clear, { type: "button" });
  const wrong = make("p", "filter-wrong", "", { role: "alert" });
  const row = make("div", "dialogue-buttons");
  row.append(clear, apply);
  form.append(days, sourceTicks.set, articleTicks.set, wrong, row);
  filterBox.replaceChildren(headed(filterBox, strings.filters_heading, strings.close), form);

  let searched = 0;
  const look = async () => {
    const turn = (searched += 1);
    try {
      const ids = [...chosen];
      const found = await server.choices({ search: search.value, ids, language });
      if (turn !== searched) return;
      if (found.error) {
        wrong.textContent = found.error;
        return;
      }
      for (const { id, title } of found.articles) titles.set(id, title);
      articleTicks.draw(found.articles.map(({ id, title, date }) => [id, title, date]));
      if (turn === 1) sourceTicks.draw(found.sources.map((name) => [name, name, ""]));
    } catch {
      wrong.textContent = strings.unreachable;
    }
  };
  search.addEventListener("input", () => setTimeout(look, 150));
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  clear.addEventListener("click", () => {
    setFilters({});
    filterBox.close();
  });
  form.addEventListener("submit", (event) => {
    if (since.value && until.value && since.value > until.value) {
      event.preventDefault();
      wrong.textContent = strings.filter_wrong;
      return;
    }
    const names = { articles: [...chosen], sources: [...sources] };
    setFilters({ since: since.value, until: until.value, ...names });
  });
  filterBox.showModal();
  await look();
});
