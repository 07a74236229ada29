// A key and a certification request (PKCS #10, RFC 2986) made in the browser: the key never leaves it but as a file that is saved.

// DER (X.690): tag, length, contents.
function tlv(tag, ...parts) {
  const body = join(parts);
  const length = [];
  if (body.length < 0x80) length.push(body.length);
  else {
    for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
    length.unshift(0x80 | length.length);
  }
  return join([[tag], length, body]);
}

function join(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const sequence = (...parts) => tlv(0x30, ...parts);
const set = (...parts) => tlv(0x31, ...parts);
const utf8 = (text) => tlv(0x0c, new TextEncoder().encode(text));

function oid(dotted) {
  const [first, second, ...rest] = dotted.split(".").map(Number);
  const octets = [first * 40 + second];
  for (const number of rest) {
    const digits = [number % 128];
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    octets.push(...digits);
  }
  return tlv(0x06, octets);
}

// A positive INTEGER of big-endian octets.
function integer(octets) {
  let from = 0;
  while (from < octets.length - 1 && octets[from] === 0) from += 1;
  const shortest = octets.slice(from);
  return shortest[0] & 0x80 ? tlv(0x02, [0], shortest) : tlv(0x02, shortest);
}

function ia5(tag, text) {
  if (!/^[\x21-\x7e]+$/.test(text)) throw new Error(text);
  return tlv(tag, new TextEncoder().encode(text));
}

function address(text) {
  const four = (part) => {
    const numbers = part.split(".").map((one) => (/^\d{1,3}$/.test(one) ? Number(one) : 256));
    if (numbers.length !== 4 || numbers.some((one) => one > 255)) throw new Error(text);
    return numbers;
  };
  if (!text.includes(":")) return four(text);
  const words = (part) =>
    part === "" ? [] : part.split(":").flatMap((one) => {
      if (one.includes(".")) return four(one);
      if (!/^[0-9a-f]{1,4}$/i.test(one)) throw new Error(text);
      return [parseInt(one, 16) >> 8, parseInt(one, 16) & 255];
    });
  const halves = text.split("::").map(words);
  const gap = 16 - halves.flat().length;
  if (halves.length > 2 || (halves.length === 1 ? gap !== 0 : gap < 2)) throw new Error(text);
  return halves.length === 1 ? halves[0] : [...halves[0], ...Array(gap).fill(0), ...halves[1]];
}

// RFC 5280 §4.2.1.6; the UPN is Microsoft's otherName.
const NAMES = {
  email: (text) => ia5(0x81, text),
  dns: (text) => ia5(0x82, text),
  uri: (text) => ia5(0x86, text),
  ip: (text) => tlv(0x87, address(text)),
  upn: (text) => tlv(0xa0, oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xa0, utf8(text))),
};

const KEYS = {
  p256: { name: "ECDSA", namedCurve: "P-256" },
  rsa2048: { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048 },
  rsa3072: { name: "RSASSA-PKCS1-v1_5", modulusLength: 3072 },
};

const RSA = { publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

const attribute = (type, text) => set(sequence(oid(type), utf8(text)));

function subject({ common, organization }) {
  const parts = [];
  if (common) parts.push(attribute("2.5.4.3", common));
  if (organization) parts.push(attribute("2.5.4.10", organization));
  return sequence(...parts);
}

function extensions(names, critical) {
  if (names.length === 0) return tlv(0xa0);
  const list = sequence(...names.map(([kind, text]) => NAMES[kind](text)));
  // Critical where there is no subject (RFC 5280 §4.2.1.6).
  const san = sequence(oid("2.5.29.17"), ...(critical ? [tlv(0x01, [0xff])] : []), tlv(0x04, list));
  return tlv(0xa0, sequence(oid("1.2.840.113549.1.9.14"), set(sequence(san))));
}

// WebCrypto's two numbers side by side as Ecdsa-Sig-Value (RFC 3279 §2.2.3).
const ecdsa = (raw) => sequence(integer(raw.slice(0, raw.length / 2)), integer(raw.slice(raw.length / 2)));

function pem(label, der) {
  const base64 = btoa(Array.from(der, (octet) => String.fromCharCode(octet)).join(""));
  return `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g).join("\n")}\n-----END ${label}-----\n`;
}

// Key (PKCS #8) and request, both PEM. `names` are pairs of kind and text.
export async function make({ algorithm, common, organization, names }) {
  const kind = KEYS[algorithm];
  const isRsa = kind.name !== "ECDSA";
  const pair = await crypto.subtle.generateKey(isRsa ? { ...RSA, ...kind } : kind, true, ["sign", "verify"]);
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const info = sequence(tlv(0x02, [0]), subject({ common, organization }), spki, extensions(names, !common && !organization));
  const how = { name: kind.name, hash: "SHA-256" };
  const raw = new Uint8Array(await crypto.subtle.sign(how, pair.privateKey, info));
  const signed = isRsa ? sequence(oid("1.2.840.113549.1.1.11"), tlv(0x05)) : sequence(oid("1.2.840.10045.4.3.2"));
  const request = sequence(info, signed, tlv(0x03, [0], isRsa ? raw : ecdsa(raw)));
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  return { key: pem("PRIVATE KEY", key), request: pem("CERTIFICATE REQUEST", request) };
}

// The page.
function begin(form) {
  const at = (id) => document.getElementById(id);
  at("in-browser").hidden = false;
  const typed = () => {
    const fields = [...form.querySelectorAll("[data-san]")];
    const names = fields.flatMap((one) => one.value.split(/[\s,]+/).filter(Boolean).map((text) => [one.dataset.san, text]));
    const common = form.elements.common_name.value.trim() || (names[0]?.[1] ?? "");
    return { algorithm: form.elements.key_algorithm.value, common, organization: form.elements.organization.value.trim(), names };
  };
  at("make-key").addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    const problem = at("key-problem");
    problem.hidden = true;
    try {
      const { key, request } = await make(typed());
      at("key-file").href = URL.createObjectURL(new Blob([key], { type: "application/x-pem-file" }));
      at("csr").value = request;
      at("csr").disabled = at("send-csr").disabled = false;
      at("key-made").hidden = false;
      at("on-server").hidden = true;
      at("key-file").focus();
    } catch (error) {
      problem.querySelector("span").textContent = error.message;
      problem.hidden = false;
    }
  });
  // What was typed is in the request: that goes, and nothing else.
  form.addEventListener("submit", () => {
    if (at("csr").disabled) return;
    for (const field of form.querySelectorAll("[data-san], #common_name, #organization, #key_algorithm")) field.disabled = true;
  });
  // Whoever comes back finds the form as it was.
  window.addEventListener("pageshow", () => {
    for (const field of form.querySelectorAll("[data-san], #common_name, #organization, #key_algorithm")) field.disabled = false;
  });
}

const form = globalThis.document?.getElementById("request");
if (form && document.getElementById("make-key") && globalThis.crypto?.subtle) begin(form);
