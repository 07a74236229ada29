// Certification requests (PKCS #10) and SCEP messages (RFC 8894) that say what no honest tool lets one say: any text in any name,
// any transactionID. OpenSSL's command line cannot write SCEP's attributes.
import { X509Certificate, constants, createCipheriv, createHash, generateKeyPairSync, publicEncrypt, randomBytes, sign } from "node:crypto";

// DER (X.690).
function tlv(tag, ...parts) {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = [];
  for (let rest = body.length; rest > 0; rest >>>= 8) length.unshift(rest & 255);
  const head = body.length < 0x80 ? [body.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}
const sequence = (...parts) => tlv(0x30, ...parts);
const set = (...parts) => tlv(0x31, ...parts);
const octets = (bytes) => tlv(0x04, bytes);
const bits = (bytes) => tlv(0x03, [0], bytes);
const utf8 = (text) => tlv(0x0c, Buffer.from(text));
const printable = (text) => tlv(0x13, Buffer.from(text));
/** As RFC 8894 §3.2.1.1 has it where it can: what other characters have is a string of another type. */
const text = (value) => (/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? printable(value) : utf8(value));
const number = (value) => tlv(0x02, [value]);

function oid(dotted) {
  const [first, second, ...rest] = dotted.split(".").map(Number);
  const body = [first * 40 + second];
  for (const part of rest) {
    const digits = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) digits.unshift(0x80 | (left % 128));
    body.push(...digits);
  }
  return tlv(0x06, body);
}

/** The elements of a constructed value, whole. */
function elements(der) {
  const found = [];
  const begin = (at) => {
    const first = der[at + 1];
    if (first < 0x80) return [at + 2, first];
    const count = first & 0x7f;
    return [at + 2 + count, der.subarray(at + 2, at + 2 + count).reduce((sum, one) => sum * 256 + one, 0)];
  };
  for (let [at] = begin(0); at < der.length;) {
    const [body, length] = begin(at);
    found.push(der.subarray(at, body + length));
    at = body + length;
  }
  return found;
}

const TYPES = { CN: "2.5.4.3", O: "2.5.4.10", OU: "2.5.4.11", L: "2.5.4.7", title: "2.5.4.12", GN: "2.5.4.42" };
const name = (pairs) => sequence(...pairs.map(([type, text]) => set(sequence(oid(TYPES[type]), utf8(text)))));

/** Each kind of alternative name, with any text in it (RFC 5280 §4.2.1.6). */
const NAMES = {
  email: (text) => tlv(0x81, Buffer.from(text)),
  dns: (text) => tlv(0x82, Buffer.from(text)),
  uri: (text) => tlv(0x86, Buffer.from(text)),
  upn: (text) => tlv(0xa0, oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xa0, utf8(text))),
  directory: (text) => tlv(0xa4, name([["CN", text]])),
  other: (text) => tlv(0xa0, oid("1.3.6.1.4.1.99999.1"), tlv(0xa0, utf8(text))),
  // Eight octets of four or sixteen: no address.
  ip: (text) => tlv(0x87, Buffer.from(text).subarray(0, 8)),
};

const SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), tlv(0x05));
const RSA = sequence(oid("1.2.840.113549.1.1.1"), tlv(0x05));
const ECDSA = sequence(oid("1.2.840.10045.4.3.2"));

/** An elliptic key, with the certificate that SCEP's first message is signed by. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = { privateKey, spki: publicKey.export({ type: "spki", format: "der" }), algorithm: ECDSA };
  const self = name([["CN", "hostile"]]);
  const time = (text) => tlv(0x17, Buffer.from(text));
  const info = sequence(tlv(0xa0, number(2)), number(1), key.algorithm, self, sequence(time("250101000000Z"), time("491231235959Z")), self, key.spki);
  return { ...key, issuerAndSerial: sequence(self, number(1)), certificate: signed(info, key) };
}
const signed = (info, key) => sequence(info, key.algorithm, bits(sign("sha256", info, key.privateKey)));

/** A certification request: `subject` and `names` are pairs of kind and text. */
export function request(key, subject, names = [], challenge) {
  const attributes = [];
  if (challenge !== undefined) attributes.push(sequence(oid("1.2.840.113549.1.9.7"), set(utf8(challenge))));
  if (names.length > 0) {
    const san = sequence(oid("2.5.29.17"), octets(sequence(...names.map(([kind, text]) => NAMES[kind](text)))));
    attributes.push(sequence(oid("1.2.840.113549.1.9.14"), set(sequence(san))));
  }
  return signed(sequence(number(0), name(subject), key.spki, tlv(0xa0, ...attributes)), key);
}
export const pem = (der) => `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64").match(/.{1,64}/g).join("\n")}\n-----END CERTIFICATE REQUEST-----\n`;

/** The RA's certificate in an answer to GetCACert: the one with an RSA key. */
export function recipient(bag) {
  const [, content] = elements(bag);
  const lists = elements(elements(content)[0]);
  const found = elements(lists.find((one) => one[0] === 0xa0)).map((der) => new X509Certificate(der));
  const ra = found.find((one) => one.publicKey.asymmetricKeyType === "rsa");
  const [, serial, , issuer] = elements(elements(ra.raw)[0]);
  return { key: ra.publicKey, issuerAndSerial: sequence(issuer, serial) };
}

/** PKCSReq: the request encrypted to the RA, signed by its own key (RFC 8894 §3.2, §3.3.1). */
export function message(key, ra, transaction, csr) {
  const [secret, iv] = [randomBytes(32), randomBytes(16)];
  const cipher = createCipheriv("aes-256-cbc", secret, iv);
  const sealed = Buffer.concat([cipher.update(csr), cipher.final()]);
  const wrapped = publicEncrypt({ key: ra.key, padding: constants.RSA_PKCS1_PADDING }, secret);
  const content = sequence(oid("1.2.840.113549.1.7.1"), sequence(oid("2.16.840.1.101.3.4.1.42"), octets(iv)), tlv(0x80, sealed));
  const enveloped = sequence(oid("1.2.840.113549.1.7.3"),
    tlv(0xa0, sequence(number(0), set(sequence(number(0), ra.issuerAndSerial, RSA, octets(wrapped))), content)));
  const attribute = (type, value) => sequence(oid(type), set(value));
  const attributes = [
    attribute("1.2.840.113549.1.9.3", oid("1.2.840.113549.1.7.1")), attribute("1.2.840.113549.1.9.4", octets(createHash("sha256").update(enveloped).digest())),
    attribute("2.16.840.1.113733.1.9.2", printable("19")), attribute("2.16.840.1.113733.1.9.5", octets(randomBytes(16))),
    attribute("2.16.840.1.113733.1.9.7", text(transaction)),
  ].sort(Buffer.compare);
  const signature = sign("sha256", set(...attributes), key.privateKey);
  const signer = sequence(number(1), key.issuerAndSerial, SHA256, tlv(0xa0, ...attributes), key.algorithm, octets(signature));
  return sequence(oid("1.2.840.113549.1.7.2"), tlv(0xa0, sequence(number(1), set(SHA256),
    sequence(oid("1.2.840.113549.1.7.1"), tlv(0xa0, octets(enveloped))), tlv(0xa0, key.certificate), set(signer))));
}
