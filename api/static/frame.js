// What every page does: send what forms say to the API, open dialogs, tell times in the reader's own zone.
const root = document.documentElement;
export const language = root.lang;
const locale = { ar: "ar-MA", fr: "fr-MA", en: "en-GB" }[language];

/** The element with this id, or within another one that a selector finds. */
export const find = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
/** A number as the service writes it too: Morocco's Arabic uses the digits and spaces of French. */
export function number(value, digits = 0, least = 0) {
  return new Intl.NumberFormat(language === "en" ? "en" : "fr", { maximumFractionDigits: digits, minimumFractionDigits: least }).format(value);
}

/** Asks this service; the answer's language is the page's.  Whoever is signed out meanwhile is led to sign in. */
export async function ask(address, method = "GET", body = undefined, headers = {}) {
  const given = { "Accept-Language": language, ...headers };
  const answer = await fetch(address, { method, body, headers: given });
  if (answer.status === 401 && !address.startsWith("/v1/session")) {
    location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
  }
  return answer;
}

/** What an answer refuses, as one sentence; with `most`, so many of its faults, where the page lists them nowhere else. */
export async function refusal(answer, most = 0) {
  try {
    const { detail, faults } = await answer.json();
    return faults?.length && most ? faults.slice(0, most).map((each) => each.text).join(" ") : detail;
  } catch { return document.body.dataset.wrong; }
}

/** A key of which no two are the same, so that a request repeated by accident takes effect once. */
export const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");

export function say(text) {
  const said = find("#said");
  said.textContent = text;
  setTimeout(() => { if (said.textContent === text) said.textContent = ""; }, 6000);
}

export function tellTimes(within = document) {
  const words = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
  for (const each of all("time[datetime]", within)) each.textContent = words.format(new Date(each.dateTime));
}

/** The fields of a form as the API takes them. */
function values(form) {
  const given = {};
  for (const field of form.elements) {
    const name = field.dataset.name || field.name;
    if (!name || field.disabled) continue;
    if (field.dataset.stops) given[name] = +field.dataset.stops.split(" ")[field.value];
    else if (field.dataset.list) { given[field.dataset.list] ||= []; if (field.checked) given[field.dataset.list].push(name); }
    else if (field.type === "checkbox") given[name] = field.checked;
    else if (field.type === "radio") { if (field.checked) given[name] = field.value; }
    else if (field.type === "number") { if (field.value) given[name] = +field.value; else if (field.dataset.empties !== undefined) given[name] = null; }
    else if (field.type === "date") given[name] = field.value || null;
    else given[name] = field.value;
  }
  return given;
}

async function send(form, button) {
  const { method, address, ifMatch, empty } = form.dataset, next = button.dataset.next ?? form.dataset.next;
  const headers = { "Content-Type": "application/json", "Idempotency-Key": form.dataset.key ||= key() };
  if (ifMatch) headers["If-Match"] = ifMatch;
  const bare = method === "DELETE" || empty !== undefined;
  const answer = await ask(address, method, bare ? undefined : JSON.stringify(values(form)), headers);
  if (!answer.ok) {
    delete form.dataset.key;
    return refusal(answer, 3);
  }
  if (next === "secret") show(form, await answer.json());
  else if (next === "reload") location.reload();
  else location.assign(fill(next, answer.status === 204 ? {} : await answer.json()));
  return "";
}

/** Shows what the service says this once only, in the place of the form's own fields. */
function show(form, given) {
  const secret = find("[data-secret]", form), code = find("code", secret);
  code.textContent = fill(secret.dataset.secret, { ...given, origin: location.origin });
  secret.hidden = false;
  for (const each of all("[data-asked]", form)) each.hidden = true;
  code.focus();
  find("[data-closes]", secret).onclick = () => location.reload();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.address) return;
  event.preventDefault();
  const button = event.submitter || find("button", form);
  if (button.getAttribute("aria-busy") === "true" || (form.dataset.sure && !confirm(form.dataset.sure))) return;
  button.setAttribute("aria-busy", "true");
  let wrong;
  try { wrong = await send(form, button); } catch { wrong = document.body.dataset.away; }
  if (!wrong) return;
  button.removeAttribute("aria-busy");
  const alert = find("[role=alert]", form);
  if (alert) alert.textContent = wrong; else say(wrong);
});

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-opens]"), closer = event.target.closest("[data-closes]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  if (closer) closer.closest("dialog").close();
  const link = event.target.closest("a[data-download]");
  if (link) { event.preventDefault(); save(await ask(link.href), link.dataset.download); }
});

/** Saves an answer as a file. */
export async function save(answer, name) {
  if (!answer.ok) return say(await refusal(answer));
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await answer.blob()), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

for (const slider of all("input[data-says]")) {
  const tell = () => {
    const words = slider.dataset.words.split("|")[slider.value];
    document.getElementById(slider.dataset.says).textContent = words;
    slider.setAttribute("aria-valuetext", words);
  };
  slider.addEventListener("input", tell);
  tell();
}
tellTimes();
