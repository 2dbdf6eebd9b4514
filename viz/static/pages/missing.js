// An address where there is nothing.
import { html } from "../vendor/preact.js";
import { show } from "../app/shell.js";
import { t } from "../app/words.js";

function Missing() {
  return html`<h1>${t("page.missing")}</h1>
    <p class="lede">${t("missing.lede")}</p>
    <p><a href="/">${t("page.overview")}</a></p>`;
}

show("missing", Missing);
