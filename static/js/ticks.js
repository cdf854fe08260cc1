// What to bring: a list to tick. The ticks stay on this device alone; without this file they last as long as the page.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  for (const list of document.querySelectorAll("[data-ticks]")) {
    const name = `ticks-${list.dataset.ticks}`;
    let ticked = [];
    try {
      ticked = JSON.parse(localStorage.getItem(name)) || [];
    } catch {
      return;
    }
    for (const box of list.querySelectorAll("input")) box.checked = ticked.includes(box.value);
    list.addEventListener("change", () => {
      const now = [...list.querySelectorAll("input:checked")].map((box) => box.value);
      try {
        localStorage.setItem(name, JSON.stringify(now));
      } catch {
        // A device that keeps nothing: the ticks last as long as the page.
      }
    });
  }
});
