// Runs before anything is drawn: the theme and language that were chosen last, so that no page flashes in another.
(() => {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("lang");
  let kept = null;
  try {
    kept = JSON.parse(localStorage.getItem("zhengpu") ?? "{}");
  } catch {
    kept = {}; // storage is closed or holds something else: the defaults serve
  }
  const language = asked === "en" || asked === "zh" ? asked : kept?.language === "en" ? "en" : "zh";
  root.lang = language === "en" ? "en" : "zh-CN";
  root.dataset.language = language;
  if (kept?.theme === "light" || kept?.theme === "dark") root.dataset.theme = kept.theme;
})();
