// Arrow keys in the tables of days: to the next day, the day a week on, the first and last of a row. What is chosen is
// written into the page's own address, as going on does: back, or a reload without a network, shows it again. Without
// this file the tabulator goes through the days as through any form.
"use strict";

document.addEventListener("keydown", (event) => {
  const table = event.target.closest("table[data-arrows]");
  const cell = event.target.closest("td, th");
  if (!table || !cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
  const row = rows.findIndex((cells) => cells.includes(cell));
  if (row < 0) return;
  const column = rows[row].indexOf(cell);
  const forward = getComputedStyle(table).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const flat = rows.flat();
  const here = flat.indexOf(cell);
  const ways = {
    [forward]: () => flat.slice(here + 1),
    [back]: () => flat.slice(0, here).reverse(),
    ArrowDown: () => rows.slice(row + 1).map((cells) => cells[column]),
    ArrowUp: () => rows.slice(0, row).reverse().map((cells) => cells[column]),
    Home: () => rows[row],
    End: () => [...rows[row]].reverse(),
  };
  if (!ways[event.key]) return;
  event.preventDefault();
  for (const next of ways[event.key]()) {
    const stop = next?.querySelector("input, a, button");
    if (stop) return stop.focus();
  }
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form#days");
  if (form) history.replaceState(history.state, "", `${form.action}?${new URLSearchParams(new FormData(form))}`);
});
