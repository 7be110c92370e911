// A page about a referral says every 20 seconds that it is still open, and shows who else has it
// open. It says so when it is left; without that word it counts as left after 90 seconds.
const line = document.getElementById("presence");
const EVERY = 20_000;

if (line) {
  const { here, gone } = line.dataset;
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  // What this page calls itself: leaving it must not end the presence of the next one.
  const body = new URLSearchParams({ visit: crypto.randomUUID().replaceAll("-", "") });
  // The session may fall asleep though this page asks by itself.
  const headers = { "X-CSRFToken": token, "X-Breakwater-Unattended": "1" };

  const tell = async () => {
    try {
      const answer = await fetch(here, { method: "POST", headers, body });
      if (!answer.ok || answer.redirected) return clearInterval(timer);
      const now = await answer.json();
      // Set only when it changed: a screen reader says it each time.
      if (line.textContent !== now.words) line.textContent = now.words;
    } catch { /* the network is away for a moment */ }
  };
  const timer = setInterval(tell, EVERY);
  tell();
  addEventListener("pagehide", () => {
    fetch(gone, { method: "POST", headers, body, keepalive: true }).catch(() => {});
  });
  addEventListener("pageshow", (event) => { if (event.persisted) tell(); });
}
