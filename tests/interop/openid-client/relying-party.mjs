// A relying party on stock openid-client and a resource server on stock jose. It knows the provider only by its published metadata.
// Arguments: --issuer URL --client ID --secret-file PATH|- --auth basic|post|none --port N [--machine ID --machine-secret-file PATH --audience URI]
// Prints "listening" when it answers. Every route answers JSON: what the library accepted, or its error with code.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import * as client from 'openid-client';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';

const { values: args } = parseArgs({
  options: {
    issuer: { type: 'string' }, client: { type: 'string' }, 'secret-file': { type: 'string' }, auth: { type: 'string' },
    port: { type: 'string' }, machine: { type: 'string' }, 'machine-secret-file': { type: 'string' }, audience: { type: 'string' },
  },
});
const redirectUri = `http://localhost:${args.port}/callback`;
const secretOf = (path) => readFileSync(path, 'utf8').trim();
const loopback = { execute: [client.allowInsecureRequests] };
const methods = {
  basic: (secret) => client.ClientSecretBasic(secret),
  post: (secret) => client.ClientSecretPost(secret),
  none: () => client.None(),
};
const discover = (id, auth, secretFile) =>
  client.discovery(new URL(args.issuer), id, undefined, methods[auth](auth === 'none' ? undefined : secretOf(secretFile)), loopback);

const config = await discover(args.client, args.auth ?? 'basic', args['secret-file']);
let pending; // the one authorization request under way
let tokens; // what the provider last issued to us

async function verifiedAsResource(accessToken) {
  const { jwks_uri, issuer } = config.serverMetadata();
  const { payload } = await jwtVerify(accessToken, createRemoteJWKSet(new URL(jwks_uri)), {
    issuer, typ: 'at+jwt', audience: args.audience, algorithms: ['ES256', 'RS256'],
  });
  return { header: decodeProtectedHeader(accessToken), payload };
}

const routes = {
  async '/start'(url) {
    pending = { verifier: client.randomPKCECodeVerifier(), state: client.randomState(), nonce: client.randomNonce() };
    const parameters = {
      redirect_uri: redirectUri, scope: 'openid profile offline_access', ...Object.fromEntries(url.searchParams),
      code_challenge: await client.calculatePKCECodeChallenge(pending.verifier), code_challenge_method: 'S256',
      state: pending.state, nonce: pending.nonce,
    };
    return { redirect: client.buildAuthorizationUrl(config, parameters).href };
  },

  async '/callback'(url, body) {
    const { verifier, state, nonce } = pending;
    const current = body === undefined
      ? new URL(url.pathname + url.search, `http://localhost:${args.port}`)
      : new Request(redirectUri, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    tokens = await client.authorizationCodeGrant(config, current, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
    const claims = tokens.claims();
    return {
      claims,
      tokenType: tokens.token_type,
      expiresIn: tokens.expires_in,
      scope: tokens.scope,
      refreshable: tokens.refresh_token !== undefined,
      idTokenHeader: decodeProtectedHeader(tokens.id_token),
      accessTokenHeader: decodeProtectedHeader(tokens.access_token),
      userinfo: await client.fetchUserInfo(config, tokens.access_token, claims.sub),
    };
  },

  async '/introspect'() {
    return client.tokenIntrospection(config, tokens.access_token);
  },

  async '/refresh'() {
    const before = tokens.refresh_token;
    const refreshed = await client.refreshTokenGrant(config, before);
    tokens = { ...tokens, ...refreshed };
    return { rotated: refreshed.refresh_token !== undefined && refreshed.refresh_token !== before, scope: refreshed.scope };
  },

  async '/refresh-twice'() {
    const before = tokens.refresh_token;
    tokens = { ...tokens, ...(await client.refreshTokenGrant(config, before)) };
    const replayed = await failureOf(() => client.refreshTokenGrant(config, before));
    return { replayed, successor: await failureOf(() => client.refreshTokenGrant(config, tokens.refresh_token)) };
  },

  async '/revoke'() {
    await client.tokenRevocation(config, tokens.refresh_token);
    return { after: await failureOf(() => client.refreshTokenGrant(config, tokens.refresh_token)) };
  },

  async '/userinfo'() {
    return client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck);
  },

  async '/machine'() {
    const machine = await discover(args.machine, 'basic', args['machine-secret-file']);
    const grant = await client.clientCredentialsGrant(machine, args.audience ? { resource: args.audience } : {});
    return verifiedAsResource(grant.access_token);
  },

  async '/logout'() {
    const parameters = { post_logout_redirect_uri: `http://localhost:${args.port}/signed-out`, id_token_hint: tokens.id_token, state: 'after-logout' };
    return { redirect: client.buildEndSessionUrl(config, parameters).href };
  },

  async '/signed-out'(url) {
    return { signedOut: true, state: url.searchParams.get('state') };
  },
};

async function failureOf(attempt) {
  try {
    await attempt();
    return null;
  } catch (failure) {
    return failure.error ?? failure.code ?? failure.message;
  }
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, `http://localhost:${args.port}`);
  try {
    let body;
    if (request.method === 'POST') {
      body = '';
      for await (const chunk of request) body += chunk;
    }
    const route = routes[url.pathname];
    const answer = route ? await route(url, body) : undefined;
    if (answer === undefined) return response.writeHead(404).end();
    if (answer.redirect) return response.writeHead(303, { location: answer.redirect }).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (failure) {
    const seen = { error: failure.error ?? failure.code ?? 'failed', message: failure.message, cause: String(failure.cause?.message ?? '') };
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
  }
});
server.listen(Number(args.port), 'localhost', () => console.log('listening'));
