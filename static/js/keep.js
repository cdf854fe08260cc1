// What somebody typed is kept until the server says that it was written: over a poor network, a session that ended, a
// reload. It stays in this tab, for the same person alone, half a day at most, and comes back where it was typed.
// A form with data-keep is sent in the background besides. Without this file each is a plain form.
"use strict";

(() => {
  const LONGEST = 12 * 60 * 60 * 1000;
  const PREFIX = "kept:";
  // Carried along by the page itself, not typed: "seen" is the digest of what this page shows.
  const NOT_KEPT = new Set(["csrfmiddlewaretoken", "kept_as", "seen", "seen_as"]);
  const person = () => document.querySelector("[data-person]")?.dataset.person || "";
  const cookie = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=([0-9a-f-]+)`))?.[1] || "";
  const eat = (name) => { document.cookie = `${name}=; path=/; max-age=0; samesite=lax`; };

  function entries() {
    try {
      return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
    } catch {
      return []; // no storage here: the form itself is still on the screen
    }
  }

  function read(place) {
    try {
      const kept = JSON.parse(sessionStorage.getItem(place) || "null");
      if (!kept || Date.now() - kept.at < LONGEST) return kept;
      sessionStorage.removeItem(place);
    } catch {
      // as if nothing had been kept
    }
    return null;
  }

  function write(place, kept) {
    try {
      sessionStorage.setItem(place, JSON.stringify(kept));
    } catch {
      // full, or none: as above
    }
  }

  const forget = (place) => { try { sessionStorage.removeItem(place); } catch { /* as above */ } };

  // Whoever signs out here, signs out in every tab: each has a storage of its own.
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("kept") : null;
  if (tabs) tabs.onmessage = () => entries().forEach(forget);

  // What the last answer was about: written is forgotten, wherever it was typed.
  function heed() {
    const [written, answered] = [cookie("written"), cookie("answered")];
    for (const place of entries()) {
      if (written && read(place)?.as === written) forget(place);
    }
    if (written) eat("written");
    if (answered) eat("answered");
    return { written, answered };
  }

  // A form of ticks alone (a list with its action) says nothing that would be lost, and ticks come back too easily.
  const isTyped = (field) =>
    field.name && !field.disabled && !["hidden", "submit", "button", "password", "file", "checkbox"].includes(field.type);
  const SECRET = "[type=password], [autocomplete=one-time-code]";
  // Words searched for are no work that could be lost, and stay nowhere; a list's own form is ticks and actions.
  const isWork = (form) => form.method === "post" && form.getAttribute("role") !== "search" && form.id !== "changelist-form" && !("touches" in form.dataset);

  function typed(form) {
    return [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
  }

  // What a page carries along itself says what it is about (which service, which days): not typed, and never put back
  // on a page that is about something else, or she would send another thing than the one that is shown. A form's key
  // and the times of touches go with what was typed.
  const isAbout = (field) =>
    field.type === "hidden" && field.name && field.name !== "key" && !NOT_KEPT.has(field.name) &&
    !field.name.startsWith("initial-") && !("touched" in field.dataset);
  const aboutOf = (form) => JSON.stringify([...form.elements].filter(isAbout).map((field) => [field.name, field.value]));

  // Put back what was typed; true where the page shows something else. ``same``: it is about what it was about then.
  function restore(form, values, same) {
    const before = JSON.stringify(typed(form));
    const names = new Set(values.map(([name]) => name));
    for (const field of form.elements) {
      if (!field.name || NOT_KEPT.has(field.name) || field.type === "file" || field.type === "password") continue;
      if (field.type === "hidden" && (!same || form.dataset.check !== undefined)) continue; // a step's own revision is newer
      const of = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "radio" || field.type === "checkbox") {
        field.checked = of.includes(field.value);
      } else if (field.tagName === "SELECT" && field.multiple) {
        for (const option of field.options) option.selected = of.includes(option.value);
      } else if (names.has(field.name)) {
        field.value = of[0];
      }
    }
    return JSON.stringify(typed(form)) !== before;
  }

  function say(why) {
    const words = document.getElementById("not-sent");
    if (!words) return;
    words.hidden = !why;
    for (const part of words.querySelectorAll("[data-why]")) part.hidden = part.dataset.why !== why;
    const link = words.querySelector("[data-sign-in]");
    if (link) link.search = new URLSearchParams({ next: location.pathname + location.search });
    if (why) words.scrollIntoView({ block: "start" });
  }

  function ready() {
    const { answered } = heed();
    entries().forEach(read); // what is too old goes, whoever's it is and wherever it was typed
    if (!person()) return;
    const content = document.getElementById("main") || document.getElementById("content") || document.body;
    const forms = [...content.querySelectorAll("form")].filter(
      (form) => isWork(form) && [...form.elements].some(isTyped) && !form.querySelector(SECRET),
    );
    const numbers = new Map();
    for (const form of forms) {
      const path = new URL(form.action || location.href, location.href).pathname;
      const number = numbers.get(path) || 0;
      numbers.set(path, number + 1);
      keep(form, `${PREFIX}${person()}:${location.pathname}:${path}:${number}`, answered);
    }
    for (const out of document.querySelectorAll("form[data-sign-out]")) {
      out.addEventListener("submit", () => {
        entries().forEach(forget);
        tabs?.postMessage("signed out");
      });
    }
  }

  function keep(form, place, answered) {
    let kept = read(place);
    const about = aboutOf(form);
    const as = document.createElement("input");
    as.type = "hidden";
    as.name = "kept_as";
    as.value = kept?.as || crypto.randomUUID?.() || `${Date.now().toString(16)}-${Math.random().toString(16).slice(2)}`;
    form.append(as);
    let timer = 0;
    const remember = () => {
      clearTimeout(timer);
      write(place, { as: as.value, at: Date.now(), about, values: typed(form) });
    };
    // The server's own answer shows what was typed, and what is wrong with it.
    if (kept && answered !== kept.as && restore(form, kept.values, kept.about === about)) {
      say("back");
      document.querySelector("#not-sent [data-discard]")?.addEventListener("click", () => {
        forget(place);
        location.reload();
      });
    }
    // What stands elsewhere is taken instead of what was typed here.
    for (const instead of document.querySelectorAll("main a[data-discard]")) {
      instead.addEventListener("click", () => { clearTimeout(timer); forget(place); });
    }
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(remember, 400);
    });
    form.addEventListener("change", remember);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      const touched = form.querySelector("[data-touched]");
      if (touched && !touched.value) touched.value = window.houseQueue?.now() ?? Date.now();
      remember();
      if ("keep" in form.dataset && window.fetch) {
        event.preventDefault();
        send(form, event.submitter, as.value);
      }
    });
    if ("queue" in form.dataset) heedQueue(form, place);
    if ("keep" in form.dataset) {
      window.addEventListener("online", () => {
        const network = document.querySelector("#not-sent [data-why=network]");
        if (form.isConnected && network && !network.hidden && form.dataset.unsent) form.requestSubmit(form.unsentBy);
      });
    }
  }

  const buttonsOf = (form) => [...form.querySelectorAll("button:not([type=button])")];

  // A form of the house joins the queue of the tablet (queue.js): behind what was touched before, and sent from any page.
  async function lineUp(form, submitter, as, why) {
    const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    if (submitter?.name) fields.push([submitter.name, submitter.value]);
    // A time that was prefilled with now, and left so, is the time of this touch and not that of the sending.
    const inTokyo = new Date(window.houseQueue.now() + 9 * 60 * 60 * 1000).toISOString().slice(0, 16);
    for (const field of fields) {
      const shown = form.elements[`initial-${field[0]}`]?.value;
      if (shown && shown.slice(0, 16).replace(" ", "T") === field[1]) field[1] = inTokyo;
    }
    const of = [document.querySelector("main h1"), document.querySelector("main strong bdi")];
    const item = await window.houseQueue.put({
      url: new URL(form.action || location.href, location.href).pathname,
      fields,
      says: of.map((part) => part?.textContent.trim() || "").join(" ").trim(),
    });
    delete form.dataset.unsent;
    if (form.dataset.queue === "again") {
      // The next one can be touched at once: it is another.
      for (const place of entries()) if (read(place)?.as === as) forget(place);
      form.reset();
      form.querySelector("[name=key]").value = crypto.randomUUID();
      for (const field of form.querySelectorAll("[data-touched]")) field.value = "";
      for (const button of buttonsOf(form)) button.disabled = false;
      return;
    }
    form.dataset.queued = item.place;
    form.unsentBy = submitter;
    say(why);
  }

  // What became of it, where the form is still on the screen.
  function heedQueue(form, place) {
    document.addEventListener("queue:told", (event) => {
      const { item, found } = event.detail;
      if (item.place !== form.dataset.queued) return;
      delete form.dataset.queued;
      if (found.state === "written") {
        forget(place);
        location.assign(found.ledTo || location.href);
        return;
      }
      for (const button of buttonsOf(form)) button.disabled = false;
      if (found.state === "dropped") return;
      window.houseQueue.drop(item); // sent anew, its own page says what is wrong beside each field
      if (form.isConnected) form.requestSubmit(form.unsentBy);
    });
  }

  async function send(form, submitter, as) {
    const buttons = buttonsOf(form);
    for (const button of buttons) button.disabled = true;
    const queued = "queue" in form.dataset && window.houseQueue?.works();
    if (queued && (await window.houseQueue.waits())) {
      await lineUp(form, submitter, as, "network");
      return;
    }
    const body = new FormData(form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    form.dataset.unsent = "1";
    form.unsentBy = submitter;
    let why = "network";
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body, credentials: "same-origin" });
      const [written, answered] = [cookie("written"), cookie("answered")];
      const signIn = document.querySelector("#not-sent [data-sign-in]")?.pathname;
      const turnedAway = answer.status === 401 || (answer.redirected && new URL(answer.url).pathname === signIn);
      // Led on without being written: the page says why, and what was typed is kept.
      const ledOn = answer.redirected && answer.ok && !turnedAway;
      if (written === as || answered === as || ledOn) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        delete form.dataset.unsent;
        // The page that it led to, with what was said of it; or the same page with what is wrong and everything typed.
        if (answer.redirected) history.pushState(null, "", answer.url);
        document.title = page.title;
        document.getElementById("main").replaceWith(page.getElementById("main"));
        window.scrollTo(0, 0);
        ready();
        document.querySelector("main .errors")?.focus();
        return;
      }
      if (answer.status < 500) why = turnedAway ? "signed-out" : "refused";
    } catch {
      // no network
    }
    if (queued && why !== "refused") {
      await lineUp(form, submitter, as, why);
      return;
    }
    say(why);
    for (const button of buttons) button.disabled = false;
  }

  document.addEventListener("DOMContentLoaded", ready);
  window.addEventListener("popstate", () => location.reload());
})();
