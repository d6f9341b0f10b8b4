"use strict";
// Files and texts on their way: sent one by one, asked after until they are done, listed, downloaded.
const byId = (id) => document.getElementById(id);
const settings = JSON.parse(byId("settings").textContent);
const items = []; // {name, body, json, state, job, error, speeches, failures, ...}, as listed
const SENDING = 2; // uploads at once
const POLL = 700; // ms between two questions after the jobs that are under way
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function make(tag, className, text, parent) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

function say(text) {
  byId("message").textContent = text;
}

// One request to the server: {status, value} or {status, error}. Addresses are relative, so that a token in the path stays there.
async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    return { status: 0, error: "连接不上服务，它可能已停止；如果拖入的是文件夹，请先压缩成 .zip" };
  }
  if (response.ok) return { status: response.status, response };
  let reason = response.statusText;
  try {
    reason = (await response.json()).error;
  } catch {
    // no JSON: the status has to do
  }
  const known = {
    401: "需要访问口令，请刷新页面",
    404: `结果已不再保留（上限 ${settings.minutes} 分钟），请重新拖入文件`,
    413: `文件太大，上限 ${Math.floor(settings.bytes / 1e6)} MB`,
    503: "服务正忙，请稍后再试",
  };
  return { status: response.status, error: known[response.status] || `未能处理：${reason}` };
}

function add(item) {
  items.push(item);
  item.state = "waiting";
  if (item.size > settings.bytes) fail(item, `文件太大，上限 ${Math.floor(settings.bytes / 1e6)} MB`);
  else if (item.size === 0) fail(item, "文件是空的");
  item.row = make("li", "", undefined, byId("jobs"));
  show(item);
  send();
}

function fail(item, error) {
  item.state = "failed";
  item.error = error;
  item.body = null;
}

// Send what waits, a few at once; the server says when it has no room, and then it is tried again.
let sending = 0;
async function send() {
  while (sending < SENDING) {
    const item = items.find((one) => one.state === "waiting");
    if (!item) return;
    sending += 1;
    item.state = "sending";
    show(item);
    const headers = { "Content-Type": item.json ? "application/json" : "application/octet-stream" };
    const path = item.json ? "jobs" : `jobs?name=${encodeURIComponent(item.name)}`;
    ask(path, { method: "POST", headers, body: item.body }).then(async (answer) => {
      if (answer.status === 503) {
        await pause(3000);
        item.state = "waiting";
      } else if (answer.error) {
        fail(item, answer.error);
      } else {
        item.body = null;
        update(item, await answer.response.json());
      }
      sending -= 1;
      show(item);
      send();
    });
  }
}

function update(item, job) {
  if (item.state === "removed") {
    ask(`jobs/${job.job}`, { method: "DELETE" });
    return;
  }
  Object.assign(item, { job: job.job, state: job.state, ahead: job.ahead, page: job.page, pages: job.pages, done: job.files });
  if (job.state === "failed") fail(item, `未能读取：${job.error}`);
}

// A job may be done as soon as it is sent, and its result is then still to be taken.
const isOpen = (item) => ["queued", "reading", "tagging"].includes(item.state) || (item.state === "done" && !item.speeches);
async function poll() {
  for (const item of items.filter(isOpen)) {
    if (item.state !== "done") {
      const answer = await ask(`jobs/${item.job}`);
      if (item.state === "removed" || answer.status === 503) continue;
      if (answer.error) fail(item, answer.error);
      else update(item, await answer.response.json());
    }
    if (item.state === "done") await take(item);
    show(item);
  }
  setTimeout(poll, POLL);
}

async function take(item) {
  const answer = await ask(`jobs/${item.job}/result`);
  if (answer.status === 503) return;
  if (answer.error) {
    fail(item, answer.error);
    return;
  }
  const result = await answer.response.json();
  if (item.state === "removed") return;
  item.speeches = result.speeches;
  item.failures = result.failures;
  if (!current.item) openSpeech(item, item.speeches[0]);
}

function describe(item) {
  const files = item.done ? `，已完成 ${item.done} 个文件` : "";
  switch (item.state) {
    case "waiting": return "等待上传";
    case "sending": return "上传中";
    case "queued": return item.ahead ? `排队中，前面还有 ${item.ahead} 个` : "排队中";
    case "reading": return (item.page ? `识别第 ${item.page} 页，共 ${item.pages} 页` : "读取中") + files;
    case "tagging": return "标注中" + files;
    default: return "";
  }
}

