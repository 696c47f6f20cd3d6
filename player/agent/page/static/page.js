// Keeps the page in step with the player: asks once a second for what has changed, and counts down in between.
"use strict";
const body = document.body.dataset;
const started = performance.now();
const begun = Number(body.now);
const preview = document.getElementById("preview");
const age = document.getElementById("age");
const silent = document.getElementById("silent");
let tag = body.tag;
let heard = started;

// The player's clock, not that of whoever looks: theirs may be wrong.
const now = () => begun + performance.now() - started;

function left(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, place) => (place ? String(part).padStart(2, "0") : String(part))).join(":");
}

function tick() {
  for (const one of document.querySelectorAll("span[data-left]")) {
    one.textContent = body.left.replace("{time}", left(Number(one.dataset.left) - now()));
  }
  for (const one of document.querySelectorAll("progress[data-ends]")) {
    const from = Number(one.dataset.begins);
    one.value = Math.min(1, Math.max(0, (now() - from) / (Number(one.dataset.ends) - from)));
  }
  const stamp = Number(preview.dataset.stamp);
  age.textContent = stamp ? body.age.replace("{seconds}", Math.max(0, Math.round((now() - stamp) / 1000))) : "";
  const quiet = Math.round((performance.now() - heard) / 1000);
  silent.hidden = quiet < 6;
  if (!silent.hidden) silent.textContent = body.silent.replace("{seconds}", quiet);
}

// What somebody has opened, chosen or typed stays as it is while the words around it change.
function replace(part, html) {
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.id);
  const typed = [...part.querySelectorAll("input")].map((one) => [one.id, one.value]);
  const scrolled = part.querySelector(".log")?.scrollTop ?? 0;
  const focus = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  const log = part.querySelector(".log");
  if (log) log.scrollTop = scrolled;
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

async function ask() {
  const answer = await fetch("/live.json", { headers: { "If-None-Match": `"${tag}"` }, cache: "no-store" });
  if (answer.status === 401) return location.reload();
  if (answer.status !== 304 && !answer.ok) return;
  heard = performance.now();
  if (answer.status === 304) return;
  const news = await answer.json();
  tag = news.version;
  for (const [name, html] of Object.entries(news.parts)) {
    const part = document.querySelector(`[data-part="${name}"]`);
    if (part) replace(part, html);
  }
  if (String(news.preview) !== preview.dataset.stamp) {
    preview.dataset.stamp = news.preview;
    preview.src = `/preview.jpg?${news.preview}`;
  }
}

async function follow() {
  if (!document.hidden) {
    try {
      await ask();
    } catch {
      // The player does not answer; how long already is shown by tick.
    }
  }
  tick();
  setTimeout(follow, 1000);
}

preview.addEventListener("error", () => preview.classList.add("absent"));
preview.addEventListener("load", () => preview.classList.remove("absent"));
if (preview.complete && !preview.naturalWidth) preview.classList.add("absent");
document.addEventListener("visibilitychange", () => (heard = performance.now()));
tick();
setTimeout(follow, 1000);
