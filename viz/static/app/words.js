// The words of the pages in the language that is chosen. One file per language holds all of them: words/zh.js, words/en.js.
import zh from "../words/zh.js";
import en from "../words/en.js";

export const language = document.documentElement.dataset.language === "en" ? "en" : "zh";
const words = language === "en" ? en : zh;
const numbers = new Intl.NumberFormat(language === "en" ? "en" : "zh-CN");

// The text of a key, its {blanks} filled; a key that is missing shows itself, which the tests look for.
export function t(key, blanks = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => (typeof blanks[name] === "number" ? numbers.format(blanks[name]) : String(blanks[name] ?? "")));
}

// A sentence whose blanks are filled: between Chinese characters stands no space.
export function tight(sentence) {
  return sentence.replace(/(?<=[\u3400-\u9fff》）〕]) (?=[\u3400-\u9fff《（〔])/g, "");
}

export function count(n) {
  return numbers.format(n);
}
