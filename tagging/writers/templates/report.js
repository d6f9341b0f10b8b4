"use strict";
const labels = JSON.parse(document.getElementById("labels").textContent);
const byKey = Object.fromEntries(labels.map((label) => [label.key, label]));
const sentences = [...document.querySelectorAll(".s")];

// A sentence's background: one stripe of colour for each of its labels.
for (const sentence of sentences) {
  const own = sentence.dataset.l.split(" ").filter((key) => byKey[key]);
  if (!own.length) continue;
  const tint = own.map((key) => `color-mix(in srgb, ${byKey[key].colour} var(--tint), transparent)`);
  const stops = tint.map((colour, n) => `${colour} ${(100 * n) / own.length}% ${(100 * (n + 1)) / own.length}%`);
  sentence.style.background = `linear-gradient(${stops.join(",")})`;
}

// Filters: the pressed labels (any of them) and the searched words together.
const buttons = [...document.querySelectorAll("[data-label]")];
const search = document.getElementById("search");
const only = document.getElementById("only");
const found = document.getElementById("found");
function filter() {
  const pressed = buttons.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.label);
  const words = search.value.trim();
  const active = pressed.length > 0 || words !== "";
  let hits = 0;
  for (const sentence of sentences) {
    const own = sentence.dataset.l.split(" ");
    const labelled = !pressed.length || pressed.some((key) => (key === "doubt" ? sentence.classList.contains("doubt") : own.includes(key)));
    const hit = active && labelled && sentence.textContent.includes(words);
    sentence.classList.toggle("hit", hit);
    hits += hit;
  }
  for (const key in byKey) document.body.classList.toggle(`filters-${key}`, pressed.includes(key)); // underlines its clauses
  document.body.classList.toggle("filtering", active);
  document.body.classList.toggle("only", only.checked);
  found.textContent = active ? `${hits} 句` : "";
}
for (const button of buttons) {
  button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    filter();
  });
}
search.addEventListener("input", filter);
only.addEventListener("change", filter);

// Probabilities of the sentence under the pointer, or of the one in focus.
const pop = document.getElementById("pop");
function show(sentence) {
  const own = sentence.dataset.l.split(" ");
  pop.replaceChildren();
  for (const pair of sentence.dataset.p.split(" ")) {
    const [key, value] = pair.split(":");
    const row = document.createElement("div");
    row.className = `l-${key}` + (own.includes(key) ? " yes" : "");
    const [name, track, number] = ["span", "span", "span"].map((tag) => row.appendChild(document.createElement(tag)));
    name.textContent = byKey[key].name;
    track.className = "track";
    track.appendChild(document.createElement("b")).style.width = `${100 * value}%`;
    if (byKey[key].threshold !== null) track.appendChild(document.createElement("u")).style.left = `${100 * byKey[key].threshold}%`;
    number.textContent = value;
    pop.append(row);
  }
  if (sentence.dataset.page) pop.appendChild(document.createElement("p")).textContent = `原文第 ${sentence.dataset.page} 页`;
  pop.hidden = false;
  const box = sentence.getClientRects()[0];
  const left = Math.min(Math.max(8, box.left), innerWidth - pop.offsetWidth - 8);
  const above = box.top - pop.offsetHeight - 8;
  const last = [...sentence.getClientRects()].at(-1);
  pop.style.left = `${left + scrollX}px`;
  pop.style.top = `${(above > 60 ? above : last.bottom + 8) + scrollY}px`;
}
const target = (event) => event.target.closest && event.target.closest(".s");
for (const kind of ["mouseover", "focusin", "click"]) {
  document.addEventListener(kind, (event) => {
    const sentence = target(event);
    if (sentence) show(sentence);
    else if (kind !== "focusin") pop.hidden = true;
  });
}
document.addEventListener("keydown", (event) => { if (event.key === "Escape") pop.hidden = true; });
