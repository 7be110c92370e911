// Single keys press the buttons that name them (data-key). Off until the reader turns them on, and
// never while something is typed or a modifier is held: voice control and screen readers type keys.
const remembered = "breakwater-answer-keys";
const line = document.getElementById("keys");
const button = document.getElementById("keys-switch");
const words = document.getElementById("keys-words");

function on() {
  try { return localStorage.getItem(remembered) === "on"; } catch { return false; }
}

function show() {
  button.setAttribute("aria-pressed", String(on()));
  button.textContent = on() ? "Single keys are on" : "Answer with single keys";
  words.hidden = !on();
}

if (line && button && words) {
  line.hidden = false;
  show();
  button.addEventListener("click", () => {
    try { localStorage.setItem(remembered, on() ? "off" : "on"); } catch { /* private window */ }
    show();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    const modifiers = ["Alt", "AltGraph", "Control", "Meta", "Shift"];
    const held = modifiers.some((key) => event.getModifierState(key));
    if (!on() || typing || held || event.repeat || event.isComposing) return;
    // In small letters, for who has Caps Lock on.
    const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });
}
