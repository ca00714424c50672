// What sources.toml lists; a feed or a page can be taken off the list here.

async function drawSources() {
  const reply = mayEdit ? await ask("sources") : {};
  const sources = reply.sources || [];
  const problem = reply.problem || reply.error || "";
  sourcesArea.hidden = !sources.length && !problem;
  redraw(sourcesArea, reply, () => (sourcesArea.hidden ? [] : sourcesNodes(sources, problem)));
}

function sourcesNodes(sources, problem) {
  const summary = make("summary", "", `${words.sources} (${sources.length})`, { "data-key": "sources" });
  const list = make("ul", "failures-list", "", { "aria-label": words.sources });
  list.append(...sources.map(sourceNode));
  const told = problem ? make("p", "articles-error", problem) : make("p", "soft", words.sources_help);
  return [summary, told, list];
}

function sourceNode({ name, address, kind }) {
  const item = make("li");
  const facts = make("div", "failure-facts");
  facts.append(make("strong", "", name), make("p", "soft", kind));
  item.append(facts);
  if (!address) return item;
  item.append(button("row-button", words.unlist, async () => {
    const reply = await ask("unlist", { address });
    tell(jobsMessage, reply.error || "");
    spoken.textContent = reply.error ? "" : said("unlisted", { name });
    await drawSources();
    drawTable(); // whether there is anything to update from
    (sourcesArea.querySelector("summary") || heading).focus({ preventScroll: true });
  }, { "aria-label": said("unlist_name", { name }), "data-key": `unlist ${address}` }));
  return item;
}
