// The demo provider's pages: plain HTML that works without scripts, and says what it is.

const STIL = `
  body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; background: #fff }
  .demo { background: #ffe08a; border: 4px solid #7a4b00; padding: 1rem; font-weight: 700 }
  ul { list-style: none; padding: 0 }
  button { font: inherit; text-align: left; width: 100%; margin: .4rem 0; padding: .8rem 1rem; border: 2px solid #1a4f8b; border-radius: .4rem; background: #fff; color: #12365f; cursor: pointer }
  button:hover { background: #e8f0fa }
  button:focus-visible { outline: 4px solid #7a4b00; outline-offset: 2px }
  button span { display: block; color: #3d3d3d }
  code { overflow-wrap: anywhere }
`;

function entschaerft(text) {
  return String(text).replace(/[&<>"']/g, (zeichen) => `&#${zeichen.charCodeAt(0)};`);
}

function seite(titel, inhalt) {
  return `<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${entschaerft(titel.de)}</title>
<style>${STIL}</style>
</head>
<body>
<main>
<p class="demo">Demo: Das ist kein echter Anmeldedienst. Niemand wird hier geprüft, alle Personen sind erfunden.
<span lang="en">Demo: this is no real sign-in service. Nobody is checked here, all people are invented.</span></p>
<h1>${entschaerft(titel.de)}</h1>
${inhalt}
</main>
</body>
</html>
`;
}

export function auswahlseite(titel, personen, gewuenscht, ziel) {
  const wunsch = gewuenscht
    ? `<p>Das Amt wünscht eines dieser Niveaus: <code>${entschaerft(gewuenscht)}</code></p>`
    : '';
  const eintraege = personen
    .map(
      ({ konto, titel: wer, beschreibung }) =>
        `<li><button name="person" value="${entschaerft(konto)}"><strong>${entschaerft(wer)}</strong>
<span>${entschaerft(beschreibung)}</span></button></li>`,
    )
    .join('\n');
  return seite(
    titel,
    `<h2>Als wer möchten Sie sich anmelden? <span lang="en">Who do you want to sign in as?</span></h2>
${wunsch}
<form method="post" action="${entschaerft(ziel)}">
<ul>
${eintraege}
</ul>
<button name="abbrechen" value="ja">Abbrechen <span lang="en">Cancel</span></button>
</form>`,
  );
}

export function abmeldeseite(titel, form) {
  return seite(
    titel,
    `<h2>Möchten Sie sich auch hier abmelden? <span lang="en">Sign out here, too?</span></h2>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Abmelden <span lang="en">Sign out</span></button>
<button type="submit" form="op.logoutForm">Angemeldet bleiben <span lang="en">Stay signed in</span></button>`,
  );
}

export function fehlerseite(titel, text) {
  return seite(titel, `<p>${entschaerft(text)}</p>`);
}
