// The search on top of every page: what is found is offered below it as one types. Ctrl-K goes there, arrows choose,
// Enter opens, Escape leaves. Without this script Enter leads to a page of what is found.
(() => {
  "use strict";
  const box = () => document.querySelector("[data-jump]");
  const list = () => document.getElementById("jump-found");
  const options = () => [...list().querySelectorAll('[role="option"]')];

  const close = () => {
    const field = box();
    if (!field || !list()) return;
    list().hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const point = (to) => {
    const all = options();
    all.forEach((each, at) => { each.setAttribute("aria-selected", String(at === to)); each.id = `jump-${at}`; });
    if (all[to]) { box().setAttribute("aria-activedescendant", all[to].id); all[to].scrollIntoView({ block: "nearest" }); }
    else box().removeAttribute("aria-activedescendant");
  };
  const pointed = () => options().findIndex((each) => each.getAttribute("aria-selected") === "true");
  const open = () => {
    const shown = Boolean(list().firstElementChild);
    list().hidden = !shown;
    box().setAttribute("aria-expanded", String(shown));
    if (shown) point(0);
  };
  const words = () => box().value.split(/\s+/).filter(Boolean).join(" ");

  // An answer for other words than those that stand there now is an old one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id !== "jump-found") return;
    const found = /data-for="([^"]*)"/.exec(event.detail.xhr.responseText);
    const said = Object.assign(document.createElement("textarea"), { innerHTML: found ? found[1] : "" }).value;
    if (document.activeElement !== box() || said !== words().slice(0, 100)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "jump-found") open();
  });

  document.addEventListener("keydown", (event) => {
    const field = box();
    if (!field || event.target !== field) return;
    const all = list().hidden ? [] : options();
    if (event.key === "Escape") {
      if (!list().hidden) { event.preventDefault(); event.stopPropagation(); close(); }
    } else if (all.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      point((pointed() + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length);
    } else if (event.key === "Enter" && all.length && list().dataset.for === words()) {
      event.preventDefault();
      const chosen = all[Math.max(0, pointed())];
      if (event.ctrlKey || event.metaKey) window.open(chosen.href, "_blank", "noopener"); else chosen.click();
    }
  }, true);
  document.addEventListener("focusin", (event) => { if (event.target === box() && words()) open(); });
  document.addEventListener("click", (event) => { if (!event.target.closest(".jump")) close(); });
  document.addEventListener("focusout", (event) => {
    if (event.target === box() && !(event.relatedTarget && event.relatedTarget.closest(".jump"))) close();
  });
})();
