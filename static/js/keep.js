// A poor network loses no entry: a form is sent in the background and stays on the screen, as filled in, until the
// server has answered. Sent again it carries the same key, and is written once. Without this file it is a plain form.
"use strict";

function ready() {
  const form = document.querySelector("form[data-keep]");
  const words = document.getElementById("not-sent");
  if (!form || !window.fetch) return;
  const place = `kept:${location.pathname}`;
  const button = form.querySelector("button:not([type=button])");

  const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
  const remember = () => {
    try {
      sessionStorage.setItem(place, typed());
    } catch {
      // no storage here: the form itself is still on the screen
    }
  };
  const forget = () => sessionStorage.removeItem(place);

  // Reloaded before it could be sent: what was typed comes back, with its key.
  const kept = JSON.parse(sessionStorage.getItem(place) || "null");
  if (kept) {
    for (const [name, value] of kept) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = field.checked || field.value === value;
        } else {
          field.value = value;
        }
      }
    }
    words.hidden = false;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    remember();
    try {
      const answer = await fetch(form.action || location.href, {
        method: "POST",
        body: new FormData(form),
        credentials: "same-origin",
      });
      if (answer.status >= 500) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      forget();
      // The page that it led to, with what was said of it; or the same page with what is wrong and everything typed.
      if (answer.redirected) history.pushState(null, "", answer.url);
      document.title = page.title;
      document.getElementById("main").replaceWith(page.getElementById("main"));
      window.scrollTo(0, 0);
      ready();
      document.querySelector("main .errors")?.focus();
    } catch {
      words.hidden = false;
      words.scrollIntoView({ block: "start" });
      button.disabled = false;
    }
  });

  window.addEventListener("online", () => {
    if (form.isConnected && !words.hidden && sessionStorage.getItem(place)) form.requestSubmit();
  });
}

document.addEventListener("DOMContentLoaded", ready);
window.addEventListener("popstate", () => location.reload());
