// The login provider of the demo: one process, one issuer for each entry of personen.json.
//
//   AMT_DEMO=true node demo/idp/server.mjs CONFIGURATION.json
//
// The configuration (written by app/demo/idp.py) is {port, clients: {KEY: {...}}} with the metadata of our
// client at each provider. Nobody proves anything here: whoever comes chooses a person. So it
// runs for the demo only and listens on this machine only.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

import { anbieterNach } from './anbieter.mjs';

if (process.env.AMT_DEMO !== 'true') {
  console.error('Dieser Anmeldedienst gehört zur Demo (AMT_DEMO=true) und läuft nur dort.');
  process.exit(2);
}

const angaben = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const personen = JSON.parse(readFileSync(new URL('./personen.json', import.meta.url), 'utf8'));

const server = createServer((anfrage, antwort) => {
  const [, schluessel] = anfrage.url.split(/[/?]/, 2);
  const bediene = bedienung.get(schluessel);
  if (bediene === undefined) {
    antwort.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Das gibt es hier nicht.\n');
    return;
  }
  // As if mounted below its key: the provider sees paths without it and writes URLs with it.
  anfrage.originalUrl = anfrage.url;
  anfrage.url = anfrage.url.slice(schluessel.length + 1) || '/';
  bediene(anfrage, antwort);
});

const bedienung = new Map();
server.listen(angaben.port, '127.0.0.1', async () => {
  const { port } = server.address();
  for (const [schluessel, klient] of Object.entries(angaben.clients)) {
    const issuer = `http://127.0.0.1:${port}/${schluessel}`;
    bedienung.set(schluessel, await anbieterNach(issuer, schluessel, personen[schluessel], klient));
  }
  console.log(JSON.stringify({ port }));
});
