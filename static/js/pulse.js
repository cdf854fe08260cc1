// The board renews itself: every minute it asks for a sign that says nothing of any family, and is loaded anew when
// the sign has changed, unless somebody has just touched something.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const board = document.querySelector("[data-pulse]");
  if (!board || !window.fetch) return;
  let touched = 0;
  document.addEventListener("pointerdown", () => { touched = Date.now(); });
  setInterval(async () => {
    if (document.hidden || Date.now() - touched < 5000) return;
    try {
      const answer = await fetch(board.dataset.pulseUrl, { credentials: "same-origin", redirect: "error" });
      if (answer.ok && (await answer.json()).pulse !== board.dataset.pulse) location.reload();
    } catch {
      // no network: the board stays as it was, and asks again
    }
  }, Number(board.dataset.pulseSeconds) * 1000);
});
