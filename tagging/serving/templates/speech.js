// The speech that is shown: its text in colour, its table, filters, the sentence that is looked at, copying.
const labels = Object.fromEntries(settings.labels.map((label) => [label.key, label]));
const current = { item: null, speech: null, sentence: null };
let shown = []; // {sentence, span, row, parent}, in order
const view = byId("view");

function nameOf(sentence) {
  return sentence.labels.map((key) => labels[key].name).join("、") || "无类别";
}

// Offsets count code points, as Array.from does; a string's own indices count UTF-16 units.
function underline(sentence, parent) {
  const points = Array.from(sentence.text);
  const spans = new Map();
  for (const [key, [start, end]] of Object.entries(sentence.evidence)) {
    const known = spans.get(start) || { start, end, keys: [] };
    known.keys.push(key);
    spans.set(start, known);
  }
  let done = 0;
  for (const { start, end, keys } of [...spans.values()].sort((a, b) => a.start - b.start)) {
    parent.append(points.slice(done, start).join(""));
    let inner = parent;
    for (const key of keys) {
      inner = make("u", `clause l-${key}`, undefined, inner);
      inner.dataset.key = key;
    }
    inner.append(points.slice(start, end).join(""));
    done = end;
  }
  parent.append(points.slice(done).join(""));
}

function tint(keys) {
  const stops = keys.map((key, n) => {
    const colour = `color-mix(in srgb, ${labels[key].colour} var(--tint), transparent)`;
    return `${colour} ${(100 * n) / keys.length}% ${(100 * (n + 1)) / keys.length}%`;
  });
  return stops.length ? `linear-gradient(${stops.join(",")})` : "none";
}

function addSentence(sentence, number, parent) {
  const span = make("span", "s", undefined, parent);
  span.tabIndex = -1;
  span.style.background = tint(sentence.labels);
  for (const key of sentence.labels) {
    make("sup", `l-${key}`, labels[key].name[0], span).title = labels[key].name;
  }
  underline(sentence, span);
  if (sentence.truncated) make("em", "", "（原文至此中断）", span);
  const row = make("tr", "", undefined, byId("rows"));
  make("td", "number", String(number + 1), row);
  make("td", "number", sentence.page ? String(sentence.page) : "", row);
  const cell = make("td", "", undefined, row);
  for (const key of sentence.labels) make("span", `badge l-${key}`, labels[key].name, cell);
  make("td", "", sentence.text, row);
  const entry = { sentence, span, row, parent };
  for (const element of [span, row]) element.addEventListener("click", () => look(entry));
  span.addEventListener("focus", () => look(entry));
  shown.push(entry);
}

function openSpeech(item, speech) {
  Object.assign(current, { item, speech, sentence: null });
  shown = [];
  byId("text").replaceChildren();
  byId("rows").replaceChildren();
  byId("title").textContent = speech.title || speech.file;
  byId("source").textContent = `${speech.file} · ${speech.sentences.length} 句`;
  byId("notes").replaceChildren();
  for (const note of speech.notes) make("li", "", `提示：${note}`, byId("notes"));
  let paragraph = null;
  let before = "";
  speech.sentences.forEach((sentence, number) => {
    const group = `${sentence.paragraph} ${sentence.kind}`;
    if (group !== before) paragraph = make("p", `k-${sentence.kind}`, undefined, byId("text"));
    before = group;
    addSentence(sentence, number, paragraph);
  });
  if (shown.length) shown[0].span.tabIndex = 0; // one stop for the tab key; arrows go from sentence to sentence
  for (const button of document.querySelectorAll("[data-label]")) {
    button.querySelector("span").textContent = speech.counts[button.dataset.label] || 0;
  }
  for (const cell of document.querySelectorAll("[data-count]")) cell.textContent = speech.counts[cell.dataset.count] || 0;
  byId("detail").hidden = true;
  view.hidden = false;
  filter();
}

function closeSpeech() {
  Object.assign(current, { item: null, speech: null, sentence: null });
  view.hidden = true;
  byId("detail").hidden = true;
  const next = items.find((item) => item.speeches);
  if (next) openSpeech(next, next.speeches[0]);
}

