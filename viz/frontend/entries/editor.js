export { EditorView, keymap, lineNumbers, drawSelection, highlightActiveLine, placeholder, tooltips } from "@codemirror/view";
export { Compartment, EditorState, Prec } from "@codemirror/state";
export { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, snippetCompletion } from "@codemirror/autocomplete";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting, syntaxTree } from "@codemirror/language";
export { lintGutter, linter, setDiagnostics } from "@codemirror/lint";
export { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
export { sparql } from "codemirror-lang-sparql";
export { tags } from "@lezer/highlight";
