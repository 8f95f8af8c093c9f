// Passkeys. Every button here is hidden until the browser can do what it says; the forms beside it work without.
(() => {
  const box = document.querySelector("[data-passkey]");
  if (!box || !window.PublicKeyCredential || !navigator.credentials) return;
  const button = box.querySelector("button");
  const trouble = box.querySelector("[role=alert]");
  const read = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const write = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const post = async (path, body) => {
    const answer = await fetch(path, {
      method: "POST", credentials: "same-origin", body: JSON.stringify(body || {}),
      headers: { "Content-Type": "application/json", "X-CSRF": box.dataset.csrf },
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.error);
    return told;
  };
  const named = (list) => (list || []).map((one) => ({ ...one, id: read(one.id) }));
  const told = (made) => {
    const { response } = made;
    const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const said = {};
    for (const field of fields) if (response[field]) said[field] = write(response[field]);
    return { id: made.id, rawId: write(made.rawId), type: made.type, response: said };
  };
  const add = async () => {
    const asked = await post("/account/passkeys/ask");
    if (asked.go) return asked.go;
    const publicKey = {
      ...asked, challenge: read(asked.challenge), user: { ...asked.user, id: read(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
    };
    return (await post("/account/passkeys/add", told(await navigator.credentials.create({ publicKey })))).go;
  };
  const show = async () => {
    const asked = await post("/sign-in/passkey/ask");
    const publicKey = { ...asked, challenge: read(asked.challenge), allowCredentials: named(asked.allowCredentials) };
    const remember = document.querySelector("[name=remember]")?.checked ? "&remember" : "";
    const path = `/sign-in/passkey?next=${encodeURIComponent(box.dataset.next)}${remember}`;
    return (await post(path, told(await navigator.credentials.get({ publicKey })))).go;
  };
  box.hidden = false;
  button.addEventListener("click", async () => {
    trouble.hidden = true;
    button.disabled = true;
    try {
      location.assign(await (box.dataset.passkey === "add" ? add() : show()));
    } catch (error) {
      button.disabled = false;
      trouble.hidden = false;
      // A person who changed their mind is told the same as one whose device refused.
      trouble.querySelector("p").textContent =
        error.name === "NotAllowedError" ? box.dataset.refused : error.message || box.dataset.refused;
      button.focus();
    }
  });
})();
