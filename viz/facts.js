"use strict";
// The behaviour of the page of a document's facts. Text from documents is shown through textContent only: it is never markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const article = document.querySelector("article");
  const detail = document.getElementById("detail");
  const hint = [...detail.childNodes];
  const places = new Map(); // number of a fact -> the elements that show it
  for (const element of article.querySelectorAll("[data-facts]")) {
    for (const number of numbers(element)) {
      if (!places.has(number)) places.set(number, []);
      places.get(number).push(element);
    }
  }
  let held = false;
  let lit = [];

  function numbers(element) {
    return element.dataset.facts.split(" ").map(Number);
  }

  // The facts around an element, the innermost first.
  function around(element) {
    const found = new Set();
    for (let at = element.closest("[data-facts]"); at; at = at.parentElement && at.parentElement.closest("[data-facts]")) {
      for (const number of numbers(at)) found.add(number);
    }
    return [...found];
  }

  // An element with a Chinese word and its English beside it.
  function bilingual(name, [zh, en]) {
    const made = document.createElement(name);
    const english = document.createElement("span");
    english.lang = "en";
    english.textContent = ` ${en}`;
    made.append(zh, english);
    return made;
  }

  function card(number) {
    const fact = data.facts[number];
    const head = document.createElement("h2");
    const kind = bilingual("span", data.kinds[fact.kind]);
    kind.classList.add("k", `k-${fact.kind}`, `c-${fact.kind}`);
    const box = document.createElement("span");
    box.className = "f";
    box.append(kind);
    const place = document.createElement("span");
    place.className = "place";
    place.textContent = fact.place;
    head.append(box, place);
    const list = document.createElement("dl");
    for (const [name, value] of fact.fields) {
      const words = document.createElement("dd");
      words.dir = "auto";
      words.textContent = value;
      list.append(bilingual("dt", data.fields[name] || [name, ""]), words);
    }
    return [head, list];
  }

  function show(found) {
    for (const element of lit) element.classList.remove("lit");
    const narrow = found.filter((number) => !["measure", "goal"].includes(data.facts[number].kind));
    lit = narrow.flatMap((number) => places.get(number) || []);
    for (const element of lit) element.classList.add("lit");
    if (found.length) detail.replaceChildren(...found.flatMap(card));
    else detail.replaceChildren(...hint);
  }

  function hold(wanted) {
    held = wanted;
    document.body.classList.toggle("held", held);
  }

  article.addEventListener("pointerover", (event) => {
    const found = around(event.target);
    if (!held && found.length) show(found);
  });
  article.addEventListener("focusin", (event) => {
    hold(false);
    show(around(event.target));
  });
  article.addEventListener("click", (event) => {
    const found = around(event.target);
    show(found);
    hold(found.length > 0);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    hold(false);
    show([]);
  });
  for (const box of document.querySelectorAll("[data-kind]")) {
    box.addEventListener("change", () => article.classList.toggle(`hide-${box.dataset.kind}`, !box.checked));
  }
  const removed = document.getElementById("removed");
  if (removed) removed.addEventListener("change", () => article.classList.toggle("show-removed", removed.checked));
  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark;
    root.dataset.theme = dark ? "light" : "dark";
  });
})();
