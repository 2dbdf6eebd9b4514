// The one door to the server: GET and POST of JSON, with the language, errors as sentences, and a way to stop.
import { language, t } from "./words.js";

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem?.detail || problem?.title || t("error.status", { status }));
    this.status = status;
    this.problem = problem ?? {};
  }
}

// The address of a call; values that are empty are left out, lists become repeated parameters.
export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ lang: language, ...parameters })) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") query.append(name, one);
    }
  }
  return `/api/${path}?${query}`;
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, { title: t("error.unreachable") });
  }
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body = isJson ? await response.json().catch(() => null) : null;
  if (!response.ok) throw new ApiError(response.status, body);
  if (body === null) throw new ApiError(response.status, { title: t("error.cut") }); // an answer cut at a limit is no JSON
  return body;
}

export function get(path, parameters = {}, signal = undefined) {
  return answer(fetch(address(path, parameters), { signal, headers: { accept: "application/json" } }));
}

export function post(path, content, signal = undefined) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  return answer(fetch(`/api/${path}`, { method: "POST", body: JSON.stringify(content), signal, headers }));
}
