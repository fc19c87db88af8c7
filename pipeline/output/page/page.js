// The page of `depeche report`. All words from articles are set as text, never as markup.
const $ = (id) => document.getElementById(id);
const packed = Uint8Array.from(atob($("data").textContent), (c) => c.charCodeAt(0));
const unzipped = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
const data = JSON.parse(await new Response(unzipped).text());
const { words, types, docs, entities, tellings, marks } = data;
const FIELDS = ["first", "last", "when", "fixed", "type", "status", "summary", "sentence", "people", "places", "organisations",
  "speakers", "basis", "note", "disputed", "lead", "documents"];
const events = data.events.map((row, i) => Object.assign({ i, tellings: [] }, ...row.map((v, k) => ({ [FIELDS[k]]: v }))));
tellings.forEach((t) => events[t[0]].tellings.push(t));
events.forEach((e) => { e.found = fold([e.summary, e.sentence, e.people, e.places, e.organisations, e.speakers].join(" ")); });
const STATUSES = ["occurred", "ongoing", "planned", "negated", "uncertain"];
const SHAPES = { occurred: "circle", ongoing: "square", planned: "triangle-up", negated: "cross", uncertain: "diamond" };
const DAY = 86400000, PAGE = 60;

function fold(text) { return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase(); }
function say(template, values) { return template.replace(/\{(\w+)\}/g, (_, k) => values[k]); }
function number(n) { return n.toLocaleString(data.lang); }
function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((c) => c !== null && c !== ""));
  return made;
}
function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

// ---- filters -------------------------------------------------------------------------------------------------------
const form = $("filters");
let shown = [], page = 0, chosen = null;

function fillChoices() {
  const present = new Set(events.map((e) => e.type));
  for (const [value, label] of Object.entries(types)) if (present.has(value)) form.type.append(element("option", { value, textContent: label }));
  for (const value of STATUSES) form.status.append(element("option", { value, textContent: words.statuses[value] }));
  for (const [id, label] of [["people", "PER"], ["places", "LOC"], ["organisations", "ORG"]]) {
    const names = entities.filter((e) => e[0] === label).slice(0, 300).map((e) => e[1]);
    $(id).append(...names.map((value) => element("option", { value })));
  }
  $("legend").append(...STATUSES.map((s) => element("li", { className: s, textContent: words.statuses[s] })));
  $("summary").textContent = say(words.summary, { documents: number(docs.length), events: number(events.length), entities: number(entities.length) });
  if (data.note) { $("note").textContent = data.note; $("note").hidden = false; }
}

function filter() {
  const wanted = Object.fromEntries(new FormData(form));
  const text = fold(wanted.text || "");
  const names = [["people", wanted.person], ["places", wanted.place], ["organisations", wanted.organisation]]
    .filter(([, name]) => name).map(([column, name]) => [column, fold(name)]);
  let hidden = 0;
  shown = events.filter((e) => {
    if (wanted.type && e.type !== wanted.type) return false;
    if (wanted.status && e.status !== wanted.status) return false;
    if (wanted.from && !(e.last >= wanted.from)) return false;
    if (wanted.to && !(e.first && e.first <= wanted.to)) return false;
    if (text && !e.found.includes(text)) return false;
    if (!names.every(([column, name]) => fold(e[column]).includes(name))) return false;
    const plain = e.first && (e.type !== "statement" || e.lead);
    if (!plain && !wanted.all) { hidden += 1; return false; }
    return true;
  });
  page = 0;
  $("shown").textContent = say(words.shown, { shown: number(shown.length), all: number(events.length) })
    + (hidden ? " ; " + say(words.hidden, { hidden: number(hidden) }) : "");
  list();
  draw();
}

// ---- list and detail -----------------------------------------------------------------------------------------------
function list() {
  const some = shown.slice(page * PAGE, (page + 1) * PAGE);
  $("list").replaceChildren(...some.map((e) => {
    const button = element("button", { type: "button", className: e.status, onclick: () => choose(e) },
      element("time", { textContent: e.when }), " ",
      element("span", { textContent: e.summary || e.sentence.slice(0, 90), lang: "fr" }), " ",
      e.status === "occurred" ? "" : element("span", { className: "status", textContent: words.statuses[e.status] }));
    if (e === chosen) button.setAttribute("aria-current", "true");
    button.dataset.event = e.i;
    return element("li", {}, button);
  }));
  $("range").textContent = shown.length ? `${number(page * PAGE + 1)}–${number(page * PAGE + some.length)} / ${number(shown.length)}` : "";
  $("previous").disabled = page === 0;
  $("next").disabled = (page + 1) * PAGE >= shown.length;
}

