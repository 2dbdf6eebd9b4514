// A field that searches while one types (ARIA combobox): the search of the head, and the blanks of questions.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { get } from "./api.js";
import { Sign } from "./parts.js";
import { t } from "./words.js";

let number = 0;

// `choose(card)` is called with what was chosen, `enter(text)` with text that was entered without choosing.
export function Combobox({ label, placeholder = "", kind = "any", initial = "", choose, enter = null, name = "", shortcut = false, clear = false }) {
  const [id] = useState(() => `combobox-${++number}`);
  const [text, setText] = useState(initial);
  const [cards, setCards] = useState([]);
  const [at, setAt] = useState(-1);
  const [open, setOpen] = useState(false);
  const field = useRef(null);
  const typed = useRef(false);

  useEffect(() => setText(initial), [initial]);
  useEffect(() => {
    if (!typed.current || !text.trim()) {
      setCards([]);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      get("complete", { q: text.trim(), for: kind }, stop.signal).then(
        (found) => {
          setCards(found.items ?? found);
          setAt(-1);
          setOpen(true);
        },
        () => {}, // a list that does not come leaves what was typed
      );
    }, 120);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, kind]);
  useEffect(() => {
    if (!shortcut) return undefined;
    const key = (event) => {
      if (event.key === "/" && !event.target.closest?.("input, textarea, select, [contenteditable], .cm-editor")) {
        event.preventDefault();
        field.current.focus();
      }
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [shortcut]);

  const take = (card) => {
    typed.current = false;
    setOpen(false);
    setText(clear ? "" : card.label);
    choose(card);
  };
  const onKeyDown = (event) => {
    if (event.key === "Escape") {
      setOpen(false);
      if (!open) field.current.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!cards.length) return;
      event.preventDefault();
      setOpen(true);
      setAt((at + (event.key === "ArrowDown" ? 1 : -1) + cards.length + 1) % (cards.length + 1) || (event.key === "ArrowDown" ? 0 : cards.length - 1));
    } else if (event.key === "Enter" && !event.isComposing) { // while an input method composes, Enter ends the word
      if (open && cards[at]) {
        event.preventDefault();
        take(cards[at]);
      } else if (enter && text.trim()) {
        event.preventDefault();
        setOpen(false);
        enter(text.trim());
      }
    }
  };
  const shown = open && cards.length > 0;
  return html`<div class="combobox">
    <input
      ref=${field}
      type="search"
      role="combobox"
      name=${name}
      aria-label=${label}
      aria-expanded=${shown}
      aria-controls=${`${id}-list`}
      aria-autocomplete="list"
      aria-activedescendant=${shown && at >= 0 ? `${id}-${at}` : undefined}
      autocomplete="off"
      spellcheck=${false}
      placeholder=${placeholder}
      value=${text}
      onInput=${(event) => {
        typed.current = true;
        setText(event.target.value);
      }}
      onKeyDown=${onKeyDown}
      onBlur=${() => setTimeout(() => setOpen(false), 150)}
    />
    <ul id=${`${id}-list`} role="listbox" aria-label=${label} hidden=${!shown}>
      ${cards.map(
        (card, index) => html`<li id=${`${id}-${index}`} role="option" aria-selected=${index === at} onMouseDown=${(event) => { event.preventDefault(); take(card); }}>
          <${Sign} type=${card.type} /><bdi>${card.label}</bdi>${card.note && html`<span class="note">${card.note}</span>`}
        </li>`,
      )}
    </ul>
    ${shown && html`<span class="sr-only" role="status">${t("found", { n: cards.length })}</span>`}
  </div>`;
}
