// The editor of queries: colours, error marks at line and column (by the server's own parser), completion of our terms and entities.
import {
  Compartment, EditorState, EditorView, HighlightStyle, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap, completionKeymap, defaultKeymap,
  drawSelection, history, historyKeymap, indentOnInput, keymap, lineNumbers, lintGutter, linter, searchKeymap, sparql, syntaxHighlighting, tags,
} from "../vendor/editor.js";
import { get, post } from "./api.js";
import { t } from "./words.js";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--variable)" },
  { tag: [tags.string, tags.literal, tags.number, tags.bool], color: "var(--literal)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.url, tags.namespace, tags.propertyName, tags.atom], color: "var(--iri)" },
]);

const theme = EditorView.theme({
  "&": { border: "1px solid var(--line)", borderRadius: "4px", background: "var(--raised)", color: "var(--ink)" },
  "&.cm-focused": { outline: "3px solid var(--accent)" },
  ".cm-content": { fontFamily: "ui-monospace, 'Cascadia Code', Consolas, 'Noto Sans Mono CJK SC', monospace", fontSize: "0.92rem", caretColor: "var(--ink)", minHeight: "9rem" },
  ".cm-gutters": { background: "transparent", color: "var(--soft)", borderInlineEnd: "1px solid var(--line)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-tooltip": { border: "1px solid var(--line)", background: "var(--raised)", color: "var(--ink)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--on-accent)" },
  ".cm-selectionBackground, &.cm-focused .cm-selectionBackground": { background: "color-mix(in srgb, var(--accent) 28%, transparent) !important" },
});

let vocabulary = null; // asked once, when the first editor opens

async function terms() {
  vocabulary ??= get("vocabulary").catch(() => ({ classes: [], properties: [], prefixes: {} }));
  return vocabulary;
}

// zp:… and other terms after a colon or the first letters; variables of the query; entities by their Chinese names.
async function complete(context) {
  const variable = context.matchBefore(/[?$]\w*/);
  if (variable) {
    const names = new Set([...context.state.doc.toString().matchAll(/[?$]\w+/g)].map((match) => match[0]).filter((name) => name !== variable.text));
    return { from: variable.from, options: [...names].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
  }
  const han = context.matchBefore(/[\u3400-\u9fff\w]*[\u3400-\u9fff][\u3400-\u9fff\w]*/);
  if (han) {
    const found = await get("complete", { q: han.text, for: "any" }).catch(() => ({ items: [] }));
    const options = (found.items ?? found).map((card) => ({ label: card.label, detail: card.note || t(`type.${card.type}`), type: "constant", apply: `<${card.iri}>`, boost: 1 }));
    return options.length ? { from: han.from, options, filter: false } : null;
  }
  const name = context.matchBefore(/[A-Za-z][\w-]*:?[\w-]*/);
  if (!name && !context.explicit) return null;
  const known = await terms();
  const told = (kind) => (term) => ({ label: term.name, detail: term.label, info: term.comment || undefined, type: kind });
  const options = [
    ...(known.classes ?? []).map(told("class")),
    ...(known.properties ?? []).map(told("property")),
    ...Object.entries(known.prefixes ?? {}).map(([prefix, iri]) => ({ label: `${prefix}:`, detail: iri, type: "namespace" })),
    ..."SELECT ASK CONSTRUCT DESCRIBE WHERE OPTIONAL FILTER UNION GROUP ORDER LIMIT OFFSET DISTINCT COUNT VALUES BIND EXISTS MINUS HAVING".split(" ").map((label) => ({ label, type: "keyword", boost: -1 })),
  ];
  return { from: name?.from ?? context.pos, options, validFor: /^[\w:-]*$/ };
}

async function marks(view) {
  const text = view.state.doc.toString();
  if (!text.trim()) return [];
  const found = await post("check", { sparql: text }).catch(() => ({ ok: true }));
  if (found.ok) return [];
  const line = view.state.doc.line(Math.min(Math.max(found.line ?? 1, 1), view.state.doc.lines));
  const from = Math.min(line.from + Math.max((found.column ?? 1) - 1, 0), line.to);
  return [{ from, to: Math.min(from + 1, view.state.doc.length), severity: "error", message: found.message }];
}

// Text that is typed over a selection is put in by the editor: left to Chromium, that writes style attributes, which the policy of the page forbids.
function typedOver(event, view) {
  const { main } = view.state.selection;
  if (event.inputType !== "insertText" || !event.data || main.empty || event.isComposing) return false;
  const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  event.preventDefault();
  if (!view.state.facet(EditorView.inputHandler).some((handler) => handler(view, main.from, main.to, event.data, insert))) view.dispatch(insert());
  return true;
}

// An editor in `parent`. `run` is called on Ctrl+Enter, `changed(text)` after each change. Returns {text, set, focus, destroy}.
export function editor(parent, { text = "", run, changed, label }) {
  terms(); // counted over the whole graph: asked for before the first letter is typed
  const nonce = document.querySelector("script[nonce]")?.nonce ?? "";
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        new Compartment().of(EditorView.lineWrapping),
        keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }, ...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.domEventHandlers({ beforeinput: typedOver }),
        lineNumbers(), drawSelection(), history(), indentOnInput(), bracketMatching(), closeBrackets(),
        autocompletion({ override: [complete], icons: false }), linter(marks, { delay: 400 }), lintGutter(),
        sparql(), syntaxHighlighting(colours), theme,
        EditorView.updateListener.of((update) => update.docChanged && changed?.(update.state.doc.toString())),
      ],
    }),
  });
  return {
    get text() {
      return view.state.doc.toString();
    },
    set(next) {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
