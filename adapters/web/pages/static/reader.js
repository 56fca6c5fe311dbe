// What pages do without: keys, results while typing, copying, the device's time zone, and remembering light or dark. Each page works without it.
"use strict";
const kept = (name, value) => {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch { /* a browser that keeps nothing */ }
  return null;
};

function theme() {
  const root = document.documentElement;
  for (const choice of document.querySelectorAll("input[name=theme]")) {
    choice.checked = choice.value === (root.dataset.theme || "auto");
    choice.addEventListener("change", () => {
      if (choice.value === "auto") delete root.dataset.theme;
      else root.dataset.theme = choice.value;
      kept("theme", choice.value);
    });
  }
}

function instant(form) {
  const heard = document.getElementById("heard");
  let asked, waiting;
  const address = () => {
    const given = [...new FormData(form)].filter(([, value]) => value);
    return `${form.getAttribute("action")}?${new URLSearchParams(given)}`;
  };
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const url = address();
    try {
      const answer = await fetch(`${url}&part=results`, { signal: asked.signal });
      if (!answer.ok) return;
      const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("results");
      document.getElementById("results").replaceWith(made);
      heard.textContent = made.querySelector(".total, .trouble")?.textContent.trim() || "";
      history.replaceState(null, "", url);
    } catch (error) {
      if (error.name !== "AbortError") form.dataset.instant = "off"; // the button still works
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    if (form.dataset.instant !== "off") waiting = setTimeout(ask, 200);
  });
}

function copying() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) return; // only where the page came over HTTPS or from this machine
    button.hidden = false;
    button.addEventListener("click", async () => {
      const said = document.getElementById("copied");
      try {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        said.textContent = button.textContent = "Copied";
      } catch {
        said.textContent = button.textContent = "Not copied";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }
}

function step(by) {
  const titles = [...document.querySelectorAll(".entry .title a")];
  const at = titles.findIndex((title) => title.closest(".entry").contains(document.activeElement));
  const next = titles[at < 0 ? (by > 0 ? 0 : titles.length - 1) : at + by];
  next?.focus();
  next?.closest(".entry").scrollIntoView({ block: "nearest" });
}

function keys() {
  const help = document.getElementById("keys-help");
  const on = document.getElementById("keys-on");
  on.checked = kept("keys") !== "off";
  on.addEventListener("change", () => kept("keys", on.checked ? "on" : "off"));
  const search = () => document.getElementById("q") || document.getElementById("quick");
  const acts = {
    "/": () => { search().focus(); search().select(); },
    "?": () => help.showModal(),
    j: () => step(1),
    k: () => step(-1),
    ArrowLeft: () => document.querySelector("main a[rel=prev]")?.click(),
    ArrowRight: () => document.querySelector("main a[rel=next]")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.metaKey || event.altKey || help.open;
    if (busy || event.target.closest("input, select, textarea, pre, [contenteditable]")) return;
    if (!(event.key in acts) || (!on.checked && event.key !== "?")) return;
    event.preventDefault();
    acts[event.key]();
  });
}

function here() {
  for (const zone of document.querySelectorAll("input[data-here]")) {
    zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }
}

theme();
here();
copying();
keys();
document.querySelectorAll("form[data-instant]").forEach(instant);