// One row of the list, and the counts above it.
function show(item) {
  const row = item.row;
  if (!row || item.state === "removed") return;
  const signature = JSON.stringify([item.state, item.ahead, item.page, item.done, item.error, Boolean(item.speeches)]);
  if (row.dataset.shown !== signature) {
    row.dataset.shown = signature; // a row that does not change keeps the focus
    row.replaceChildren();
    make("span", "name", item.name, row);
    const state = make("span", "state", undefined, row);
    const remove = make("button", "remove", "×", row);
    remove.type = "button";
    remove.setAttribute("aria-label", `移除 ${item.name}`);
    remove.addEventListener("click", () => drop(item));
    if (item.state === "failed") {
      make("span", "bad", item.error, state);
      row.parentNode.prepend(row); // seen without scrolling
    } else if (item.speeches) {
      showSpeeches(item, state);
    } else {
      const bar = make("progress", "", undefined, state);
      if (item.page) Object.assign(bar, { max: item.pages, value: item.page - 1 });
      bar.setAttribute("aria-label", "进度");
      make("span", "", describe(item), state);
    }
  }
  count();
}

function showSpeeches(item, state) {
  for (const speech of item.speeches) {
    const button = make("button", "open", `${speech.title || speech.file} · ${speech.sentences.length} 句`, state);
    button.type = "button";
    button.addEventListener("click", () => {
      openSpeech(item, speech);
      byId("title").focus();
      byId("view").scrollIntoView();
    });
  }
  for (const failure of item.failures) make("div", "bad", `${failure.file}：${failure.reason}`, state);
}

function count() {
  const done = items.filter((one) => one.speeches).length;
  const failed = items.filter((one) => one.state === "failed").length;
  const left = items.length - done - failed;
  byId("files").hidden = !items.length;
  byId("progress").textContent = `完成 ${done}，进行中 ${left}${failed ? `，未能处理 ${failed}` : ""}`;
  for (const button of document.querySelectorAll("[data-format]")) button.disabled = !done;
}

function drop(item) {
  if (item.job && item.state !== "failed") ask(`jobs/${item.job}`, { method: "DELETE" });
  item.state = "removed";
  item.row.remove();
  items.splice(items.indexOf(item), 1);
  if (current.item === item) closeSpeech();
  count();
}

async function download(format) {
  const one = byId("scope").value === "one" && current.item;
  const jobs = (one ? [current.item] : items.filter((item) => item.speeches)).map((item) => item.job);
  say("");
  const headers = { "Content-Type": "application/json" };
  const answer = await ask(`download/${format}`, { method: "POST", headers, body: JSON.stringify({ jobs }) });
  if (answer.error) {
    say(answer.error);
    return;
  }
  const link = document.createElement("a");
  link.download = decodeURIComponent(answer.response.headers.get("Content-Disposition").split("''")[1]);
  link.href = URL.createObjectURL(await answer.response.blob());
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function addFiles(files) {
  say("");
  for (const file of files) add({ name: file.name, body: file, size: file.size });
}

const zone = byId("drop");
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (!event.dataTransfer || ![...event.dataTransfer.types].includes("Files")) return; // a text, which the box takes
    event.preventDefault(); // a file that misses the zone must not take the place of the page
    zone.classList.toggle("over", kind === "dragover");
    if (kind === "drop") addFiles(event.dataTransfer.files);
  });
}
byId("choose").addEventListener("change", (event) => {
  addFiles(event.target.files);
  event.target.value = ""; // the same file may be chosen again
});
byId("paste").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("words").value.trim();
  if (!text) {
    say("请先粘贴文字");
    return;
  }
  say("");
  const name = text.split("\n")[0].slice(0, 20);
  add({ name, body: JSON.stringify({ text, name }), size: text.length, json: true });
});
byId("words").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("paste").requestSubmit();
});
byId("clear").addEventListener("click", () => [...items].forEach(drop));
for (const button of document.querySelectorAll("[data-format]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    await download(button.dataset.format);
    button.disabled = false;
  });
}
setTimeout(poll, POLL);
