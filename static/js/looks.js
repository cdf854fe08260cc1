// Looks at sleeping babies: past one interval amber, past two red and heard. The page counts on by itself, so that a
// network that is gone silences nothing; every half minute it asks for the moments, which say nothing of any family.
// The sound needs a touch that allows it, once a sitting; without it, what is late is seen all the same.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const bar = document.getElementById("late-looks");
  if (!bar || !window.fetch) return;
  const ASK_EVERY = 30000, BEEP_EVERY = 5000, QUIET_FOR = 60000;
  const WANTED = "looks-sound";
  let moments = {}, ahead = 0, context = null, quietUntil = 0, beeped = 0, beeps = 0;

  const stored = (value) => {
    try {
      if (value !== undefined) sessionStorage.setItem(WANTED, value);
      return sessionStorage.getItem(WANTED) === "on";
    } catch {
      return value === "on"; // no storage: for this page alone
    }
  };
  let wanted = stored();

  async function ask() {
    try {
      const answer = await fetch(bar.dataset.url, { credentials: "same-origin", redirect: "error", headers: { "X-By-Itself": "1" } });
      if (!answer.ok) return;
      const found = await answer.json();
      ahead = found.now - Date.now();
      moments = found.looks;
      show();
    } catch {
      // no network, or signed out: what is known goes on
    }
  }

  function lateness(due, now) {
    if (due[1] < now) return "red";
    return due[0] <= now ? "amber" : "in_time";
  }

  function show() {
    const now = Date.now() + ahead;
    const late = { amber: 0, red: 0, in_time: 0 };
    for (const [key, due] of Object.entries(moments)) {
      const how = lateness(due, now);
      late[how] += 1;
      for (const row of document.querySelectorAll(`[data-look="${CSS.escape(key)}"]`)) {
        row.dataset.late = how;
        const word = row.querySelector(".look-word");
        if (word) word.textContent = how === "in_time" ? "" : word.dataset[how];
      }
    }
    const how = late.red ? "red" : late.amber ? "amber" : "in_time";
    bar.dataset.late = how;
    bar.hidden = how === "in_time";
    for (const words of bar.querySelectorAll("[data-when]")) words.hidden = words.dataset.when !== how;
    const count = bar.querySelector("[data-count]");
    const said = how === "in_time" ? "" : String(late.red || late.amber);
    if (count.textContent !== said) count.textContent = said; // read aloud only where it changed
    sound(how === "red");
  }

  function sound(isRed) {
    const runs = context?.state === "running";
    const quiet = Date.now() < quietUntil;
    for (const part of document.querySelectorAll("[data-sound]")) {
      const name = part.dataset.sound;
      if (name === "off") continue;
      part.hidden = !{
        on: !wanted,
        quiet: wanted && isRed && !quiet,
        "needs-touch": wanted && !runs,
        "is-on": wanted && runs,
      }[name];
    }
    if (!isRed || !wanted || !runs || quiet || Date.now() - beeped < BEEP_EVERY) return;
    beeped = Date.now();
    beeps += 1;
    bar.dataset.beeps = beeps;
    for (const after of [0, 0.3]) {
      const tone = context.createOscillator(), volume = context.createGain();
      tone.frequency.value = 880;
      volume.gain.value = 0.3;
      tone.connect(volume).connect(context.destination);
      tone.start(context.currentTime + after);
      tone.stop(context.currentTime + after + 0.2);
    }
  }

  function allow() {
    if (!wanted || !window.AudioContext) return;
    context ||= new AudioContext();
    if (context.state !== "running") context.resume().then(show, () => {});
  }

  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("button[data-sound]")?.dataset.sound;
    if (asked === "on") wanted = stored("on") || true;
    if (asked === "off") wanted = stored("off") && false;
    if (asked === "quiet") quietUntil = Date.now() + QUIET_FOR;
    allow();
    if (asked) show();
  });
  // keep.js puts the page that was led to in the place of this one.
  const main = () => document.getElementById("main");
  new MutationObserver(ask).observe(main().parentElement, { childList: true });
  setInterval(show, 1000);
  setInterval(ask, ASK_EVERY);
  allow();
  ask();
});
