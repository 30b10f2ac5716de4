// Helps where it can; every page works without it. Loaded as a file of this host, never inside a page.
"use strict";

// One press of a button is one request: further ones are swallowed until the next page is there.
document.addEventListener("submit", (ereignis) => {
  const formular = ereignis.target;
  if (ereignis.defaultPrevented) return;
  if (formular.dataset.unterwegs) ereignis.preventDefault();
  formular.dataset.unterwegs = "ja";
});
window.addEventListener("pageshow", () => {
  for (const formular of document.forms) delete formular.dataset.unterwegs;
});

// Saves what was typed when nobody has typed for a while, as pressing a button would.
const antrag = document.getElementById("antrag");
const stand = document.getElementById("gespeichert");
if (antrag && stand) {
  let wartet = null;
  let laeuft = null;
  let geaendert = false;

  const speichere = async () => {
    if (laeuft || antrag.dataset.unterwegs) return;
    geaendert = false;
    const felder = new URLSearchParams(new FormData(antrag));
    felder.set("_tun", "autosave");
    laeuft = fetch(antrag.action, { method: "POST", body: felder, headers: { Accept: "application/json" } });
    try {
      const antwort = await laeuft;
      if (!antwort.ok) throw new Error(antwort.status);
      const inhalt = await antwort.json();
      antrag.elements._fassung.value = inhalt.fassung;
      stand.textContent = inhalt.text;
    } catch {
      stand.textContent = stand.dataset.fehler;
    }
    laeuft = null;
    if (geaendert) plane();
  };
  const plane = () => {
    geaendert = true;
    clearTimeout(wartet);
    wartet = setTimeout(speichere, 2000);
  };
  antrag.addEventListener("input", plane);
  antrag.addEventListener("submit", async (ereignis) => {
    clearTimeout(wartet);
    if (!laeuft) return;
    // What is being saved may make the page's version older than the draft: wait, then send.
    ereignis.preventDefault();
    await laeuft.catch(() => null);
    await new Promise((weiter) => setTimeout(weiter));
    antrag.requestSubmit(ereignis.submitter);
  });
}

// An upload shows how far it is; one that breaks off says so and leaves the page as it was.
const lade = (formular) => {
  const balken = formular.querySelector(".kern-progress");
  const anzeige = balken.querySelector("progress");
  const anfrage = new XMLHttpRequest();
  anfrage.open("POST", formular.action);
  anfrage.setRequestHeader("Accept", "text/html");
  anfrage.upload.addEventListener("progress", (teil) => {
    if (teil.lengthComputable) anzeige.value = Math.floor((teil.loaded / teil.total) * 100);
  });
  anfrage.addEventListener("load", () => zeige(anfrage.responseText));
  anfrage.addEventListener("error", () => {
    formular.querySelector(".abgebrochen").textContent = formular.dataset.abgebrochen;
    balken.hidden = true;
    delete formular.dataset.unterwegs;
  });
  formular.querySelector(".abgebrochen").textContent = "";
  balken.hidden = false;
  anzeige.value = 0;
  anfrage.send(new FormData(formular));
};
// The page that the server has answered with takes the place of this one.
const zeige = (html) => {
  const seite = new DOMParser().parseFromString(html, "text/html");
  document.title = seite.title;
  document.querySelector("main").replaceWith(seite.querySelector("main"));
  richteEin();
  document.querySelector("#fehler, main").focus();
};
const richteEin = () => {
  for (const formular of document.querySelectorAll("form.hochladen")) {
    formular.addEventListener("submit", (ereignis) => {
      if (formular.dataset.unterwegs || !formular.elements.datei.files.length) return;
      ereignis.preventDefault();
      formular.dataset.unterwegs = "ja";
      lade(formular);
    });
  }
};
richteEin();

// What is still being made shows up by itself; the link beside it does the same without a script.
const sieheNach = () => {
  const warten = document.querySelector("[data-nachsehen]");
  if (!warten) return;
  setTimeout(async () => {
    try {
      const antwort = await fetch(location.href, { headers: { Accept: "text/html" } });
      const seite = new DOMParser().parseFromString(await antwort.text(), "text/html");
      if (antwort.ok && !seite.querySelector("[data-nachsehen]")) {
        document.querySelector("main").replaceWith(seite.querySelector("main"));
      }
    } catch {
      // Next time.
    }
    sieheNach();
  }, Number(warten.dataset.nachsehen) * 1000);
};
sieheNach();
