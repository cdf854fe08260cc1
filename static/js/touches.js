// One touch, one record: a button of a page of the hours goes into the queue (queue.js) with its time, and the page says
// at once what was noted. Without this file each button is a plain form.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const queue = window.houseQueue;
  if (!queue?.works()) return;
  const SET_FOR = 3 * 60 * 1000; // a time that was set holds so long after the last touch, in milliseconds (own default)
  const when = document.querySelector("[data-when]");
  const moment = when?.querySelector("input");
  const back = when?.querySelector("[data-when-now]");
  let timer = 0;

  function isSet() {
    when?.classList.toggle("touch-when-set", Boolean(moment.value));
    if (back) back.hidden = !moment.value;
    clearTimeout(timer);
    if (moment?.value) timer = setTimeout(toNow, SET_FOR);
  }
  function toNow() {
    moment.value = "";
    isSet();
  }
  moment?.addEventListener("change", isSet);
  back?.addEventListener("click", toNow);

  const touchKey = () => crypto.randomUUID?.() || Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  const list = document.querySelector("[data-just-noted]");

  function say(touch, item, undoes) {
    if (!list || undoes) return;
    const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.touch = touch;
    row.querySelector("[data-time]").textContent = item.time;
    row.querySelector("[data-of]").textContent = item.of;
    row.querySelector("[data-what]").textContent = item.what;
    const form = row.querySelector("form");
    form.action = `${item.url.replace(/observe\/$/, "")}observations/${touch}/undo/`;
    form.querySelector("button").dataset.undoes = touch;
    form.querySelector("button").dataset.says += ` ${item.of} ${item.what}`;
    list.querySelector("ul").prepend(row);
    list.hidden = false;
    state(touch, "waits");
  }

  function state(touch, name) {
    const row = document.querySelector(`[data-touch="${touch}"]`);
    if (!row) return;
    row.dataset.state = name;
    const shown = row.querySelector("[data-state]");
    if (shown) shown.textContent = document.getElementById("queue")?.dataset[`state${name[0].toUpperCase()}${name.slice(1)}`] || "";
    if (name === "undone" || name === "dropped") row.querySelector("form")?.remove();
  }

  // Enter in a field is its own touch, never the first one of the page.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("form[data-touches] input")) return;
    event.preventDefault();
    const beside = event.target.closest(".touch-buttons, .touch-pair")?.querySelectorAll("button") || [];
    if (beside.length === 1) event.target.form.requestSubmit(beside[0]);
  });

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!form.matches("[data-touches]") || !button?.name) return;
    event.preventDefault();
    const at = queue.now();
    const undoes = button.dataset.undoes || "";
    const stuck = undoes && (await queue.stuck(undoes));
    if (stuck) {
      queue.drop(stuck);
      state(undoes, "dropped");
      return;
    }
    const touch = touchKey();
    const fields = [["key", touch], [button.name, button.value], ["touched_at", String(at)]];
    const chosen = form.querySelector("[name=back]");
    if (chosen) fields.push(["back", chosen.value]);
    if (moment?.value && !undoes) fields.push(["happened_at", moment.value]);
    const around = button.closest(".touch-pair, .touch-buttons");
    let figure = "";
    for (const input of button.dataset.with ? around.querySelectorAll("input") : []) {
      if (!button.dataset.with.split(" ").includes(input.name.split("-")[0])) continue;
      fields.push([input.name, input.value]);
      if (input.value) figure += `${figure ? "/" : ""}${input.value}`;
      if (!input.defaultValue) setTimeout(() => { input.value = ""; });
    }
    const unit = figure && button.dataset.unit ? ` ${button.dataset.unit}` : "";
    const of = button.closest("[data-of]")?.dataset.of || "";
    const what = `${button.dataset.says}${figure ? ` ${figure}${unit}` : ""}`;
    const time = moment?.value && !undoes ? moment.value.slice(11) : queue.clock(at);
    const url = new URL(button.getAttribute("formaction") || form.action, location.href).pathname;
    button.classList.add("touched");
    setTimeout(() => button.classList.remove("touched"), 600);
    say(touch, { url, of, what, time }, undoes);
    if (undoes) state(undoes, "undoing");
    if (moment?.value) isSet();
    queue.put({ url, fields, at, says: `${of} ${what}`.trim(), isTouch: true, touch, undoes });
  });

  document.addEventListener("queue:told", (event) => {
    const { item, found } = event.detail;
    if (!item.isTouch) return;
    if (item.undoes) state(item.undoes, found.state === "written" ? "undone" : "written");
    else state(item.touch, found.state);
  });
});
