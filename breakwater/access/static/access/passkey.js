// Fills a form with what the browser's passkey answers. The page says what is asked in
// data-options (made by the server for this one time) and whether to "get" or "create" a passkey.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asAsked(options) {
  const asked = structuredClone(options);
  const key = asked.publicKey;
  key.challenge = bytes(key.challenge);
  if (key.user) key.user.id = bytes(key.user.id);
  for (const list of [key.excludeCredentials, key.allowCredentials]) {
    for (const known of list ?? []) known.id = bytes(known.id);
  }
  return asked;
}

function asAnswered(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[part]) response[part] = text(given[part]);
  }
  if (given.getTransports) response.transports = given.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-passkey-problem]");
  form.querySelector("[data-passkey-waiting]").hidden = true;
  form.querySelector("[data-passkey-ready]").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const options = asAsked(JSON.parse(form.dataset.options));
      const credential = await navigator.credentials[form.dataset.passkey](options);
      form.elements.credential.value = JSON.stringify(asAnswered(credential));
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
