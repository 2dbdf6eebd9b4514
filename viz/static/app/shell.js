// What stands around every page: the head with its ways, search, language and theme; the page itself goes into <main>.
import { html, render } from "../vendor/preact.js";
import { pageOf } from "./address.js";
import { Combobox } from "./combobox.js";
import { keep, kept } from "./kept.js";
import { language, t } from "./words.js";

const WAYS = ["overview", "explore", "ask", "read", "compare", "schedule", "quality"];
const THEMES = ["auto", "light", "dark"];

function Head({ page }) {
  return html`<header class="head">
    <a class="brand" href="/"><span lang="zh-CN">政谱</span> <span class="latin">zhengpu</span></a>
    <nav aria-label=${t("nav")}>
      <ul>
        ${WAYS.map((way) => html`<li><a href=${way === "overview" ? "/" : `/${way}`} aria-current=${way === page ? "page" : undefined}>${t(`page.${way}`)}</a></li>`)}
      </ul>
    </nav>
    <${Combobox}
      label=${t("search.label")}
      placeholder=${t("search.placeholder")}
      shortcut=${true}
      clear=${true}
      choose=${(card) => location.assign(pageOf(card))}
      enter=${(text) => location.assign(`/?q=${encodeURIComponent(text)}`)}
    />
    <div class="choices">
      <button type="button" class="plain" lang=${language === "en" ? "zh-CN" : "en"} onClick=${otherLanguage}>${language === "en" ? "中文" : "English"}</button>
      <button type="button" class="plain" aria-label=${t("theme")} title=${t("theme")} onClick=${nextTheme}><span class="theme-sign" aria-hidden="true"></span></button>
    </div>
  </header>`;
}

function otherLanguage() {
  keep("language", language === "en" ? "zh" : "en");
  const query = new URLSearchParams(location.search);
  query.delete("lang");
  location.replace(location.pathname + (query.size ? `?${query}` : "") + location.hash);
  if (location.hash) location.reload(); // an address that differs in nothing but its fragment is not loaded anew
}

function nextTheme() {
  const theme = THEMES[(THEMES.indexOf(kept("theme", "auto")) + 1) % THEMES.length];
  keep("theme", theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.dispatchEvent(new CustomEvent("themechange")); // what draws on a canvas reads its colours once
}

// Draws a page: its component gets all of <main>. The title of the window is the page's.
export function show(page, Page) {
  document.title = `${t(`page.${page}`)} · ${t("brand")}`;
  const root = document.getElementById("app");
  root.replaceChildren();
  render(
    html`<a class="skip" href="#main">${t("skip")}</a><${Head} page=${page} />
      <main id="main" tabindex="-1" class=${`page-${page}`}><${Page} /></main>`,
    root,
  );
}
