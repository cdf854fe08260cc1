// The staff's desk: "/" leads to the search from every page; a task of the menu closes when one turns to something else.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "Escape") {
    const open = document.querySelector(".nav-bar .nav-task[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    }
    return;
  }
  if (event.key !== "/" || typing || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const fields = [...document.querySelectorAll("[data-search-everywhere]")];
  const field = fields.find((one) => one.getClientRects().length);
  event.preventDefault();
  if (field) {
    field.focus();
    field.select();
  } else if (fields.length) {
    location.assign(fields[0].form.action); // the menu is closed: the page of the search has its own field
  }
});

document.addEventListener("click", (event) => {
  for (const task of document.querySelectorAll(".nav-bar .nav-task[open]")) {
    if (!task.contains(event.target)) task.open = false;
  }
});
