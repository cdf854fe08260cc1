// What unfold's pages call. Alpine evaluates their expressions without eval (alpine-csp.min.js): it knows no global
// function or object, so those that they use are named here, and the few expressions that it cannot read are put so
// that it can. tests/journeys/test_admin_policy.py opens every page and fails on one that is left.
"use strict";

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
