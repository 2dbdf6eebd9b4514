// What the browser keeps between visits: language, theme, history of queries. Nothing here ever reaches the server.
const KEY = "zhengpu";

function all() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

export function kept(name, otherwise = null) {
  return all()[name] ?? otherwise;
}

export function keep(name, value) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...all(), [name]: value }));
  } catch {
    // private windows and full storage: the page works without
  }
}