function choose(e, reveal = false) {
  chosen = e;
  if (reveal && !shown.includes(e)) { form.reset(); form.all.checked = true; filter(); }
  if (reveal) { page = Math.floor(Math.max(shown.indexOf(e), 0) / PAGE); list(); }
  document.querySelectorAll("#list [aria-current]").forEach((b) => b.removeAttribute("aria-current"));
  const button = document.querySelector(`#list [data-event="${e.i}"]`);
  if (button) { button.setAttribute("aria-current", "true"); if (reveal) button.focus(); }
  const rows = element("dl");
  const row = (label, value) => { if (value) rows.append(element("dt", { textContent: label }), element("dd", {}, value)); };
  row(words.status, words.statuses[e.status]);
  row(words.basis, words.bases[e.basis]);
  row(words.type, types[e.type] || e.type);
  row(words.people_label, e.people);
  row(words.organisations_label, e.organisations);
  row(words.places_label, e.places);
  row(words.says, e.speakers);
  if (e.disputed) row("⚠", words.disputed);
  row("", e.note);
  const told = element("ul");
  for (const [, doc, start] of e.tellings) {
    told.append(element("li", {}, element("button", {
      type: "button", textContent: docs[doc][1] || docs[doc][0], onclick: () => read(doc, start), title: words.in_text }),
    " ", element("span", { textContent: [docs[doc][3], docs[doc][2]].filter(Boolean).join(", ") })));
  }
  $("detail").replaceChildren(element("h3", { textContent: e.when, className: e.status }), element("p", { textContent: e.summary, lang: "fr" }),
    element("blockquote", { textContent: e.sentence, lang: "fr" }), rows, element("h3", { textContent: words.told_by }), told);
  highlight();
}

