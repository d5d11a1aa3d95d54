// The answer as it comes. Whatever the server says is put on the page as text, never as HTML.
import { each } from "./forms.js";

export function enhance(root) {
  each(root, "[data-stream]", watch);
}

function watch(box) {
  const source = new EventSource(box.dataset.stream);
  const says = box.querySelector("[data-says]");
  const sql = box.querySelector("[data-sql]");
  const seconds = box.querySelector("[data-seconds]");
  const started = Date.now();
  const clock = setInterval(() => {
    seconds.textContent = `${Math.round((Date.now() - started) / 1000)}${box.dataset.unit}`;
  }, 1000);
  const read = (event) => JSON.parse(event.data);

  source.addEventListener("ahead", (event) => place(box, read(event)));
  source.addEventListener("state", () => place(box, 0));
  source.addEventListener("stage", (event) => {
    const step = step_of(box, read(event).split(".")[0]);
    if (step) mark(box, step, says);
  });
  source.addEventListener("token", (event) => {
    show(sql);
    sql.textContent += read(event);
  });
  source.addEventListener("sql", (event) => {
    show(sql);
    sql.textContent = read(event);
  });
  source.addEventListener("end", () => {
    source.close();
    clearInterval(clock);
    for (const step of box.querySelectorAll("[data-stage]")) step.dataset.state = "done";
    finish();
  });
  source.addEventListener("error", () => {
    // The browser comes back by itself; one that may not (the server forgot the question) looks at the page again.
    if (source.readyState === EventSource.CLOSED) {
      clearInterval(clock);
      finish();
    }
  });
}

function place(box, ahead) {
  const title = box.querySelector("[data-place]");
  title.textContent = ahead ? title.dataset.waiting.replace("{n}", ahead) : title.dataset.working;
}

function finish() {
  window.htmx.ajax("GET", location.pathname, { target: "#answer", select: "#answer", swap: "outerHTML" }).catch(() => location.reload());
}

function show(sql) {
  sql.closest("[hidden]")?.removeAttribute("hidden");
}

function step_of(box, kind) {
  const shown = { compose: "generate", choose: "deliver" }[kind] ?? kind;
  return box.querySelector(`[data-stage="${CSS.escape(shown)}"]`);
}

function mark(box, step, says) {
  let passed = true;
  for (const other of box.querySelectorAll("[data-stage]")) {
    if (other === step) passed = false;
    other.dataset.state = other === step ? "now" : passed ? "done" : "";
  }
  const text = step.querySelector("[data-text]").textContent;
  if (says.textContent !== text) says.textContent = text;
}
