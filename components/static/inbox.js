// The inbox by keyboard: J and K go from line to line, and on a mail what can be done has its letter in data-key.
// The page works without it.
(() => {
  "use strict";
  // The second half of a double press would decide about the mail that has just taken the first one's place.
  const HURRIED = 700;
  const shownAt = performance.now();
  const FIELD = "textarea, select, input:not([type=hidden], [type=checkbox])";

  const walk = (key) => {
    const lines = [...document.querySelectorAll(".mails a")];
    const here = lines.indexOf(document.activeElement);
    const next = lines[here < 0 ? 0 : here + (key === "j" ? 1 : -1)];
    if (next) next.focus();
    return lines.length > 0;
  };

  const act = (place) => {
    const folded = place.closest("details");
    if (folded) folded.open = true;
    const into = folded || (place.matches("section") && place);
    if (!into) return place.click();
    into.querySelector(FIELD)?.focus();
    into.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, dialog, details.menu[open]")) return;
    const key = event.key.toLowerCase();
    if (!/^[a-z]$/.test(key)) return;
    if ((key === "j" || key === "k") && walk(key)) return event.preventDefault();
    const place = document.querySelector(`[data-key="${key}"]`);
    if (!place || event.repeat) return;
    event.preventDefault();
    if (!place.closest("form") || performance.now() - shownAt >= HURRIED) act(place);
  });
})();
