// What one key does to a row or a page: p opens the small form “They’ll pay on …” beside the list, c the panel of a call.
// Each is a link that leads to a page of its own where there is no script.
(() => {
  "use strict";
  const typing = (at) => at.closest && at.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, [contenteditable]");
  const PROMISE = 'a[href^="/promises/new?"]';
  let row = "", opener = null;

  const rowOf = (at) => (at.closest && at.closest("tr, .reasons > li")) || document.querySelector(".grid .here");
  const nameOf = (of) => { const link = of && of.querySelector("a[href]"); return link ? link.getAttribute("href") : ""; };

  const openForm = (link, at) => {
    let box = document.getElementById("quick");
    if (!box) {
      box = Object.assign(document.createElement("dialog"), { id: "quick" });
      box.setAttribute("aria-label", "They’ll pay on …");
      box.append(Object.assign(document.createElement("div"), { id: "new-promise" }));
      box.addEventListener("close", () => { if (opener && opener.isConnected) opener.focus(); });
      document.body.append(box);
    }
    opener = at; row = nameOf(rowOf(at) || (link.closest && link.closest("tr, li")));
    const form = document.getElementById("new-promise");
    form.textContent = "One moment …";
    box.showModal();
    const address = `${link.getAttribute("href")}&origin=${encodeURIComponent(location.pathname + location.search)}`;
    htmx.ajax("GET", address, { source: form, target: form, swap: "innerHTML" }).then(() => {
      const date = form.querySelector("[name=promised_on]");
      if (date) date.focus();
    });
  };

  document.addEventListener("click", (event) => {
    const closes = event.target.closest("[data-close]");
    if (closes) {
      const box = closes.closest("dialog"), panel = document.getElementById(closes.dataset.close);
      if (box) { event.preventDefault(); box.close(); }
      else if (panel) { event.preventDefault(); panel.replaceChildren(); const ring = document.querySelector('[data-quick="c"]'); if (ring) ring.focus(); }
      return;
    }
    const link = event.target.closest(PROMISE);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const menu = link.closest("details.menu[open]");
    if (menu) menu.open = false;
    openForm(link, menu ? menu.querySelector("summary") : link);
  });

  // Escape closes the panel of a call, unless something has been written in it.
  document.addEventListener("keydown", (event) => {
    const panel = event.key === "Escape" && event.target.closest && event.target.closest("#call");
    const close = panel && panel.querySelector("[data-close]");
    if (close && ![...panel.querySelectorAll("input[type=text], textarea")].some((field) => field.value)) close.click();
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "p") {
      const of = rowOf(event.target), link = (of && of.querySelector(PROMISE)) || document.querySelector('[data-quick="p"]');
      if (!link) return;
      event.preventDefault();
      openForm(link, document.activeElement === document.body ? link : document.activeElement);
    } else if (event.key === "c") {
      const link = document.querySelector('[data-quick="c"]');
      if (link) { event.preventDefault(); link.click(); }
    }
  });

  // The region behind the small window, with the promise in it; the row that was worked on stays the one.
  document.addEventListener("promised", () => {
    const box = document.getElementById("quick");
    if (box) { opener = null; box.close(); }
    const region = document.querySelector(".grid-region") || document.getElementById("customer");
    if (!region || !region.id) return location.reload();
    htmx.ajax("GET", location.pathname + location.search, { source: region, target: region, swap: "outerHTML show:none" }).then(() => {
      const link = row && [...document.querySelectorAll("tr a, .reasons a")].find((each) => each.getAttribute("href") === row);
      if (!link) return;
      const line = link.closest("tr");
      if (line) line.classList.add("here");
      link.focus({ preventScroll: true });
    });
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "call") return;
    const first = event.target.querySelector("[data-focus], a[href^='tel:'], input:not([type=hidden])");
    if (first) first.focus();
  });
})();
