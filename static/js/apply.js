// The application's steps: a field that she leaves is checked and what is typed is saved; without this file all of
// it happens at "next". Offline, nothing is lost: it waits for the connection.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-check]");
  if (!form) return;
  const words = form.querySelector(".saved");
  const district = form.querySelector("[data-district]");
  const mark = document.getElementById("field-error");
  let waiting = new Set(); // fields changed and not saved yet
  let timer = 0;
  let asking = null; // the save under way
  let failed = false;
  let leaving = false;

  const nameOf = (group) => group.id.replace(/^id_/, "").replace(/_field$/, "");
  const groupOf = (name) => document.getElementById(`id_${name}_field`);

  // What is wrong is where she goes on from: the summary, whose links lead to the fields.
  document.querySelector("main .errors")?.focus();

  // A live region must be there before the words come into it.
  for (const group of form.querySelectorAll(".field")) {
    const place = document.createElement("div");
    place.className = "field-errors";
    place.setAttribute("aria-live", "polite");
    const shown = group.querySelector(".field-error");
    const input = group.querySelector("fieldset > :not(legend, .hint, .field-error), .choice, input, select, textarea");
    input.before(place);
    if (shown) place.append(shown);
  }

  function show(name, errors) {
    const group = groupOf(name);
    if (!group) return;
    const id = `id_${name}_error`;
    const place = group.querySelector(".field-errors");
    place.replaceChildren();
    group.classList.toggle("field-wrong", errors.length > 0);
    if (errors.length) {
      const error = mark.content.firstElementChild.cloneNode(true);
      error.id = id;
      for (const sentence of errors) {
        const line = document.createElement("li");
        line.textContent = sentence;
        error.querySelector("ul").append(line);
      }
      place.append(error);
    }
    const described = group.querySelector("fieldset, input, select, textarea");
    const ids = (described.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
    if (errors.length) ids.push(id);
    if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
    else described.removeAttribute("aria-describedby");
    for (const input of group.querySelectorAll("input, select, textarea")) {
      if (errors.length) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  // She wrote words of despair: whom to call now, at once and without leaving the page. The server's own markup.
  function help(lines) {
    const place = form.querySelector("[data-help]");
    place.querySelector("div").innerHTML = lines;
    place.hidden = false;
  }

  function later(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  }

  function save(keepalive = false) {
    if (!waiting.size || asking || leaving) return;
    clearTimeout(timer);
    asking = ask(keepalive === true).finally(() => {
      asking = null;
      if (waiting.size) later(failed ? 10000 : 0);
    });
  }

  async function ask(keepalive) {
    const [field, ...others] = waiting;
    waiting = new Set(others);
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const answer = await fetch(form.dataset.check, {
        method: "POST", body: data, keepalive, credentials: "same-origin", headers: { Accept: "application/json" },
      });
      const told = await answer.json();
      failed = false;
      if (told.help) help(told.help);
      if (answer.ok) {
        form.elements.revision.value = told.revision;
        words.textContent = told.saved;
        const wrong = [...form.querySelectorAll(".field-wrong")].map(nameOf);
        for (const name of new Set([field, ...wrong])) show(name, told.errors[name] || []);
        if (district) district.textContent = told.district;
        for (const [name, value] of Object.entries(told.filled || {})) {
          const input = form.elements[name];
          if (input && !input.value) { input.value = value; show(name, []); }
        }
      } else {
        // Changed elsewhere, or sent: "next" shows what stands there.
        words.textContent = told.detail;
      }
    } catch {
      waiting.add(field);
      failed = true;
      words.textContent = form.dataset.unsaved;
    }
  }

  function touched(group) {
    waiting.add(nameOf(group));
    later(400);
  }

  form.addEventListener("change", (event) => {
    const group = event.target.closest(".field");
    // Year, month and day are one answer: it is read when she leaves the three.
    if (group && !group.querySelector(".date-parts")) touched(group);
  });
  form.addEventListener("focusout", (event) => {
    const group = event.target.closest(".field");
    if (!group || !group.querySelector(".date-parts") || group.contains(event.relatedTarget)) return;
    if ([...group.querySelectorAll("input")].some((input) => input.value !== input.defaultValue)) touched(group);
  });
  form.addEventListener("submit", async (event) => {
    leaving = true;
    clearTimeout(timer);
    if (!asking) return;
    // What is being saved is hers: without its answer the page would look older than it. A slow network has its time.
    event.preventDefault();
    await Promise.race([asking, new Promise((done) => setTimeout(done, 15000))]);
    asking = null;
    form.requestSubmit(event.submitter);
  });
  window.addEventListener("online", () => later(0));
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted && navigator.onLine) location.reload(); // going back: what is saved by now
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
});
