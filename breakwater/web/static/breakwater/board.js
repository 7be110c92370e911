// Asks every 15 seconds whether the board is as it was. What somebody reads is never moved: a line
// above the list says how much is new, and pressing it puts the new list in place of the old one.
const line = document.getElementById("board-news");
const EVERY = 15_000;
let list = document.getElementById("board-list");

function say(words) {
  if (line.textContent === words) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "bw-plain-button";
  button.textContent = words;
  button.addEventListener("click", show);
  line.replaceChildren(button);
}

async function ask() {
  if (document.hidden) return;
  const address = new URL(line.dataset.href, location.href);
  address.searchParams.set("after", list.dataset.newest);
  try {
    // The session may fall asleep though this page asks by itself.
    const answer = await fetch(address, { headers: { "X-Breakwater-Unattended": "1" } });
    if (!answer.ok || answer.redirected) return clearInterval(timer);
    const { mark, fresh } = await answer.json();
    if (mark === list.dataset.mark) return line.replaceChildren();
    say(fresh ? `${fresh} new: show ${fresh === 1 ? "it" : "them"}` : "The board has changed: show it");
  } catch { /* the network is away for a moment */ }
}

// The list as a document of its own, never as text: nothing in it can run.
function show() {
  const request = new XMLHttpRequest();
  request.open("GET", location.href);
  request.responseType = "document";
  request.onload = () => {
    const found = request.response?.getElementById("board-list");
    if (!found) return location.reload();
    const fresh = document.importNode(found, true);
    list.replaceWith(fresh);
    list = fresh;
    line.replaceChildren();
    list.tabIndex = -1;
    list.focus({ preventScroll: true });
  };
  request.onerror = () => location.reload();
  request.send();
}

let timer;
if (line && list) timer = setInterval(ask, EVERY);
