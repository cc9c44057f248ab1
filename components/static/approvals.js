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

  const fit = (frame) => {
    const page = frame.contentDocument;
    if (page && page.body) frame.style.height = `${Math.max(240, page.documentElement.scrollHeight + 8)}px`;
  };
  const watch = () => document.querySelectorAll("iframe[data-fit]").forEach((frame) => {
    fit(frame);
    frame.addEventListener("load", () => fit(frame), { once: true });
  });
  document.addEventListener("htmx:afterSettle", watch);
  watch();
})();
