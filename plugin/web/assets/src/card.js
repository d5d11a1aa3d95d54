// A review card: seen before it is decided on, held while it is looked at, and how long that took.
import { each } from "./forms.js";

const BEAT = 60_000;
const SETTLE = 250;

export function enhance(root) {
  each(root, "[data-card]", open);
  each(root, "[data-undo]", fade);
  each(root, "[data-dialog]", (button) => button.addEventListener("click", () => document.querySelector(button.dataset.dialog).showModal()));
}

function open(card) {
  // A key that was meant for the card before must not decide on this one.
  requestAnimationFrame(() => setTimeout(() => { card.dataset.seen = ""; }, SETTLE));
  time();
  if (card.dataset.lease) hold(card.dataset.lease);
}

// Only the seconds in view count.
function time() {
  let spent = 0;
  let since = performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) spent += performance.now() - since;
    else since = performance.now();
  });
  for (const field of document.querySelectorAll("[data-since]")) {
    field.form.addEventListener("submit", () => {
      field.value = ((spent + (document.hidden ? 0 : performance.now() - since)) / 1000).toFixed(1);
    });
  }
}

function hold(address) {
  const token = document.querySelector("input[name=csrf]").value;
  const beat = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(address, { method: "POST", headers: { "x-csrf-token": token } }).catch(() => null);
    if (answer && !answer.ok) clearInterval(beat);
  }, BEAT);
}

function fade(form) {
  setTimeout(() => form.remove(), Number(form.dataset.undo) * 1000);
}
