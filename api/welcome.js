const form = document.querySelector("form"), said = document.querySelector("[role=status]");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [name, password] = ["name", "password"].map((id) => document.getElementById(id).value);
  const address = "/v1/invitations/" + location.pathname.split("/").pop() + ":accept";
  const headers = { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify({ name, password }) });
  said.textContent = answer.ok ? said.dataset.joined : (await answer.json()).detail;
  form.hidden = answer.ok;
});
