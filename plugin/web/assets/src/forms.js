// Small comforts on forms that also work without them.

export function each(root, selector, make) {
  for (const element of root.querySelectorAll(`${selector}:not([data-ready])`)) {
    element.dataset.ready = "";
    make(element);
  }
}

export function enhance(root) {
  each(root, "textarea[data-question]", question);
  each(root, "[data-copy]", copy);
  each(root, "select[data-submit]", (select) => select.addEventListener("change", () => select.form.requestSubmit()));
  each(root, "[data-toggles]", toggles);
  each(root, "form[data-once]", once);
}

function question(field) {
  const fit = () => {
    field.rows = Math.min(8, Math.max(Number(field.dataset.question) || 1, field.value.split("\n").length));
  };
  field.addEventListener("input", fit);
  field.addEventListener("keydown", (event) => {
    // Hangul is composed with Enter too: only an Enter outside of a composition asks.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (field.value.trim()) field.form.requestSubmit();
  });
  fit();
}

function copy(button) {
  button.addEventListener("click", async () => {
    const from = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent);
    const before = button.getAttribute("aria-label");
    button.classList.add("done");
    button.setAttribute("aria-label", button.dataset.copied);
    setTimeout(() => {
      button.classList.remove("done");
      button.setAttribute("aria-label", before);
    }, 1500);
  });
}

function toggles(button) {
  button.addEventListener("click", (event) => {
    const part = document.querySelector(button.dataset.toggles);
    part.hidden = !part.hidden;
    button.setAttribute("aria-expanded", String(!part.hidden));
    if (button.href) {
      // A link that says the same: its address is the state, and what it leads to next is the state of now.
      const here = location.href;
      event.preventDefault();
      history.replaceState(null, "", button.href);
      button.href = here;
      if (!part.hidden) (part.querySelector("input[required]") ?? part.querySelector("button"))?.focus();
    } else if (!part.hidden) part.querySelector("input, textarea, select, button")?.focus();
  });
}

function once(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent !== undefined) event.preventDefault();
    form.dataset.sent = "";
    window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
}
