// The board renews itself in place: every minute it asks for a sign that says nothing of any family. When the sign has
// changed, the page is fetched, and only the parts and rows that differ are put in: nothing jumps, what is folded open
// stays open, and what somebody is writing in or has just touched is left alone until the next minute.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  if (!document.querySelector("[data-pulse]") || !window.fetch) return;
  let touched = 0;
  document.addEventListener("pointerdown", () => { touched = Date.now(); });
  document.addEventListener("input", (event) => { event.target.closest("[data-part]")?.setAttribute("data-typed", ""); });

  // A form's token and key differ from page to page; they say nothing.
  const bare = (part) => {
    const copy = part.cloneNode(true);
    for (const field of copy.querySelectorAll("[name=csrfmiddlewaretoken], [name=key], [name=kept_as]")) field.remove();
    copy.removeAttribute("open");
    copy.removeAttribute("class");
    return copy.innerHTML;
  };
  const busy = (part) => part.contains(document.activeElement) || part.hasAttribute("data-typed");

  function put(now, then, changed) {
    if (!then || busy(now) || bare(now) === bare(then)) return;
    if (now.open) then.open = true;
    if (changed) then.classList.add("board-changed");
    now.replaceWith(then);
  }

  function renewRows(now, then) {
    const ids = (rows) => [...rows.children].map((row) => row.id).join();
    const known = new Map([...now.children].map((row) => [row.id, row]));
    if (ids(now) === ids(then)) {
      for (const row of [...then.children]) put(known.get(row.id), row, true);
    } else if (!busy(now)) {
      for (const row of then.children) row.classList.toggle("board-changed", !known.has(row.id));
      now.replaceWith(then);
    }
  }

  function renew(page) {
    for (const part of document.querySelectorAll("[data-part]")) {
      const then = page.getElementById(part.id);
      if (then) put(part, then, false);
      else if (!busy(part)) part.remove();
    }
    // A part that is new (somebody has just arrived) comes behind the one before it.
    for (const then of page.querySelectorAll(".board-bar > [data-part]")) {
      if (document.getElementById(then.id)) continue;
      const before = [...document.querySelectorAll(".board-bar > [data-part]")].filter(
        (part) => page.getElementById(part.id)?.compareDocumentPosition(then) & Node.DOCUMENT_POSITION_FOLLOWING,
      ).pop();
      if (before) before.after(then);
    }
    const [now, then] = [document.querySelector("[data-rows]"), page.querySelector("[data-rows]")];
    if (now && then) renewRows(now, then);
  }

  async function ask() {
    const board = document.querySelector("[data-pulse]");
    if (document.hidden || !board || Date.now() - touched < 5000) return;
    try {
      const answer = await fetch(board.dataset.pulseUrl, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok || (await answer.json()).pulse === board.dataset.pulse) return;
      const page = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (!page.ok) return;
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      const sign = fresh.querySelector("[data-pulse]");
      if (!sign) return;
      renew(fresh);
      board.dataset.pulse = sign.dataset.pulse;
    } catch {
      // no network: the board stays as it was, and asks again
    }
  }
  setInterval(ask, Number(document.querySelector("[data-pulse]").dataset.pulseSeconds) * 1000);
});
