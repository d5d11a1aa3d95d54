// SQL with CodeMirror, over a textarea that stays the form's field.
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { MySQL, PostgreSQL, SQLite, StandardSQL, sql } from "@codemirror/lang-sql";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { each } from "./forms.js";

const DIALECTS = { postgres: PostgreSQL, duckdb: PostgreSQL, redshift: PostgreSQL, mysql: MySQL, sqlite: SQLite };
const nonce = document.querySelector("script[nonce]").nonce;

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--sql-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--sql-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--sql-number)" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--sql-function)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

function common(dialect, schema) {
  return [
    EditorView.cspNonce.of(nonce),
    EditorView.lineWrapping,
    bracketMatching(),
    syntaxHighlighting(colours),
    schema.of(sql({ dialect: DIALECTS[dialect] ?? StandardSQL })),
  ];
}

// Over a selection Chromium would write the colours of the old text as inline style, which the page's policy refuses.
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const plain = event.inputType === "insertText" && event.data !== null && !event.isComposing;
    if (!plain || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data));
    return true;
  },
});

export function enhance(root) {
  each(root, "textarea[data-editor]", edit);
  each(root, "[data-diff]", diff);
  each(root, "[data-highlight]", highlight);
}

function edit(field) {
  const original = field.value;
  const schema = new Compartment();
  const form = field.form;
  const keys = keymap.of([
    { key: "Mod-Enter", run: () => { form.requestSubmit(); return true; } },
    ...completionKeymap, ...historyKeymap, ...defaultKeymap,
  ]);
  const changed = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    field.value = update.state.doc.toString();
    form.toggleAttribute("data-changed", field.value !== original);
  });
  const view = new EditorView({
    doc: original,
    extensions: [
      lineNumbers(), history(), drawSelection(), indentOnInput(), closeBrackets(), autocompletion(),
      common(field.dataset.editor, schema), keys, changed, overSelection, EditorState.readOnly.of(field.readOnly),
      named(field.getAttribute("aria-label")),
    ],
  });
  field.hidden = true;
  field.before(view.dom);
  if (field.dataset.focus !== undefined) view.focus();
  document.fonts.ready.then(() => view.requestMeasure());
  view.contentDOM.addEventListener("focus", () => complete(view, schema, field), { once: true });
}

async function complete(view, schema, field) {
  const answer = await fetch("/catalog/schema.json");
  if (!answer.ok) return;
  const tables = await answer.json();
  view.dispatch({
    effects: schema.reconfigure(sql({ dialect: DIALECTS[field.dataset.editor] ?? StandardSQL, schema: tables })),
  });
}

// CodeMirror makes a text field of it, which must have a name.
function named(name) {
  return EditorView.contentAttributes.of({ "aria-label": name });
}

function readOnly(dialect, pre) {
  const closed = [EditorState.readOnly.of(true), EditorView.editable.of(false)];
  return [common(dialect, new Compartment()), closed, named(pre.dataset.name)];
}

function highlight(pre) {
  const view = new EditorView({ doc: pre.textContent, extensions: readOnly(pre.dataset.highlight, pre) });
  pre.hidden = true;
  pre.before(view.dom);
}

// Side by side where there is room, else one below the other.
function diff(box) {
  const [a, b] = [...box.querySelectorAll("pre")].map((pre) => {
    pre.hidden = true;
    return { doc: pre.textContent, extensions: readOnly(box.dataset.diff, pre) };
  });
  const collapseUnchanged = { margin: 2, minSize: 4 };
  if (matchMedia("(max-width: 44rem)").matches) {
    const unified = unifiedMergeView({ original: a.doc, mergeControls: false, collapseUnchanged });
    box.append(new EditorView({ doc: b.doc, extensions: [b.extensions, unified] }).dom);
    return;
  }
  box.append(new MergeView({ a, b, collapseUnchanged, gutter: true }).dom);
}
