// The queue of a tablet of the house: every touch that writes is put here first, with its time, sealed, and sent in
// order, once; without a network or after an ended session it waits. What waits is sealed with a key that only a page
// holds which somebody of the house has signed in to, and goes under who touched it. Without this file each touch is a
// plain form. What is kept and how long: docs/decisions/0044.
"use strict";

(() => {
  const PREFIX = "queue:";
  const SLOW = 5000; // what takes longer is shown as waiting, milliseconds
  const AGAIN = [1000, 3000, 10000, 30000]; // milliseconds until it is tried again
  const body = () => document.body;
  const person = () => body().dataset.person || "";
  const works = () => Boolean(body().dataset.houseKey && window.crypto?.subtle && storage());
  const board = () => document.getElementById("queue");
  const words = (name) => board()?.dataset[name] || "";
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("queue") : null;
  // By how much this tablet's clock is behind the server's.
  const offset = Number(body()?.dataset.now || 0) ? Number(body().dataset.now) - Date.now() : 0;
  const now = () => Date.now() + offset;
  let key;
  let sending = false;
  let more = false; // something came in while it was sent
  let failed = 0;
  let timer = 0;
  let stopped = ""; // why nothing is sent: "network", "signed-out"

  function storage() {
    try {
      localStorage.setItem("queue-works", "1");
      localStorage.removeItem("queue-works");
      return true;
    } catch {
      return false;
    }
  }

  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));

  function houseKey() {
    key ||= crypto.subtle.importKey("raw", bytes(body().dataset.houseKey), "AES-GCM", false, ["encrypt", "decrypt"]);
    return key;
  }

  // In the open stand only whose it is and the order; all else is sealed.
  async function keep(item) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(item));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await houseKey(), plain);
    localStorage.setItem(item.place, JSON.stringify({ person: item.person, iv: text(iv), sealed: text(sealed) }));
  }

  const places = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).sort();
  const forget = (item) => localStorage.removeItem(item.place);

  async function open(place) {
    try {
      const kept = JSON.parse(localStorage.getItem(place));
      const plain = await crypto.subtle.decrypt(
        { name: "AES-GCM", iv: bytes(kept.iv) }, await houseKey(), bytes(kept.sealed),
      );
      return JSON.parse(new TextDecoder().decode(plain));
    } catch {
      return null; // of another house, or gone meanwhile: it stays where it is
    }
  }

  // Touched by who is signed in, or taken over by her.
  const isMine = (item) => item.person === person() || item.takenOver === person();
  const all = async () => (await Promise.all(places().map(open))).filter(Boolean);

  let written = Promise.resolve();
  let last = 0;

  // Take one in: what is sent (names and values), where to, and how it is called. Resolves once it is kept.
  function put(item) {
    last = Math.max(last + 1, now());
    const whole = {
      ...item,
      place: `${PREFIX}${String(last).padStart(15, "0")}:${Math.random().toString(16).slice(2, 8)}`,
      person: person(),
      name: body().dataset.personName || "",
      page: location.pathname + location.search,
      at: item.at || now(),
    };
    written = written.then(() => keep(whole)).then(
      () => { show(); drain(); setTimeout(show, SLOW + 1000); },
      async () => tell(whole, await send(whole)), // no room on the tablet: sent at once instead
    );
    return written.then(() => whole);
  }

  const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value || "";

  async function freshToken() {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (page.body.dataset.person !== person()) return "";
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) if (found) field.value = found;
    return found || "";
  }

  function post(item) {
    const sent = new FormData();
    for (const [name, value] of item.fields) if (name !== "csrfmiddlewaretoken") sent.append(name, value);
    if (item.person !== person()) sent.append("for_person", item.person);
    sent.append("csrfmiddlewaretoken", token());
    return fetch(item.url, { method: "POST", body: sent, credentials: "same-origin", headers: { "X-Queue": person() } });
  }

  // What became of one: "written", "waits" (no network, a failure), "signed-out", "refused", "asked".
  async function send(item) {
    let answer;
    try {
      answer = await post(item);
      if (answer.status === 403) answer = (await freshToken()) ? await post(item) : new Response(null, { status: 401 });
    } catch {
      return { state: "waits" };
    }
    if (answer.status === 204) return { state: "written", ledTo: answer.headers.get("X-Led-To") };
    if (answer.status === 401) return { state: "signed-out" };
    if (answer.status >= 500 || answer.status === 429) return { state: "waits" };
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const beside = page.querySelectorAll(".field-error");
    const lines = beside.length ? beside : page.querySelectorAll(".errors li");
    for (const line of lines) for (const aside of line.querySelectorAll(".visually-hidden, svg")) aside.remove();
    const why = [...lines].map((line) => line.textContent.trim()).join(" ");
    const asked = page.querySelector("[data-asks-again]") ? "asked" : "refused";
    return { state: asked, why: why || words("gone") };
  }

  async function drain() {
    if (!works() || !person()) return;
    more = sending;
    if (sending) return;
    sending = true;
    const turn = async () => {
      for (const place of places()) {
        const item = await open(place);
        if (!item || item.state || !isMine(item)) continue;
        const found = await send(item);
        if (found.state === "waits" || found.state === "signed-out") {
          stopped = found.state === "waits" ? "network" : "signed-out";
          failed += 1;
          return;
        }
        failed = 0;
        stopped = "";
        if (found.state === "written") forget(item);
        else await keep({ ...item, state: found.state, why: found.why });
        tell(item, found);
      }
      stopped = "";
    };
    try {
      await (navigator.locks ? navigator.locks.request("queue", turn) : turn());
    } finally {
      sending = false;
    }
    await show();
    clearTimeout(timer);
    if (more && !stopped) await drain();
    else if (stopped) timer = setTimeout(drain, AGAIN[Math.min(failed, AGAIN.length) - 1] || AGAIN[0]);
  }

  function tell(item, found) {
    document.dispatchEvent(new CustomEvent("queue:told", { detail: { item, found } }));
    tabs?.postMessage("changed");
  }

  const clock = (at) => new Date(at).toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" });

  // The page says what waits, and what was refused and why.
  async function show() {
    const here = board();
    if (!here || !works()) return;
    const items = await all();
    const own = items.filter(isMine);
    const others = items.filter((item) => !isMine(item));
    const waiting = own.filter((item) => !item.state);
    const slow = waiting.filter((item) => stopped || now() - item.at > SLOW);
    here.hidden = !(slow.length || own.some((item) => item.state) || others.length);
    for (const part of here.querySelectorAll("[data-why]")) part.hidden = !slow.length || part.dataset.why !== stopped;
    const link = here.querySelector("[data-sign-in]");
    if (link) link.search = new URLSearchParams({ next: location.pathname + location.search });
    here.querySelector("[data-own]").replaceChildren(...own.filter((one) => one.state).map(line));
    const list = here.querySelector("[data-waiting]");
    list.hidden = !slow.length;
    list.querySelector("ul").replaceChildren(...slow.map(line));
    here.querySelector("[data-count]").textContent = String(slow.length + own.filter((item) => item.state).length + others.length);
    const theirs = here.querySelector("[data-others]");
    theirs.hidden = !others.length;
    theirs.querySelector("ul").replaceChildren(...others.map(line));
    theirs.querySelector("[data-take-over]").hidden = !others.some((item) => item.isTouch);
  }

  function line(item) {
    const row = board().querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.state = item.state || "waits";
    row.querySelector("[data-when]").textContent = clock(item.at);
    row.querySelector("[data-what]").textContent = item.says;
    row.querySelector("[data-who]").textContent = item.person === person() ? "" : item.name;
    row.querySelector("[data-refused]").textContent = item.why || "";
    const may = isMine(item);
    for (const [name, does, shown] of [
      ["sure", () => again({ ...item, fields: [...item.fields, ["sure", "1"]] }), item.state === "asked"],
      ["again", () => again(item), item.state === "refused"],
      ["drop", () => drop(item), Boolean(item.state)],
    ]) {
      const button = row.querySelector(`[data-${name}]`);
      button.hidden = !may || !shown;
      button.addEventListener("click", does);
    }
    const page = row.querySelector("[data-page]");
    page.hidden = !may || !item.state || item.isTouch;
    page.href = item.page;
    return row;
  }

  async function again(item) {
    await keep({ ...item, state: "", why: "" });
    drain();
  }

  function drop(item) {
    if (!window.confirm(words("dropped"))) return;
    forget(item);
    tell(item, { state: "dropped" });
    show();
  }

  async function takeOver() {
    for (const item of await all()) {
      if (item.person !== person() && item.isTouch) await keep({ ...item, takenOver: person() });
    }
    drain();
  }

  const isInTheOpenMine = (place) => {
    try {
      return JSON.parse(localStorage.getItem(place)).person === person();
    } catch {
      return false;
    }
  };

  // Whoever signs out reads that something of hers still waits here.
  function askBeforeLeaving(event) {
    if (!event.target.matches("[data-sign-out]") || !places().some(isInTheOpenMine)) return;
    if (window.confirm(words("leaving"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  window.houseQueue = {
    put,
    works,
    now,
    clock,
    // Whether something of this person still waits: what is sent now would overtake it.
    waits: async () => (await all()).some((item) => item.person === person() && !item.state),
    // What was refused or is asked, by its touch: it is written nowhere, so that there is nothing to take back.
    stuck: async (touch) => (await all()).find((item) => item.touch === touch && item.state),
    drop: (item) => { forget(item); show(); },
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!works()) return;
    board()?.querySelector("[data-take-over]")?.addEventListener("click", takeOver);
    if (tabs) tabs.onmessage = show;
    document.addEventListener("submit", askBeforeLeaving, true);
    window.addEventListener("online", drain);
    window.addEventListener("offline", () => { stopped = "network"; show(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) drain(); });
    show();
    drain();
  });
})();
