// Another language for the page, and nothing of what was typed is lost: it is kept in this tab while the page comes
// anew, for a minute at most, and put back where it was. Passwords, codes and files are not. Without this file the
// page comes anew as it was opened.
"use strict";

(() => {
  const KEY = "language:typed";
  const LONGEST = 60 * 1000;
  const SECRET = "[type=password], [autocomplete=one-time-code]";
  const NOT_TYPED = new Set(["hidden", "file", "password", "submit", "button"]);
  const forms = () => [...document.querySelectorAll("main form")].filter((form) => !form.querySelector(SECRET));
  const fields = (form) => [...form.elements].filter((field) => field.name && !NOT_TYPED.has(field.type));
  const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
  const value = (field) => isTicked(field) ? field.checked : field.multiple ? [...field.selectedOptions].map((one) => one.value) : field.value;

  function keep() {
    const typed = forms().map((form) => fields(form).map((field) => [field.name, isTicked(field) ? field.value : null, value(field)]));
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), page: location.pathname + location.search, typed }));
    } catch {
      // no storage here: the page comes as it was opened
    }
  }

  function restore() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
      sessionStorage.removeItem(KEY);
    } catch {
      return;
    }
    if (!kept || Date.now() - kept.at > LONGEST || kept.page !== location.pathname + location.search) return;
    forms().forEach((form, number) => {
      for (const [name, of, was] of kept.typed[number] || []) {
        const field = fields(form).find((one) => one.name === name && (of === null || one.value === of));
        if (!field) continue;
        if (of !== null) field.checked = was;
        else if (field.multiple) for (const option of field.options) option.selected = was.includes(option.value);
        else field.value = was;
        const fold = field.closest("details");
        if (fold && was) fold.open = true;
      }
    });
  }

  document.querySelectorAll("form[data-language]").forEach((form) => form.addEventListener("submit", keep));
  restore();
})();
