// The frame's behaviour: Ctrl-K, menus that close, questions before what cannot be undone. Pages work without it.
(() => {
  "use strict";
  const openMenus = (except) => document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  });

  // A panel inside a scrolling list would be cut off: place it against the window.
  const place = (menu) => {
    const panel = menu.querySelector(".menu-panel");
    if (!panel || !menu.closest(".grid-scroll, .selection-acts")) return;
    const button = menu.querySelector("summary").getBoundingClientRect();
    panel.style.position = "fixed";
    const below = !menu.classList.contains("menu-up") && button.bottom + 4 + panel.offsetHeight < innerHeight;
    panel.style.top = `${below ? button.bottom + 4 : button.top - panel.offsetHeight - 4}px`;
    panel.style.left = `${Math.max(8, Math.min(button.right, innerWidth - 8) - panel.offsetWidth)}px`;
    panel.style.right = panel.style.bottom = "auto";
  };

  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.classList.contains("menu") || !menu.open) return;
    openMenus(menu);
    place(menu);
  }, true);
  document.addEventListener("click", (event) => openMenus(event.target.closest("details.menu") || document.body));
  document.addEventListener("scroll", (event) => {
    if (event.target instanceof Element && event.target.closest(".grid-scroll")) openMenus(document.body);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
      const jump = document.querySelector("[data-jump]");
      if (jump) { event.preventDefault(); jump.focus(); jump.select(); }
    }
    const menu = event.target.closest && event.target.closest("details.menu[open]");
    if (event.key === "Escape") {
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); } else if (event.target.blur) event.target.blur();
    }
    if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const lines = [...menu.querySelectorAll(".menu-panel a, .menu-panel button, .menu-panel input:not([type=hidden])")];
      const next = lines.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      (lines[next] || lines[0] || menu).focus();
    }
  });

  // Asks `question`; resolves to whether the verb was chosen.
  const ask = (question, verb) => new Promise((answer) => {
    const box = document.createElement("dialog");
    const text = Object.assign(document.createElement("p"), { textContent: question });
    const buttons = Object.assign(document.createElement("form"), { method: "dialog", className: "buttons" });
    const no = Object.assign(document.createElement("button"), { className: "button", value: "", textContent: "Cancel" });
    const yes = Object.assign(document.createElement("button"), { className: "button primary", value: "yes", textContent: verb });
    buttons.append(no, yes);
    box.append(text, buttons);
    box.addEventListener("close", () => { answer(box.returnValue === "yes"); box.remove(); });
    document.body.append(box);
    box.showModal();
  });

  const agreed = new WeakSet();
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    const asking = [button, form].find((each) => each && each.dataset.confirm);
    if (!asking || agreed.has(form)) return agreed.delete(form);
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(asking.dataset.confirm, asking.dataset.confirmVerb || (button && button.textContent.trim()) || "Go on")) {
      agreed.add(form);
      form.requestSubmit(button);
    }
  }, true);

  // Whatever somebody asked for is seen to be under way within a tenth of a second: the region that will change is busy,
  // and a line runs on top. What the page asks for by itself stays quiet.
  const root = document.documentElement, pending = new Set();
  const mark = () => root.classList.toggle("under-way", pending.size > 0);
  const BY_HAND = new Set(["click", "submit", "change", "input", "keydown", "search"]);
  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr, target, requestConfig } = event.detail, by = requestConfig.triggeringEvent;
    if (by && !BY_HAND.has(by.type)) return;
    if (!by && !document.querySelector("dialog[open]")) return;
    pending.add(xhr);
    if (target) target.setAttribute("aria-busy", "true");
    mark();
    xhr.addEventListener("loadend", () => {
      pending.delete(xhr);
      if (target) target.removeAttribute("aria-busy");
      mark();
    });
  });
  const FILE = /\.(csv|xlsx|pdf|zip)($|\?)/;
  const stay = () => { pending.delete(root); mark(); };
  const leaving = (address) => {
    if (FILE.test(address)) return;
    pending.add(root); mark();
    setTimeout(stay, 20_000); // somebody stopped it, or stayed with what was not saved
  };
  addEventListener("submit", (event) => {
    const form = event.target, by = event.submitter;
    if (event.defaultPrevented || form.method === "dialog" || (by && by.formTarget) || form.target) return;
    leaving((by && by.getAttribute("formaction")) || form.getAttribute("action") || "");
  });
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    leaving(link.pathname);
  });
  addEventListener("pageshow", stay);

  // What was done is told over the page where an answer brings it: nothing below has to make room. It goes by itself
  // unless there is something to press in it; Escape sends it away.
  let wasInPage = false, going = 0;
  const told = () => document.getElementById("notices");
  const sendAway = () => { if (told() && "passing" in told().dataset) told().replaceChildren(); };
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const old = event.detail.target;
    if (old && old.id === "notices") wasInPage = old.childElementCount > 0 && !("passing" in old.dataset);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "notices" || wasInPage) return;
    told().dataset.passing = "";
    clearTimeout(going);
    if (!told().querySelector("a, button")) going = setTimeout(sendAway, 10_000);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") sendAway(); });

  // Tabs wider than a phone begin with the one that is open.
  document.querySelectorAll(".tabs").forEach((tabs) => {
    const open = tabs.querySelector("[aria-current]");
    if (open) tabs.scrollLeft = open.offsetLeft + open.offsetWidth - tabs.offsetLeft - tabs.clientWidth + 24;
  });

  // The first field that needs another look, after a form came back.
  const focusMistake = () => { const mistake = document.querySelector("[data-focus]"); if (mistake) mistake.focus(); };
  document.addEventListener("htmx:afterSettle", focusMistake);
  focusMistake();
})();
