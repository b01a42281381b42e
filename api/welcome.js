const form = document.querySelector("form"), said = document.querySelector("[role=status]");
const button = form.querySelector("button");

async function accepted() {
  const [name, password] = ["name", "password"].map((id) => document.getElementById(id).value);
  const address = "/v1/invitations/" + location.pathname.split("/").pop() + ":accept";
  const headers = { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify({ name, password }) });
  said.textContent = answer.ok ? said.dataset.joined : (await answer.json()).detail;
  if (answer.ok) setTimeout(() => location.assign("/start"), 1500);
  return answer.ok;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;  // a second click would spend the invitation twice
  try {
    form.hidden = await accepted();
  } catch {
    said.textContent = said.dataset.away;
  } finally {
    button.disabled = false;
  }
});