const filters = [...document.querySelectorAll("[data-label]")];
function filter() {
  const pressed = filters.filter((button) => button.getAttribute("aria-pressed") === "true").map((button) => button.dataset.label);
  const words = byId("search").value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  const active = pressed.length > 0 || words.length > 0;
  let hits = 0;
  for (const { sentence, span, row, parent } of shown) {
    const own = sentence.labels.length ? sentence.labels : ["none"];
    const text = sentence.text.normalize("NFKC").toLowerCase();
    const hit = active && (!pressed.length || pressed.some((key) => own.includes(key))) && words.every((word) => text.includes(word));
    hits += hit;
    if (span === parent.firstChild) parent.classList.remove("hit");
    if (hit) parent.classList.add("hit");
    span.classList.toggle("hit", hit);
    row.classList.toggle("hit", hit);
    for (const clause of span.querySelectorAll(".clause")) clause.classList.toggle("shown", pressed.includes(clause.dataset.key));
  }
  view.classList.toggle("filtering", active);
  view.classList.toggle("only", byId("only").checked);
  byId("found").textContent = active ? `${hits} 句` : "";
}
for (const button of filters) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    filter();
  });
}
byId("search").addEventListener("input", filter);
byId("only").addEventListener("change", filter);

for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => {
    for (const other of document.querySelectorAll("[data-view]")) {
      other.setAttribute("aria-pressed", other === button);
      byId(other.dataset.view).hidden = other !== button;
    }
  });
}

// The sentence that is looked at: probabilities of all labels, with their thresholds.
function look(entry) {
  for (const { span, row } of shown) {
    span.classList.toggle("current", span === entry.span);
    row.classList.toggle("current", row === entry.row);
    span.tabIndex = span === entry.span ? 0 : -1;
  }
  current.sentence = entry.sentence;
  const bars = byId("bars");
  bars.replaceChildren();
  for (const [key, probability] of Object.entries(entry.sentence.probabilities)) {
    const bar = make("div", `l-${key}` + (entry.sentence.labels.includes(key) ? " yes" : ""), undefined, bars);
    make("span", "", labels[key].name, bar);
    const track = make("span", "track", undefined, bar);
    make("b", "", undefined, track).style.width = `${100 * probability}%`;
    if (labels[key].threshold !== null) make("u", "", undefined, track).style.left = `${100 * labels[key].threshold}%`;
    make("span", "number", probability.toFixed(2), bar);
  }
  byId("place").textContent = placeOf(entry.sentence);
  byId("detail").hidden = false;
}

function placeOf(sentence) {
  const page = sentence.page ? `第 ${sentence.page} 页` : `第 ${sentence.paragraph + 1} 段`;
  return `${nameOf(sentence)} · ${page}`;
}

byId("text").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const seen = shown.filter(({ span }) => span.offsetParent !== null);
  const place = seen.findIndex(({ span }) => span === document.activeElement);
  const next = seen[Math.min(Math.max(place + step, 0), seen.length - 1)];
  if (next) next.span.focus();
});
function closeDetail() {
  byId("detail").hidden = true;
  for (const { span, row } of shown) for (const element of [span, row]) element.classList.remove("current");
}
byId("close").addEventListener("click", closeDetail);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeDetail();
});

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = make("textarea", "", undefined, document.body); // without TLS, off this machine, there is no clipboard API
    box.value = text;
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  const before = button.textContent;
  button.textContent = "已复制";
  setTimeout(() => { button.textContent = before; }, 1500);
}
byId("copy").addEventListener("click", (event) => {
  const active = view.classList.contains("filtering");
  const lines = shown.filter(({ span }) => !active || span.classList.contains("hit"));
  copy(lines.map(({ sentence }) => `${sentence.text}\t${nameOf(sentence)}`).join("\n"), event.target);
});
byId("copy-one").addEventListener("click", (event) => {
  const { sentence, speech } = current;
  const place = sentence.page ? `第 ${sentence.page} 页` : `第 ${sentence.paragraph + 1} 段`;
  copy(`${sentence.text}（${speech.title || speech.file}，${place}，${speech.file}）`, event.target);
});
