import "./htmx-global.js";
import "htmx.org/dist/ext/hx-csp.js";
import { enhance as cards } from "./card.js";
import { enhance as forms } from "./forms.js";
import { enhance as keys } from "./keys.js";
import { enhance as stream } from "./stream.js";

const late = {
  "[data-editor]": () => import("./editor.js"),
  "[data-diff]": () => import("./editor.js"),
  "[data-highlight]": () => import("./editor.js"),
  "[data-chart]": () => import("./chart.js"),
};

function enhance() {
  for (const island of [forms, keys, stream, cards]) island(document);
  for (const [selector, load] of Object.entries(late)) {
    if (document.querySelector(`${selector}:not([data-ready])`)) load().then((island) => island.enhance(document));
  }
}

// Where the screens do not fit side by side, the one that is open is in sight.
function showOpenScreen() {
  const open = document.querySelector(".top nav [aria-current]");
  if (open) open.parentElement.scrollLeft = open.offsetLeft - open.parentElement.offsetLeft - 24;
}

document.addEventListener("htmx:after:swap", enhance);
document.addEventListener("DOMContentLoaded", showOpenScreen);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", enhance);
else enhance();
