// What unfold's pages call. Alpine evaluates their expressions without eval (alpine-csp.min.js): it knows no global
// function or object, so those that they use are named here, and the few expressions that it cannot read are put so
// that it can. tests/journeys/test_admin_policy.py opens every page and fails on one that is left.
"use strict";

// Icons are letters of a font: "chevron_right" would be read aloud. They are hidden from who hears the page; what is
// nothing but an icon gets its name in words, and can be reached by keyboard.
document.addEventListener("DOMContentLoaded", () => {
  const ICON = ".material-symbols-outlined";
  const NAMES = {
    child_care: "home", dock_to_right: "sidebar", menu: "sidebar", add: "add", arrow_back: "back", search: "search",
    manage_search: "search", filter_list: "narrow", tune: "narrow", close: "close", more_vert: "more",
    more_horiz: "more", unfold_more: "person", dark_mode: "theme", light_mode: "theme", computer: "theme",
  };
  const words = (name) => {
    const key = NAMES[name];
    return key ? document.body.dataset[`word${key[0].toUpperCase()}${key.slice(1)}`] : "";
  };

  function quiet(icon) {
    if (icon.dataset.quiet) return;
    icon.dataset.quiet = "1";
    const name = icon.textContent.trim();
    if (icon.title) {
      icon.setAttribute("role", "img");
      icon.setAttribute("aria-label", icon.title);
      return;
    }
    const control = icon.closest("a, button, summary, [role=button], label, [x-on\\:click]");
    const others = control ? [control, ...control.querySelectorAll(ICON)].filter((one) => one.matches(ICON)) : [];
    const text = control ? others.reduce((rest, one) => rest.replace(one.textContent, ""), control.textContent).trim() : "";
    const named = control && (control.getAttribute("aria-label") || control.title || text);
    if (control && !named && control.localName !== "label") {
      const said = words(name);
      if (!said) return; // better a strange name than none
      control.setAttribute("aria-label", said);
    }
    if (control && !control.matches("a[href], button, summary, label")) {
      control.setAttribute("role", "button");
      if (!control.hasAttribute("aria-label") && !text) control.setAttribute("aria-label", words(name));
      control.tabIndex = 0;
      control.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        control.click();
      });
    }
    if (icon !== control) icon.setAttribute("aria-hidden", "true");
  }

  // A field without a label of its own: the words beside it, and whether it is the day or the time.
  function nameField(input) {
    if (input.labels.length || input.getAttribute("aria-label") || input.getAttribute("aria-labelledby")) return;
    let around = input.parentElement;
    while (around && around.localName !== "form" && !around.querySelector("label")) around = around.parentElement;
    const label = around && around.localName !== "form" ? around.querySelector("label").textContent.trim() : "";
    const { wordDay, wordTime } = document.body.dataset;
    const part = input.classList.contains("vDateField") ? wordDay : input.classList.contains("vTimeField") ? wordTime : "";
    const said = [label, part].filter(Boolean).join(" ") || input.placeholder;
    if (said) input.setAttribute("aria-label", said);
  }

  // In a table of rows a hint stands in the column's head: the field's description is fetched from there.
  function describe(element) {
    for (const id of element.getAttribute("aria-describedby").split(" ")) {
      if (!id || document.getElementById(id)) continue;
      const cell = element.closest("td");
      const head = cell && cell.closest("table").tHead?.rows[0].cells[cell.cellIndex];
      const hint = document.createElement("span");
      hint.id = id;
      hint.hidden = true;
      hint.textContent = head?.querySelector("[title]")?.title || "";
      (cell || element.parentElement).append(hint);
    }
  }

  // A head without words heads nothing; each part that scrolls is named by what stands above it, no two alike.
  function heads(cell) {
    if (!cell.textContent.trim() && !cell.querySelector("input, img, [aria-label]")) cell.setAttribute("role", "cell");
  }

  const scrolling = new Map();
  function nameScrolling(part) {
    if (scrolling.has(part)) return;
    const group = part.closest("fieldset, section, .module, nav");
    const words = group?.querySelector("h2, h3, legend")?.textContent.trim() || document.title.trim();
    const same = [...scrolling.values()].filter((other) => other === words).length;
    scrolling.set(part, words);
    part.setAttribute("aria-label", same ? `${words} ${same + 1}` : words);
  }

  function all(root) {
    root.querySelectorAll("thead th").forEach(heads);
    root.querySelectorAll(".simplebar-content-wrapper").forEach(nameScrolling);
    root.querySelectorAll(ICON).forEach(quiet);
    root.querySelectorAll("input:not([type=hidden]), select, textarea").forEach(nameField);
    root.querySelectorAll("[aria-describedby]").forEach(describe);
  }
  all(document);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) if (node instanceof Element) all(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
});

document.addEventListener("alpine:init", () => {
  const REMEMBERED = "sidebarDesktopOpen";
  const REPLACED = new Map([
    [
      "sidebarDesktopOpen = !sidebarDesktopOpen; localStorage.setItem('sidebarDesktopOpen', sidebarDesktopOpen ? '1' : '0');",
      "toggleSidebar()",
    ],
    [
      "activeTab && activeTab !== 'general' ? window.location.pathname + window.location.search + '#' + activeTab : window.location.pathname + window.location.search",
      "addressOfTab()",
    ],
    ["'width: ' + changeListWidth + 'px'", "{width: changeListWidth + 'px'}"],
    ["openSearchResults = true; currentIndex = 0", "beginSearch()"],
    ["openSearchResults = true;", "openSearchResults = true"],
    [
      "openSearchResults = false; if ($refs.searchInput.value === '') { $refs.searchInput.blur() } else { $refs.searchInput.value = '' }",
      "leaveSearch()",
    ],
  ]);

  for (const name of ["theme", "searchForm", "searchDropdown", "searchCommand"]) {
    if (typeof window[name] !== "function") continue;
    const made = window[name];
    window.Alpine.data(name, (...given) => {
      const data = made(...given);
      if (name === "theme" || name === "searchCommand") return data;
      return Object.assign(data, {
        beginSearch() {
          this.openSearchResults = true;
          this.currentIndex = 0;
        },
        leaveSearch() {
          this.openSearchResults = false;
          const input = this.$refs.searchInput;
          if (input.value === "") input.blur();
          else input.value = "";
        },
      });
    });
  }

  window.Alpine.data("shell", () => ({
    activeTab: "",
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem(REMEMBERED) !== "0",
    init() {
      const first = this.$el.dataset.firstTab;
      this.activeTab = first ? (typeof window.getCurrentTab === "function" && window.getCurrentTab()) || first : "";
    },
    toggleSidebar() {
      this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
      localStorage.setItem(REMEMBERED, this.sidebarDesktopOpen ? "1" : "0");
    },
    addressOfTab() {
      const here = location.pathname + location.search;
      return this.activeTab && this.activeTab !== "general" ? `${here}#${this.activeTab}` : here;
    },
  }));

  function readable(root) {
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (!name.startsWith("x-")) continue;
        const plain = value.replace(/\s+/g, " ").trim();
        if (REPLACED.has(plain)) element.setAttribute(name, REPLACED.get(plain));
      }
      if (element instanceof HTMLTemplateElement) readable(element.content);
    }
  }
  readable(document);
});
