// Deciding by keyboard (the key stands in data-key), and letters as tall as their text. The page works without it.
(() => {
  "use strict";
  const same = { ArrowUp: "ArrowLeft", ArrowDown: "ArrowRight", k: "ArrowLeft", j: "ArrowRight" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select, dialog, details.menu[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const button = document.querySelector(`[data-key="${same[key] || key}"]`);
    if (!button || !/^[a-z]$|^Arrow/.test(key)) return;
    event.preventDefault();
    button.click();
  });

  // The second half of a double press would decide about the letter that has just taken the first one's place.
  const HURRIED = 700;
  let decidedAt = -HURRIED;
  document.addEventListener("submit", (event) => {
    if (!event.target.closest("[data-letter]")) return;
    if (performance.now() - decidedAt >= HURRIED) { decidedAt = performance.now(); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig && event.detail.requestConfig.verb === "post") decidedAt = performance.now();
  });

  const fit = (frame) => {
    const page = frame.contentDocument;
    if (page && page.body) frame.style.height = `${Math.max(240, page.documentElement.scrollHeight + 8)}px`;
  };
  const watch = () => document.querySelectorAll("iframe[data-fit]").forEach((frame) => {
    fit(frame);
    frame.addEventListener("load", () => fit(frame), { once: true });
  });
  // The rail counts what waits; after a decision it follows the page.
  const count = () => {
    const waiting = document.querySelector("#queue[data-waiting]");
    if (!waiting) return;
    document.querySelectorAll('nav a[href="/approvals"] .count').forEach((badge) => {
      if (badge.textContent === waiting.dataset.waiting) return;
      badge.textContent = waiting.dataset.waiting;
      badge.hidden = waiting.dataset.waiting === "0";
    });
  };
  document.addEventListener("htmx:afterSettle", () => { watch(); count(); });
  watch();
})();
