// One provider: npm oidc-provider (certified by the OpenID Foundation), the people of personen.json as its
// accounts, and keys that are made at start and never leave the process.

import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

import Provider, { interactionPolicy } from 'oidc-provider';

import { abmeldeseite, auswahlseite, fehlerseite } from './seiten.mjs';

const STANDARDCLAIMS = ['sub', 'acr', 'amr', 'sid', 'auth_time'];
const SCHLUESSEL = [
  { art: 'rsa', optionen: { modulusLength: 2048 } },
  { art: 'ec', optionen: { namedCurve: 'P-256' } },
];

async function schluessel() {
  const paare = SCHLUESSEL.map(({ art, optionen }) => promisify(generateKeyPair)(art, optionen));
  return (await Promise.all(paare)).map(({ privateKey }) => ({
    ...privateKey.export({ format: 'jwk' }),
    use: 'sig',
  }));
}

// A person known at a level that does not suffice is asked again, once: the answer tells what came of it.
function stufenregel() {
  const regel = interactionPolicy.base();
  const { Check } = interactionPolicy;
  regel.get('login').checks.add(
    new Check('acr_values', 'a higher level is asked for', ({ oidc }) => {
      const gewuenscht = oidc.params.acr_values?.split(' ') ?? [];
      const reicht = gewuenscht.length === 0 || gewuenscht.includes(oidc.session.acr);
      return reicht || oidc.result?.login ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    }),
  );
  return regel;
}

// Nobody is asked for consent: what a town's provider tells the town's office is settled between the two.
async function bewilligung({ oidc }) {
  const vorhanden = oidc.session.grantIdFor(oidc.client.clientId);
  if (vorhanden !== undefined) return oidc.provider.Grant.find(vorhanden);
  const grant = new oidc.provider.Grant({
    clientId: oidc.client.clientId,
    accountId: oidc.session.accountId,
  });
  grant.addOIDCScope('openid');
  await grant.save();
  return grant;
}

function formular(anfrage) {
  return new Promise((fertig, gescheitert) => {
    let text = '';
    anfrage.setEncoding('utf8');
    anfrage.on('data', (stueck) => {
      text += stueck;
      if (text.length > 10_000) anfrage.destroy();
    });
    anfrage.on('end', () => fertig(new URLSearchParams(text)));
    anfrage.on('error', gescheitert);
  });
}

export async function anbieterNach(issuer, name, { name: titel, personen, userinfo = false }, klient) {
  const konten = new Map(personen.map((person) => [person.konto, person]));
  const claims = [...new Set(personen.flatMap((person) => Object.keys(person.claims)))];
  const provider = new Provider(issuer, {
    clients: [klient],
    jwks: { keys: await schluessel() },
    acrValues: [...new Set(personen.map((person) => person.acr))],
    claims: { openid: [...STANDARDCLAIMS, ...claims] },
    scopes: ['openid'],
    // With `userinfo` the claims about the person come from there and not in the ID token.
    conformIdTokenClaims: userinfo,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    pkce: { required: () => true },
    responseTypes: ['code'],
    cookies: {
      keys: [randomUUID()],
      // Cookies know no ports: each provider has names of its own, none of them ours.
      names: {
        session: `demo_${name}_session`,
        interaction: `demo_${name}_interaction`,
        resume: `demo_${name}_resume`,
      },
      long: { httpOnly: true, sameSite: 'lax', path: `/${name}` },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = abmeldeseite(titel, form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = fehlerseite(titel, 'Sie sind abgemeldet. / You are signed out.');
        },
      },
    },
    interactions: { policy: stufenregel(), url: (_ctx, { uid }) => `/${name}/person/${uid}` },
    loadExistingGrant: bewilligung,
    // The library calls no private addresses, and the demo's house is at one: the one address it may call.
    fetch: (ziel, { dispatcher, ...optionen }) => {
      const haus = String(ziel) === klient.backchannel_logout_uri;
      return fetch(ziel, haus ? optionen : { ...optionen, dispatcher });
    },
    findAccount: (_ctx, konto) =>
      konten.has(konto)
        ? { accountId: konto, claims: () => ({ sub: konto, ...konten.get(konto).claims }) }
        : undefined,
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = fehlerseite(titel, `${out.error}: ${out.error_description ?? ''}`);
    },
    ttl: { AccessToken: 120, AuthorizationCode: 60, IdToken: 300, Interaction: 600, Session: 3600, Grant: 3600 },
  });
  const weiter = provider.callback();

  return async (anfrage, antwort) => {
    if (!anfrage.url.startsWith('/person/')) {
      weiter(anfrage, antwort);
      return;
    }
    const sende = (status, seite) =>
      antwort
        .writeHead(status, {
          'content-type': 'text/html; charset=utf-8',
          'cache-control': 'no-store',
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        })
        .end(seite);
    try {
      const { params } = await provider.interactionDetails(anfrage, antwort);
      if (anfrage.method !== 'POST') {
        sende(200, auswahlseite(titel, personen, params.acr_values, anfrage.originalUrl));
        return;
      }
      const person = konten.get((await formular(anfrage)).get('person'));
      const ergebnis = person
        ? { login: { accountId: person.konto, acr: person.acr, amr: person.amr, remember: false } }
        : { error: 'access_denied', error_description: 'cancelled' };
      await provider.interactionFinished(anfrage, antwort, ergebnis, { mergeWithLastSubmission: false });
    } catch (fehler) {
      sende(400, fehlerseite(titel, fehler.error_description ?? 'Diese Anmeldung ist abgelaufen.'));
    }
  };
}
