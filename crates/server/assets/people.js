// Passkeys (WebAuthn), and links whose secret stands behind the #, where no server and no log sees it.

const toOctets = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// The link's end goes into the form and out of the address.
const field = document.querySelector("[data-fragment]");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

async function optionsFor(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.options, { method: "POST", body, credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

const descriptors = (list) => list.map((one) => ({ ...one, id: toOctets(one.id) }));

async function made(options) {
  const publicKey = {
    ...options,
    challenge: toOctets(options.challenge),
    user: { ...options.user, id: toOctets(options.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
  };
  const { rawId, response } = await navigator.credentials.create({ publicKey });
  return {
    id: toText(rawId),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
    },
  };
}

async function signed(options) {
  const publicKey = {
    ...options,
    challenge: toOctets(options.challenge),
    allowCredentials: descriptors(options.allowCredentials),
  };
  const { rawId, response } = await navigator.credentials.get({ publicKey });
  return {
    id: toText(rawId),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    },
  };
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const status = form.querySelector("[data-failed]");
      status.textContent = "";
      try {
        const options = await optionsFor(form);
        const answer = form.dataset.passkey === "create" ? await made(options) : await signed(options);
        form.elements.answer.value = JSON.stringify(answer);
        form.submit();
      } catch {
        status.textContent = status.dataset.failed;
      }
    });
  }
}
