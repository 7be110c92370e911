// Single keys press what names them (data-key) and walk through the rows of a list. Each browser
// says what they may do: "move" (links alone, as long as nobody chose), "on" (buttons too) or "off".
// Never while something is typed or a modifier is held: voice control and screen readers type keys.
const REMEMBERED = "breakwater-keys";
const ROWS = ".bw-work tbody tr";
let chosen = "move"; // where nothing can be remembered, for as long as the page is open

function mode() {
  try { return localStorage.getItem(REMEMBERED) ?? chosen; } catch { return chosen; }
}

function choose(value) {
  chosen = value;
  try { localStorage.setItem(REMEMBERED, value); } catch { /* private window */ }
}

function rowOf(element) {
  return element?.closest(ROWS);
}

// What a key is for: in the row where one is, else on the page outside of any row.
function named(key, row) {
  const which = `[data-key="${CSS.escape(key)}"]`;
  return row?.querySelector(which)
    ?? [...document.querySelectorAll(which)].find((found) => !rowOf(found));
}

function walk(step, row) {
  const links = [...document.querySelectorAll(`${ROWS} .bw-work__title a[href]`)];
  const at = links.findIndex((link) => rowOf(link) === row);
  const next = at < 0 ? links[step > 0 ? 0 : links.length - 1] : links[at + step];
  next?.focus();
  rowOf(next)?.scrollIntoView({ block: "nearest" });
}

// The list of keys, out of its own page. As a document, never as text: nothing in it can run.
function help(link) {
  const request = new XMLHttpRequest();
  request.open("GET", link.href);
  request.responseType = "document";
  request.onload = () => {
    const list = request.response?.getElementById("shortcuts");
    if (!list) return location.assign(link.href);
    const dialog = document.createElement("dialog");
    dialog.className = "bw-dialog";
    const title = document.createElement("h2");
    title.className = "govuk-heading-m";
    title.id = "shortcuts-title";
    title.textContent = "Keyboard shortcuts";
    dialog.setAttribute("aria-labelledby", title.id);
    const close = document.createElement("button");
    close.type = "button";
    close.className = "govuk-button govuk-button--secondary";
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    const more = document.createElement("a");
    more.className = "govuk-link";
    more.href = link.href;
    more.textContent = "Change what keys may do";
    const end = document.createElement("div");
    end.className = "govuk-button-group";
    end.append(close, more);
    dialog.append(title, document.importNode(list, true), end);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  request.onerror = () => location.assign(link.href);
  request.send();
}

function press(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  const held = ["Alt", "AltGraph", "Control", "Meta"].some((key) => event.getModifierState(key));
  // In small letters, for who has Caps Lock on; what Shift is needed for, such as ?, is pressed so.
  const key = event.key.toLowerCase();
  const shifted = event.getModifierState("Shift") && /^[a-z]$/.test(key);
  if (mode() === "off" || typing || held || shifted || event.repeat || event.isComposing) return;
  const row = rowOf(document.activeElement);
  const target = named(key, row);
  if (key === "j" || key === "k") walk(key === "j" ? 1 : -1, row);
  else if (key === "o" && row) row.querySelector(".bw-work__title a[href]")?.click();
  else if (target && key === "?") help(target);
  else if (target && (target.matches("a[href]") || mode() === "on")) target.click();
  else return;
  event.preventDefault();
}

// The switch beside buttons that keys may press.
const line = document.getElementById("keys");
const button = document.getElementById("keys-switch");
const words = document.getElementById("keys-words");

function show() {
  button.setAttribute("aria-pressed", String(mode() === "on"));
  button.textContent = mode() === "on" ? "Single keys are on" : "Answer with single keys";
  words.hidden = mode() !== "on";
}

if (line && button && words) {
  line.hidden = false;
  show();
  button.addEventListener("click", () => {
    choose(mode() === "on" ? "move" : "on");
    show();
  });
}

// The choice on the page of all keys.
const choice = document.getElementById("keys-choice");
if (choice) {
  choice.hidden = false;
  for (const radio of choice.querySelectorAll("[name=keys]")) {
    radio.checked = radio.value === mode();
    radio.addEventListener("change", () => choose(radio.value));
  }
}

document.addEventListener("keydown", press);
