// The page on which anybody computes a draw anew (templates/public/verify_draw.html). It reads the published file, from
// this site or from the device, computes it with draw-proof.js and shows each check in words. It sends nothing.
"use strict";

// A draw of 5,000 entries is a file of a few megabytes; more would only stop the phone (own default).
const MOST_BYTES = 20_000_000;

document.addEventListener("DOMContentLoaded", () => {
  const box = document.getElementById("verify");
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const words = part("words").dataset;
  const told = part("told");
  const mailed = document.getElementById("mailed-digest");
  // Her sign and the nonces of her tickets, behind the # of the link on her page: a browser never sends that part.
  const own = new URLSearchParams(location.hash.slice(1));
  const sign = own.get("sign") || "";
  const nonces = (own.get("tickets") || "").split(",").filter(Boolean);
  if (nonces.length > 0) history.replaceState(null, "", `#sign=${encodeURIComponent(sign)}`);
  // The services by their names in the file, as people know them; another ward's file keeps its own.
  const services = new Map(box.dataset.services.split("|").map((pair) => pair.split("=")));
  let shown = null;

  function say(text) {
    told.textContent = text;
  }

  function mark(row, agrees) {
    const badge = row.querySelector("[data-verdict]");
    const level = agrees === null ? "info" : agrees ? "success" : "error";
    badge.textContent = agrees === null ? words.unknown : agrees ? words.agrees : words.differs;
    badge.className = `badge badge-${level}`;
    row.hidden = false;
  }

  function cell(text, label) {
    const made = document.createElement("td");
    made.textContent = text;
    made.dataset.label = label;
    return made;
  }

  function inWords(day) {
    const noon = new Date(`${day}T12:00:00Z`);
    const known = { dateStyle: "long", timeZone: "UTC" };
    return Number.isNaN(noon.getTime()) ? day : noon.toLocaleDateString(document.documentElement.lang, known);
  }

  function given(row) {
    if (!("days" in row)) return words.notHeld;
    if (row.days.length === 0) return words.nothing;
    const first = inWords(row.days[0]);
    const days = row.days.length > 1 ? `${first} – ${inWords(row.days[row.days.length - 1])}` : first;
    return [days, services.get(row.service) || row.service, row.sibling ? words.sibling : ""].filter(Boolean).join("、");
  }

  function showRows() {
    const body = part("rows");
    body.replaceChildren(...(shown.result || []).map((row) => {
      const line = document.createElement("tr");
      const isHers = row.sign === sign;
      if (isHers) {
        line.className = "own-row";
        line.id = "own";
      }
      line.append(
        cell(String(row.order), words.order),
        cell(isHers ? `${row.sign} ${words.yours}` : row.sign, words.sign),
        cell(given(row), words.given),
      );
      return line;
    }));
    part("table").hidden = !shown.result;
  }

  function showOwn() {
    const entry = sign && shown.list ? shown.list.entries.find((row) => row.sign === sign) : null;
    const row = part("own");
    row.hidden = !sign;
    if (!sign) return;
    const place = (shown.result || []).find((line) => line.sign === sign);
    const facts = { "{sign}": sign, "{order}": place ? place.order : "–", "{of}": (shown.result || []).length };
    const sentence = !entry ? words.ownMissing : place ? words.ownServed : words.ownListed;
    part("own-words").textContent = Object.entries(facts).reduce(
      (text, [name, value]) => text.replace(name, value), sentence,
    );
    const tickets = part("own-tickets");
    tickets.hidden = true;
    if (entry && nonces.length > 0) mark(tickets, !DrawProof.isPassedOver(shown, sign, nonces));
  }

  function showMailed() {
    const row = part("mailed");
    const typed = mailed.value.replace(/\s+/g, "").toLowerCase();
    row.hidden = true;
    if (typed && shown && shown.list) mark(row, typed === DrawProof.digest(shown.list));
  }

  // Whatever goes wrong with a file, the page says so: nothing of one that is none stays there.
  async function verify(text) {
    say(words.computing);
    delete told.dataset.found;
    await new Promise((done) => { setTimeout(done); });
    try {
      await look(text);
    } catch {
      refuse();
    }
  }

  function refuse() {
    shown = null;
    part("result").hidden = true;
    delete told.dataset.found;
    say(words.noFile);
  }

  async function look(text) {
    shown = JSON.parse(text);
    const checks = DrawProof.checks(shown);
    for (const name of DrawProof.CHECKS) {
      const row = box.querySelector(`[data-check="${name}"]`);
      row.hidden = !(name in checks);
      if (name in checks) mark(row, checks[name]);
    }
    const signed = await DrawProof.isSigned(shown, box.dataset.keys.split(" ")).catch(() => false);
    mark(box.querySelector('[data-check="signed"]'), signed);
    const isSame = await DrawProof.isSameSha(text);
    const verdicts = Object.values(checks).concat(signed !== false, isSame !== false);
    showOwn();
    showMailed();
    showRows();
    part("result").hidden = false;
    part("round").textContent = words.round.replace("{number}", shown.round);
    const found = verdicts.includes(false) ? words.somethingDiffers : shown.result ? words.allAgrees : words.soFar;
    say(found);
    told.dataset.found = verdicts.includes(false) ? "differs" : shown.result ? "agrees" : "so-far";
  }

  document.getElementById("draw-file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file && file.size > MOST_BYTES) refuse();
    else if (file) await verify(await file.text());
  });
  mailed.addEventListener("input", showMailed);
  part("ask").addEventListener("click", async () => {
    say(words.fetching);
    try {
      const answer = await fetch(box.dataset.file, { credentials: "omit" });
      if (!answer.ok) throw new Error(String(answer.status));
      await verify(await answer.text());
    } catch {
      say(words.noNetwork);
    }
  });
  part("works").hidden = false;
});
