// Moving steps along the time line by keyboard: arrows by a day, Delete removes. The page works without it.
(() => {
  "use strict";
  const acts = { ArrowLeft: "earlier", ArrowRight: "later", ArrowUp: "earlier", ArrowDown: "later", Delete: "remove" };
  document.addEventListener("keydown", (event) => {
    const name = event.target.closest(".step-name"), act = acts[event.key];
    if (!name || !act || event.ctrlKey || event.metaKey || event.altKey) return;
    const button = document.getElementById(`${act}-${name.closest("[data-step]").dataset.step}`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