// ---- chart ---------------------------------------------------------------------------------------------------------
let view = null, whole = [0, 1];
const time = (iso, plus = 0) => Date.parse(iso + "T00:00:00Z") + plus;
const months = Array.from({ length: 12 }, (_, m) => new Date(Date.UTC(2000, m, 1)));
const days = Array.from({ length: 7 }, (_, d) => new Date(Date.UTC(2000, 0, 2 + d)));
const named = (list_, options) => list_.map((d) => d.toLocaleDateString(data.lang, { ...options, timeZone: "UTC" }));
const embedded = { mode: "vega", renderer: "canvas", actions: false, hover: true,
  formatLocale: { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"] },
  timeFormatLocale: { dateTime: "%A %e %B %Y", date: "%d/%m/%Y", time: "%H:%M", periods: ["", ""],
    days: named(days, { weekday: "long" }), shortDays: named(days, { weekday: "short" }),
    months: named(months, { month: "long" }), shortMonths: named(months, { month: "short" }) } };

function rowsOfChart() {
  return shown.filter((e) => e.first).map((e) => ({
    i: e.i, t0: time(e.first), t1: time(e.last, DAY), point: e.fixed, type: types[e.type] || e.type, status: e.status,
    lane: ((e.i * 0.6180339887) % 1), tip: `${e.when} : ${e.summary}` }));
}

function spec(rows, first) {
  const ink = colour("ink"), soft = colour("soft"), line = colour("line");
  const used = [...new Set(rows.map((r) => r.type))].sort((a, b) => a.localeCompare(b, data.lang));
  const axis = { labelColor: ink, tickColor: line, domainColor: line, gridColor: line, labelFont: "Georgia", labelFontSize: 12 };
  const place = { y: { signal: "scale('y', datum.type) + 3 + datum.lane * (bandwidth('y') - 6)" }, tooltip: { field: "tip" } };
  return {
    $schema: "https://vega.github.io/schema/vega/v6.json", background: null, padding: { left: 4, right: 12, top: 4, bottom: 4 },
    autosize: { type: "fit", contains: "padding" }, width: Math.max($("chart").clientWidth, 280), height: 40 + 30 * Math.max(used.length, 1),
    signals: [
      { name: "period", value: first, on: [{ events: { signal: "delta" },
        update: "[from[0] - delta * (from[1] - from[0]) / width, from[1] - delta * (from[1] - from[0]) / width]" }] },
      { name: "from", value: first, on: [{ events: "pointerdown", update: "slice(period)" }] },
      { name: "x0", value: 0, on: [{ events: "pointerdown", update: "x()" }] },
      { name: "delta", value: 0, on: [{ events: "[pointerdown, window:pointerup] > window:pointermove", update: "x() - x0" }] },
      { name: "picked", value: -1, on: [{ events: "@spans:click, @points:click", update: "datum.i", force: true }] },
      { name: "current", value: chosen ? chosen.i : -1 },
    ],
    data: [{ name: "events", values: rows }],
    scales: [
      { name: "x", type: "utc", domain: { signal: "period" }, range: "width" },
      { name: "y", type: "band", domain: used, range: "height" },
      { name: "status", type: "ordinal", domain: STATUSES, range: STATUSES.map(colour) },
      { name: "shape", type: "ordinal", domain: STATUSES, range: STATUSES.map((s) => SHAPES[s]) },
    ],
    axes: [{ orient: "bottom", scale: "x", grid: true, ...axis, labelOverlap: true }, { orient: "left", scale: "y", ...axis, ticks: false }],
    marks: [{ type: "group", clip: true, encode: { update: { width: { signal: "width" }, height: { signal: "height" } } }, marks: [
      { type: "rect", name: "spans", from: { data: "events" }, encode: { update: { ...place,
        x: { signal: "datum.point ? -10 : scale('x', datum.t0)" }, x2: { signal: "datum.point ? -10 : max(scale('x', datum.t1), scale('x', datum.t0) + 3)" },
        height: { value: 5 }, cornerRadius: { value: 2 }, fill: { scale: "status", field: "status" }, cursor: { value: "pointer" },
        fillOpacity: { signal: "datum.i === current ? 0.95 : 0.4" } } } },
      { type: "symbol", name: "points", from: { data: "events" }, encode: { update: { ...place,
        x: { signal: "datum.point ? scale('x', datum.t0 + 43200000) : -20" }, shape: { scale: "shape", field: "status" },
        size: { signal: "datum.i === current ? 170 : 48" }, fill: { scale: "status", field: "status" }, cursor: { value: "pointer" },
        stroke: { signal: `datum.i === current ? '${ink}' : null` }, fillOpacity: { value: 0.8 } } } },
    ] }],
    config: { axis: { titleColor: soft } },
  };
}

let drawing = 0;
async function draw() {
  const rows = rowsOfChart();
  const mine = drawing += 1;
  $("chart").hidden = rows.length === 0;
  if (!rows.length) return;
  const t0 = rows.reduce((m, r) => Math.min(m, r.t0), Infinity), t1 = rows.reduce((m, r) => Math.max(m, r.t1), -Infinity);
  const margin = Math.max((t1 - t0) * 0.03, 2 * DAY);
  whole = [t0 - margin, t1 + margin];
  const middle = rows.map((r) => r.t0).sort((a, b) => a - b).slice(Math.floor(rows.length * 0.05), Math.ceil(rows.length * 0.95));
  const core = [middle[0], middle[middle.length - 1]], around = Math.max((core[1] - core[0]) * 0.06, 2 * DAY);
  const first = (core[1] - core[0] + 2 * around) * 4 < t1 - t0 ? [core[0] - around, core[1] + around] : whole; // a few far events must not hide the rest
  const made = await vegaEmbed($("chart"), spec(rows, first), embedded);
  if (mine !== drawing) { made.finalize(); return; }
  if (view) view.finalize();
  view = made.view;
  view.addSignalListener("picked", (_, i) => { if (i >= 0) choose(events[i]); });
}

function highlight() { if (view) view.signal("current", chosen ? chosen.i : -1).run(); }

function zoom(how, centre = 0.5) {
  if (!view) return;
  const [a, b] = view.signal("period"), span = b - a;
  const next = { in: [a + span * centre * 0.4, b - span * (1 - centre) * 0.4], out: [a - span * centre * 0.65, b + span * (1 - centre) * 0.65],
    earlier: [a - span * 0.4, b - span * 0.4], later: [a + span * 0.4, b + span * 0.4], whole }[how];
  if (how === "in" && span < 4 * DAY) return;
  view.signal("period", next).run();
}

// ---- reader --------------------------------------------------------------------------------------------------------
const LABELS = { PER: words.people_label, LOC: words.places_label, ORG: words.organisations_label };
let toldIn = null;

function annotations(doc) {
  if (!toldIn) { toldIn = docs.map(() => []); tellings.forEach((t) => toldIn[t[1]].push(t)); }
  const found = (marks[doc] || []).map(([start, end, what]) => Array.isArray(what)
    ? { start, end, name: "DATE", tip: `${words.resolved} : ${what[0] || "—"} (${words.bases[what[1]] || what[1]}; ${words.rule} ${what[2]})` }
    : { start, end, name: entities[what][0], entity: what, tip: `${words.linked} : ${entities[what][1]}${entities[what][2] ? ", " + entities[what][2] : ""} (${LABELS[entities[what][0]]}, ${entities[what][3]} ${words.mentions})` });
  for (const [row, , start, end, certainty, cue] of toldIn[doc]) {
    const e = events[row];
    found.push({ start, end, name: "EVENT", event: e, status: e.status, tip: `${types[e.type] || e.type} : ${e.when}, ${words.statuses[e.status]}`
      + `, ${words.certainties[certainty] || certainty}${cue ? " (« " + cue + " »)" : ""} — ${words.to_timeline}` });
  }
  return found;
}

function read(doc, at = -1) {
  if (doc < 0) return;
  $("article").value = doc;
  const raw = docs[doc][4];
  if (raw === null) { $("text").textContent = words.no_reader; if (at >= 0) $("reader").scrollIntoView(); return; }
  const text = Array.from(raw), found = annotations(doc);
  const borders = [...new Set([0, text.length, ...found.flatMap((m) => [m.start, m.end])])].sort((a, b) => a - b);
  const over = found.slice().sort((a, b) => a.start - b.start);
  const pieces = [];
  for (let k = 0; k + 1 < borders.length; k += 1) {
    const [start, end] = [borders[k], borders[k + 1]], part = text.slice(start, end).join("");
    const here = over.filter((m) => m.start <= start && end <= m.end);
    if (!here.length) { pieces.push(part); continue; }
    const event = here.find((m) => m.event), tip = here.map((m) => m.tip).join(" · ");
    const span = element("span", { className: here.map((m) => m.name).join(" "), textContent: part, tabIndex: 0, title: tip });
    span.onmouseenter = span.onfocus = () => { $("tip").textContent = tip; };
    if (event) {
      span.setAttribute("role", "button");
      span.onclick = () => choose(event.event, true);
      span.onkeydown = (key) => { if (key.key === "Enter" || key.key === " ") { key.preventDefault(); choose(event.event, true); } };
    }
    span.dataset.start = start;
    pieces.push(span);
  }
  $("text").replaceChildren(element("h3", { textContent: docs[doc][1] || docs[doc][0] }), element("p", { textContent: [docs[doc][3], docs[doc][2]].filter(Boolean).join(", ") }), ...pieces);
  if (at >= 0) {
    const target = [...$("text").querySelectorAll("span.EVENT")].find((s) => Number(s.dataset.start) >= at);
    (target || $("reader")).scrollIntoView({ block: "center" });
    if (target) target.focus({ preventScroll: true });
  }
}

// ---- entities and map ----------------------------------------------------------------------------------------------
function bars() {
  for (const [label, title, field] of [["PER", words.people_label, "person"], ["ORG", words.organisations_label, "organisation"], ["LOC", words.places_label, "place"]]) {
    const some = entities.filter((e) => e[0] === label).slice(0, 15), most = some.length ? some[0][3] : 1;
    const column = element("div", {}, element("h3", { textContent: title }));
    for (const e of some) {
      const gauge = element("span", { className: "gauge" }, element("i"), element("span", { textContent: number(e[3]) }));
      gauge.firstChild.style.width = `${Math.max(2, 70 * e[3] / most)}%`;
      column.append(element("button", { type: "button", className: "bar", title: [e[1], e[2]].filter(Boolean).join(", "),
        onclick: () => { form.reset(); form.elements[field].value = e[1]; filter(); $("timeline").scrollIntoView(); } },
      element("span", { textContent: e[1] }), gauge));
    }
    $("bars").append(column);
  }
  $("pairs").previousElementSibling.hidden = data.pairs.length === 0;
  $("pairs").append(...data.pairs.map(([a, b, n]) => element("li", { textContent: `${entities[a][1]} – ${entities[b][1]} : ${number(n)}` })));
}

function map() {
  const happening = new Map(data.eventPlaces);
  const places = entities.map((e, i) => ({ name: e[1], mentions: e[3], country: e[5], lat: e[6], lon: e[7], events: happening.get(i) || 0 }))
    .filter((p) => p.lat !== null && p.lon !== null);
  if (!places.length) { $("world").textContent = words.no_map; return; }
  const width = Math.max($("world").clientWidth, 280), height = Math.round(width / 2);
  vegaEmbed($("world"), {
    $schema: "https://vega.github.io/schema/vega/v6.json", background: null, width, height, autosize: "none",
    signals: [{ name: "zoomed", value: 1, on: [{ events: { type: "wheel", consume: true, filter: "event.ctrlKey" }, update: "clamp(zoomed * pow(1.002, -event.deltaY), 1, 30)" }] }],
    projections: [{ name: "flat", type: "equalEarth", scale: { signal: `${width / 5.6} * zoomed` }, translate: [width / 2, height / 2] }],
    data: [
      { name: "countries", values: data.world, format: { type: "topojson", feature: "countries" } },
      { name: "places", values: places, transform: [{ type: "geopoint", projection: "flat", fields: ["lon", "lat"] }] },
    ],
    scales: [{ name: "size", type: "sqrt", domain: [0, Math.max(...places.map((p) => p.mentions))], range: [12, 420] }],
    marks: [
      { type: "shape", from: { data: "countries" }, encode: { update: { fill: { value: colour("panel") }, stroke: { value: colour("line") } } },
        transform: [{ type: "geoshape", projection: "flat" }] },
      { type: "symbol", from: { data: "places" }, encode: { update: { x: { field: "x" }, y: { field: "y" }, size: { scale: "size", field: "mentions" },
        fill: { signal: `datum.events ? '${colour("negated")}' : '${colour("occurred")}'` }, fillOpacity: { value: 0.55 }, stroke: { value: colour("ground") },
        tooltip: { signal: "datum.name + ' : ' + datum.mentions" } } } },
    ],
  }, embedded);
  $("located").append(...places.slice(0, 60).map((p) => element("li", { textContent:
    `${p.name}${p.country ? " (" + p.country + ")" : ""} : ${number(p.mentions)} ${words.mentions}${p.events ? ", " + number(p.events) + " × " + words.timeline.toLowerCase() : ""}` })));
}

// ---- start ---------------------------------------------------------------------------------------------------------
fillChoices();
let soon = 0;
form.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(filter, 120); });
form.addEventListener("reset", () => setTimeout(filter));
form.addEventListener("submit", (e) => e.preventDefault());
document.querySelectorAll("[data-zoom]").forEach((b) => { b.onclick = () => zoom(b.dataset.zoom); });
$("chart").addEventListener("wheel", (e) => {
  e.preventDefault();
  zoom(e.deltaY < 0 ? "in" : "out", Math.min(1, Math.max(0, e.offsetX / $("chart").clientWidth)));
}, { passive: false });
$("previous").onclick = () => { page -= 1; list(); };
$("next").onclick = () => { page += 1; list(); };
$("article").append(...docs.map((d, value) => d[5] === "ok" ? element("option", { value, textContent: [d[2], d[1] || d[0]].filter(Boolean).join(" — ") }) : ""));
$("article").onchange = (e) => read(Number(e.target.value));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
let width = innerWidth;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; draw(); } });
filter();
bars();
map();
read(docs.findIndex((d) => d[5] === "ok"));
document.documentElement.dataset.ready = "true";
