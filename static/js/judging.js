// One application is judged by keys alone: A, R, X choose the decision, 1 to 9 put a word at an open point, N decides and
// opens the next one; "?" lists them. On the lists N opens the first. They work where nobody is typing, and can be switched off on this computer; without
// this file Tab, Space and Alt+N do the same.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const OFF = "keys-off";
  // A draft is decided by one key: a second touch of it must not decide the next one, which nobody has seen yet.
  const UNSEEN = 600; // milliseconds
  const opened = performance.now();
  const judging = document.querySelector("[data-judging]");
  const dialog = document.querySelector(".ward-keys");
  const types = "input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]";
  const typing = (event) => event.target instanceof Element && event.target.closest(types);
  const isPlain = (event) => !(event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat);
  if (!judging || !dialog) {
    // A list: N opens the first of it.
    document.addEventListener("keydown", (event) => {
      const first = document.querySelector("a[data-key=n]");
      if (!first || typing(event) || !isPlain(event) || localStorage.getItem(OFF) === "1") return;
      if (event.key.toLowerCase() === "n") first.click();
    });
    return;
  }
  const isDraft = judging.dataset.judging === "draft";
  const allowed = () => localStorage.getItem(OFF) !== "1";
  const on = dialog.querySelector("[data-keys-on]");
  const open = document.querySelector("[data-keys-open]");
  let sent = false;

  const choose = (decision) => {
    const radio = judging.querySelector(`[name=decision][value=${decision}]`);
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const press = (key) => {
    const button = judging.querySelector(`[data-key="${key}"]`);
    if (!button || (sent && key !== "p")) return;
    if (isDraft && key !== "p" && performance.now() - opened < UNSEEN) return;
    sent = key !== "p";
    button.click();
  };
  const write = (name) => judging.querySelector(`[name=${name}]`)?.focus();
  // Each touch puts the next of the standard words there; what was typed by hand stays.
  const word = (number) => {
    const field = judging.querySelectorAll("input[name^=word_]")[number - 1];
    if (!field) return;
    const words = [...document.querySelectorAll("#found option")].map((option) => option.value);
    const place = words.indexOf(field.value);
    if (field.value && place < 0) {
      field.focus();
      return;
    }
    field.value = words[place + 1] || "";
    field.scrollIntoView({ block: "nearest" });
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const list = () => document.querySelector(isDraft ? "[data-list-drafted]" : "[data-list-waiting]")?.click();
  const DOES = isDraft
    ? { n: () => press("n"), p: () => press("p"), r: () => write("word"), l: list }
    : {
      a: () => choose("approve"), r: () => choose("return"), x: () => choose("reject"), e: () => write("reason"),
      d: () => press("d"), n: () => press("n"), p: () => press("p"), l: list,
    };

  const show = () => {
    on.checked = allowed();
    dialog.showModal();
  };
  open.hidden = false;
  open.addEventListener("click", show);
  dialog.querySelector("[data-keys-close]").addEventListener("click", () => dialog.close());
  on.addEventListener("change", () => {
    if (on.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });

  // A checkbox or a radio button takes no letters: the keys work there too.
  document.addEventListener("keydown", (event) => {
    const field = typing(event);
    if (!isPlain(event)) return;
    if (event.key === "Escape" && field && judging.contains(field)) {
      field.blur();
      return;
    }
    if (field || dialog.open || !allowed()) return;
    const does = /^[1-9]$/.test(event.key) ? () => word(Number(event.key)) : DOES[event.key.toLowerCase()];
    if (event.key === "?") show();
    else if (does) does();
    else return;
    event.preventDefault();
  });
});
