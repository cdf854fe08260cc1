// An application typed in from paper: a field that one leaves is checked, a day is said back as it was understood, the
// post code brings the town, a family that the ward may know is shown. Before it is entered all of it is checked without
// leaving the page: papers chosen stay chosen. Without this file all of it happens when it is entered.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.entry");
  if (!form) return;
  const mark = document.getElementById("field-error");
  const said = form.querySelector(".saved");
  const known = form.querySelector("[data-known]");
  const touched = new Set();
  let last = 0; // of several answers the newest counts
  let isChecked = false;

  document.querySelector("main .errors")?.focus();
  for (const group of form.querySelectorAll(".field-wrong")) touched.add(nameOf(group));

  function nameOf(group) {
    return group.id.replace(/^id_/, "").replace(/_field$/, "");
  }

  function show(group, sentences) {
    group.querySelector(".field-error")?.remove();
    group.classList.toggle("field-wrong", sentences.length > 0);
    const id = `${group.id.replace(/_field$/, "")}_error`;
    const described = group.querySelector("fieldset, input, select, textarea");
    const ids = (described.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
    if (sentences.length) {
      const error = mark.content.firstElementChild.cloneNode(true);
      error.id = id;
      for (const sentence of sentences) {
        const line = document.createElement("li");
        line.textContent = sentence;
        error.querySelector("ul").append(line);
      }
      const first = group.matches("fieldset") ? group.querySelector(".choice") : group.querySelector("fieldset > div, .choice, input, select, textarea");
      first.before(error);
      ids.push(id);
    }
    if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
    else described.removeAttribute("aria-describedby");
    for (const input of group.querySelectorAll("input, select, textarea")) {
      if (sentences.length) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  async function check(changed) {
    const number = ++last;
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("changed", changed);
    const answer = await fetch(form.dataset.check, {
      method: "POST", body: data, credentials: "same-origin", headers: { Accept: "application/json" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const told = await answer.json();
    if (number !== last) return null;
    said.textContent = "";
    for (const [name, words] of Object.entries(told.understood)) {
      const place = form.querySelector(`[data-understood="${name}"]`);
      if (place && place.textContent !== words) place.textContent = words;
    }
    for (const [name, value] of Object.entries(told.filled)) {
      const input = form.elements[name];
      if (input && !input.value) input.value = value;
    }
    const district = form.querySelector("[data-district]");
    if (district.textContent !== told.district) district.textContent = told.district;
    // The server's own markup.
    if (told.known !== undefined && known.innerHTML.trim() !== told.known.trim()) known.innerHTML = told.known;
    const doubts = form.querySelector("[data-doubts]");
    const tick = doubts.querySelector("input");
    doubts.hidden = !told.doubts;
    if (tick.value !== told.doubts) { tick.value = told.doubts; tick.checked = false; }
    for (const group of form.querySelectorAll(".field[id$=_field]")) {
      const name = nameOf(group);
      if (changed === "all" || touched.has(name)) show(group, told.errors[name] || []);
    }
    return told;
  }

  const unreachable = () => { said.textContent = said.dataset.unreachable; };

  form.addEventListener("change", (event) => {
    const group = event.target.closest(".field");
    if (!group || event.target.type === "file") return;
    touched.add(nameOf(group));
    if (event.target.name === "family") return;
    check(event.target.name).catch(unreachable);
  });

  form.addEventListener("submit", async (event) => {
    if (isChecked || event.defaultPrevented) return;
    event.preventDefault();
    let told = null;
    try {
      told = await check("all");
    } catch {
      told = { errors: {} }; // the server says it on its own page
    }
    if (told === null) return;
    if (Object.keys(told.errors).length === 0) {
      isChecked = true;
      form.requestSubmit(event.submitter);
      return;
    }
    const wrong = form.querySelector(".field-wrong");
    for (const fold of form.querySelectorAll("details:has(.field-wrong)")) fold.open = true;
    (wrong?.querySelector("input, select, textarea") || wrong)?.focus();
  });

  window.addEventListener("pageshow", () => { isChecked = false; });
});
