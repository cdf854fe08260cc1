// What who hears a page would stumble over: returns a sentence for each fault. Run in the page by test_read_aloud.py.
() => {
  const faults = [];
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const ICON = /(^|\s)[a-z]+(_[a-z]+)+(\s|$)/;

  function spoken(element) {
    const copy = element.cloneNode(true);
    for (const hidden of copy.querySelectorAll("[aria-hidden=true], script, style, template")) hidden.remove();
    for (const named of copy.querySelectorAll("[aria-label]")) named.replaceWith(` ${named.getAttribute("aria-label")} `);
    for (const told of copy.querySelectorAll("[title]")) if (!told.textContent.trim()) told.replaceWith(` ${told.title} `);
    for (const image of copy.querySelectorAll("img[alt]")) image.replaceWith(` ${image.alt} `);
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  function nameOf(element) {
    const by = (element.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean).map((id) => document.getElementById(id));
    if (by.length) return by.map((one) => (one ? spoken(one) : "")).join(" ").trim();
    if (element.getAttribute("aria-label")) return element.getAttribute("aria-label").trim();
    if (element.labels && element.labels.length) return [...element.labels].map(spoken).join(" ").trim();
    return spoken(element) || element.getAttribute("title") || element.getAttribute("alt") || element.value || "";
  }

  const named = new Map();
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6, [role=heading]")) {
    if (!isShown(heading)) continue;
    const words = spoken(heading);
    if (!words || ICON.test(words)) faults.push(`heading "${words}"`);
  }
  for (const control of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")) {
    if (!isShown(control)) continue;
    const name = nameOf(control);
    if (!name) faults.push(`no name: ${control.outerHTML.slice(0, 120)}`);
    if (ICON.test(name) && !control.matches("textarea, input[type=text]")) faults.push(`the name of an icon: "${name}"`);
    if (!control.matches("button, input[type=submit]") || !control.form) continue;
    const sent = new FormData(control.form);
    for (const own of ["csrfmiddlewaretoken", "key"]) sent.delete(own);
    const hidden = [...control.form.querySelectorAll("input[type=hidden]")].filter((one) => sent.has(one.name));
    const does = [control.formAction || control.form.action, control.name, control.value]
      .concat(hidden.map((one) => `${one.name}=${one.value}`)).join("|");
    if (named.has(name) && named.get(name) !== does) faults.push(`two buttons "${name}" do two things`);
    named.set(name, does);
  }
  for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
    if (isShown(icon) && !icon.closest("[aria-hidden=true], [aria-label]")) faults.push(`icon read aloud: ${icon.textContent.trim()}`);
  }
  const described = new Set();
  for (const element of document.querySelectorAll("[aria-describedby]")) {
    for (const id of element.getAttribute("aria-describedby").split(" ").filter(Boolean)) {
      described.add(id);
      if (!document.getElementById(id)) faults.push(`described by nothing: #${id}`);
    }
  }
  for (const hint of document.querySelectorAll(".field .hint, [id$=_helptext]")) {
    if (isShown(hint) && !described.has(hint.id)) faults.push(`hint never announced: ${hint.textContent.trim().slice(0, 60)}`);
  }
  for (const id of [...document.querySelectorAll("[id]")].map((one) => one.id)) {
    if (document.querySelectorAll(`[id="${CSS.escape(id)}"]`).length > 1) faults.push(`id twice: ${id}`);
  }
  for (const day of document.querySelectorAll(".month-day")) {
    if (!day.querySelector(".month-word")) faults.push(`a day without a state: ${spoken(day)}`);
  }
  const words = new Set([...document.querySelectorAll(".month-table .month-word")].map((one) => one.textContent.trim().replace(/\d+/, "○")));
  const legend = new Set([...document.querySelectorAll(".month-table ~ .month-key strong")].map((one) => one.textContent.trim()));
  for (const word of words) if (!legend.has(word)) faults.push(`not in the legend: ${word}`);
  for (const word of legend) if (!words.has(word)) faults.push(`in the legend alone: ${word}`);
  for (const heads of document.querySelectorAll(".table-cards thead")) {
    const cell = heads.parentElement.querySelector("td[data-label]");
    const saysIt = cell && getComputedStyle(cell, "::before").content !== "none";
    if (saysIt && isShown(heads)) faults.push("heads of a table are read twice");
  }
  return [...new Set(faults)];
}
