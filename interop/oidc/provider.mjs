// The provider: PORT, CLIENT_REDIRECT, and LATE, by how many seconds its clock is behind. Prints "ready".
const behind = Number(process.env.LATE ?? 0) * 1000;
const now = Date.now.bind(Date);
Date.now = () => now() - behind;
const { Provider } = await import("oidc-provider");

const issuer = `http://127.0.0.1:${process.env.PORT}`;
const people = { ada: ["pki-owners"], bob: ["staff"] };
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "chancery",
      client_secret: "a-secret-of-the-test",
      application_type: "native",
      redirect_uris: [process.env.CLIENT_REDIRECT],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  // Else claims are told at the userinfo endpoint alone.
  conformIdTokenClaims: false,
  claims: { openid: ["sub"], email: ["email"], profile: ["name", "groups"] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, name: id, groups: people[id] ?? [] }),
  }),
});
provider.listen(Number(process.env.PORT), "127.0.0.1", () => console.log("ready"));
