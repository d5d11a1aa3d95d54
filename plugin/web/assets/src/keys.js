// Keys by their place on the keyboard (event.code), so that they work while Hangul is switched on.
import { each } from "./forms.js";

const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable=false]), .cm-editor";

function typing(target) {
  return target instanceof Element && target.closest(TYPING) !== null;
}

export function enhance(root) {
  each(root, "body", (body) => {
    if (body.dataset.keys === "off") return;
    document.addEventListener("keydown", press);
  });
}

function press(event) {
  if (event.isComposing || event.keyCode === 229 || event.repeat || event.altKey) return;
  if (event.code === "Escape" && typing(event.target)) {
    document.activeElement.blur();
    return;
  }
  const command = event.ctrlKey || event.metaKey;
  const name = `${command ? "Ctrl+" : ""}${event.shiftKey ? "Shift+" : ""}${event.code}`;
  if (document.querySelector("dialog[open]") && event.code !== "Escape") return;
  if (typing(event.target) && !command) return;
  if (event.code === "Space" && event.target instanceof Element && event.target.closest("button, a, summary")) return;
  const found = [...document.querySelectorAll("[data-key]")].find(
    (e) => e.dataset.key.split(" ").includes(name) && e.checkVisibility());
  if (!found || found.disabled || document.querySelector(".htmx-request [data-card]")) return;
  event.preventDefault();
  if (found.closest("[data-decision], .next") && document.querySelector("[data-card]:not([data-seen])")) return;
  found.classList.add("pressed");
  setTimeout(() => found.classList.remove("pressed"), 150);
  if (found.matches("input, textarea")) found.focus();
  else found.click();
}
