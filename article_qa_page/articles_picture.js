// The picture: columns over time and bars by source, drawn here, each with a table of the same.

function svg(tag, attributes = {}, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text) node.textContent = text;
  return node;
}

async function drawPicture() {
  if (!pictureArea.open) return;
  const reply = await ask("picture");
  redraw(pictureArea, [drawingWidth(), reply], () => [
    make("summary", "", words.picture, { "data-key": "picture" }),
    reply.error === undefined ? figuresNode(reply) : make("p", "articles-error", reply.error),
  ]);
}
pictureArea.addEventListener("toggle", drawPicture);

function figuresNode(reply) {
  const figures = make("div", "picture-figures");
  if (reply.times.length) {
    const [first] = reply.times[0], [last] = reply.times.at(-1);
    const [when, count] = reply.times.reduce((most, one) => (one[1] > most[1] ? one : most));
    const text = said("picture_most", { first, last, count, when });
    figures.append(figure(words.picture_time, timeDrawing(reply.times), text, reply.times, words.picture_when));
  }
  if (reply.sources.length) {
    const [source, most] = reply.sources[0];
    const text = said("picture_largest", { count: reply.sources.length, source, most });
    figures.append(figure(words.picture_source, sourceDrawing(reply.sources), text, reply.sources, words.source));
  }
  if (!figures.firstChild) figures.append(make("p", "soft", words.none_reader));
  if (reply.undated) figures.append(make("p", "soft", reply.undated));
  return figures;
}

let figureCount = 0;
function figure(title, drawing, text, pairs, heading_) {
  figureCount += 1;
  const ids = [`picture-title-${figureCount}`, `picture-text-${figureCount}`];
  drawing.prepend(svg("title", { id: ids[0] }, title), svg("desc", { id: ids[1] }, text));
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-labelledby", ids[0]);
  drawing.setAttribute("aria-describedby", ids[1]);
  const node = make("figure");
  const more = make("details", "", "", { "data-key": `table ${title}` });
  const table = make("table", "picture-table");
  const head = make("thead");
  const row = make("tr");
  row.append(make("th", "", heading_, { scope: "col" }), make("th", "", words.picture_count, { scope: "col" }));
  head.append(row);
  const body = make("tbody");
  for (const [label, count] of pairs) {
    const line = make("tr");
    line.append(make("th", "", label, { scope: "row" }), make("td", "", String(count)));
    body.append(line);
  }
  table.append(make("caption", "for-screen-readers", title), head, body);
  more.append(make("summary", "", words.picture_table, { "data-key": `summary ${title}` }), table);
  node.append(make("figcaption", "", title), drawing, make("p", "soft", text), more);
  return node;
}

// A round number of articles at or above the most, for the top line.
function roundUp(count) {
  const unit = 10 ** Math.floor(Math.log10(Math.max(count, 1)));
  return [1, 2, 4, 6, 8, 10].map((n) => n * unit).find((n) => n >= count);
}

// As wide as its place, so that the letters keep their size; the style sheet scales the rest.
const drawingWidth = () => Math.max(280, Math.min(560, pictureArea.clientWidth - 34));
let resizing;
on(window, "resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => isShown() && drawPicture(), 300);
});

function timeDrawing(times) {
  const width = drawingWidth();
  const [height, left, bottom, above] = [220, 44, 30, 12];
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "picture-drawing" });
  const most = roundUp(Math.max(...times.map(([, count]) => count)));
  const [room, floor] = [width - left - 8, height - bottom];
  const y = (count) => floor - (count / most) * (floor - above);
  for (const count of most > 1 ? [0, most / 2, most] : [0, 1]) {
    if (!Number.isInteger(count)) continue;
    drawing.append(svg("line", { x1: left, x2: width - 8, y1: y(count), y2: y(count), class: "picture-line" }));
    drawing.append(svg("text", { x: left - 8, y: y(count) + 4, "text-anchor": "end" }, String(count)));
  }
  const step = room / times.length;
  const thickness = Math.min(step * 0.78, 48);
  times.forEach(([label, count], n) => {
    if (!count) return;
    const at = { x: left + n * step + (step - thickness) / 2, y: y(count), width: thickness, height: floor - y(count) };
    const bar = svg("rect", { ...at, class: "picture-bar" });
    bar.append(svg("title", {}, `${label}: ${count}`));
    drawing.append(bar);
  });
  // Labels where they have room: the first, the last, and some between them.
  const few = Math.max(1, Math.min(times.length - 1, width < 450 ? 2 : 3));
  const shown = new Set(Array.from({ length: few + 1 }, (_, n) => Math.round((n * (times.length - 1)) / few)));
  for (const n of shown) {
    const middle = left + (n + 0.5) * step;
    const anchor = times.length === 1 ? "middle" : n === 0 ? "start" : n === times.length - 1 ? "end" : "middle";
    const x = anchor === "start" ? left : anchor === "end" ? width - 8 : middle;
    drawing.append(svg("text", { x, y: height - 8, "text-anchor": anchor }, times[n][0]));
  }
  return drawing;
}

function sourceDrawing(sources) {
  const width = drawingWidth();
  const [line, left] = [28, width < 450 ? 120 : 190];
  const height = sources.length * line + 4;
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "picture-drawing" });
  const most = Math.max(...sources.map(([, count]) => count));
  sources.forEach(([label, count], n) => {
    const y = n * line + 4;
    const long = (count / most) * (width - left - 64);
    const room = Math.floor(left / 7.2); // letters
    const short = label.length > room ? `${label.slice(0, room - 1)}…` : label;
    drawing.append(svg("text", { x: left - 10, y: y + 16, "text-anchor": "end" }, short));
    const bar = svg("rect", { x: left, y: y + 2, width: Math.max(long, 2), height: line - 10, class: "picture-bar" });
    bar.append(svg("title", {}, `${label}: ${count}`));
    drawing.append(bar, svg("text", { x: left + Math.max(long, 2) + 8, y: y + 16 }, String(count)));
  });
  return drawing;
}
