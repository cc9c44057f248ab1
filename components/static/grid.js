// Lists by keyboard (/ j k x Enter), selecting many rows, and what the selection adds up to. Lists work without it.
(() => {
  "use strict";
  const grid = () => document.querySelector(".grid");
  const boxes = (of) => [...of.querySelectorAll("td.pick input")];
  const typing = (at) => at.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, [contenteditable]");
  let last = null;

  // The amount is told where the row's figure does not say it but for its commas.
  const said = (box) => box.closest("tr").querySelector(".p-figure").lastChild.textContent.replaceAll(",", "");
  const sum = (chosen) => {
    const sums = new Map();
    for (const box of chosen) {
      const { dataset } = box;
      if (dataset.currency === undefined) continue;
      const hundredths = Math.round(Number(dataset.amount ?? said(box)) * 100);
      sums.set(dataset.currency, (sums.get(dataset.currency) || 0) + hundredths);
    }
    const written = new Intl.NumberFormat(document.documentElement.lang, { minimumFractionDigits: 2 });
    return [...sums].map(([currency, amount]) => currency + written.format(amount / 100).replace("-", "−")).join(" + ");
  };

  // What all that match add up to is asked for when it is wanted.
  const ask = async (of, whole) => {
    whole.dataset.told = "";
    const answer = await fetch(whole.dataset.sum);
    if (answer.ok && whole.isConnected) { whole.dataset.told = await answer.text(); tell(of); }
  };

  const tell = (of) => {
    const all = boxes(of), chosen = all.filter((box) => box.checked), line = of.querySelector(".selection-count");
    const page = of.querySelector("[data-pick-page]");
    if (page) { page.checked = all.length > 0 && chosen.length === all.length; page.indeterminate = chosen.length > 0 && !page.checked; }
    if (!line) return;
    const whole = of.querySelector("[name=all_matching]");
    const every = whole && whole.checked;
    const noun = chosen.length === 1 ? line.dataset.one : line.dataset.many;
    const amount = every ? whole.dataset.told || "" : sum(chosen);
    if (every && whole.dataset.sum && whole.dataset.told === undefined) ask(of, whole);
    line.textContent = `${every ? line.dataset.all : `${chosen.length} ${noun}`} selected${amount ? ` · ${amount}` : ""}`;
  };

  document.addEventListener("click", (event) => {
    const box = event.target.closest("td.pick input");
    if (box && event.shiftKey && last) {
      const all = boxes(box.closest(".grid")), ends = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      if (ends[0] >= 0) all.slice(ends[0], ends[1] + 1).forEach((each) => { each.checked = box.checked; });
    }
    if (box) last = box;
    const row = event.target.closest(".ledger tbody tr");
    if (!row || event.target.closest("a, button, input, label, summary, .menu-panel") || String(getSelection())) return;
    const link = row.querySelector(".row-link");
    if (link) event.ctrlKey || event.metaKey ? open(link.href) : link.click();
  });

  // What is cut off in a cell is told on hover.
  document.addEventListener("pointerover", (event) => {
    const cell = event.target.closest(".ledger td");
    if (cell && !cell.title && cell.scrollWidth > cell.clientWidth && !cell.querySelector("details")) cell.title = cell.innerText;
  });

  document.addEventListener("change", (event) => {
    const of = event.target.closest(".grid");
    if (!of) return;
    if (event.target.matches("[data-pick-page]")) boxes(of).forEach((box) => { box.checked = event.target.checked; });
    if (event.target.closest(".pick, .selection")) tell(of);
  });
  document.addEventListener("reset", (event) => { const of = event.target.closest(".grid"); if (of) setTimeout(() => tell(of)); });

  const move = (by) => {
    const rows = [...grid().querySelectorAll(".ledger tbody tr")];
    const from = rows.findIndex((row) => row.classList.contains("here"));
    const to = rows[Math.max(0, Math.min(rows.length - 1, from + by))];
    if (!to) return;
    if (from >= 0) rows[from].classList.remove("here");
    to.classList.add("here");
    to.scrollIntoView({ block: "nearest" });
    const link = to.querySelector(".row-link");
    if (link) link.focus({ preventScroll: true });
  };

  const keys = {
    "/": () => { const box = document.querySelector("[data-grid-search]"); if (box) { box.focus(); box.select(); } },
    j: () => move(1),
    k: () => move(-1),
    x: () => { const box = grid().querySelector(".here td.pick input"); if (box) { box.click(); } },
    Enter: () => { const link = grid().querySelector(".here .row-link"); if (link) link.click(); },
  };
  document.addEventListener("keydown", (event) => {
    if (!grid() || !keys[event.key] || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
    event.preventDefault();
    keys[event.key]();
  });

  // From the search into what it found: down, or Enter once it is there.
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches || !event.target.matches("[data-grid-search]")) return;
    const region = grid().querySelector("[data-search]");
    const isThere = region && region.dataset.search === event.target.value.trim();
    if (event.key !== "ArrowDown" && !(event.key === "Enter" && isThere)) return;
    event.preventDefault();
    move(1);
  });

  // Back from a row's page the list goes on where it was left.
  const LEFT = "list left at";
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".ledger .row-link");
    if (link) sessionStorage.setItem(LEFT, location.pathname + location.search + " " + link.getAttribute("href"));
  }, true);
  addEventListener("pageshow", () => {
    const [entry] = performance.getEntriesByType("navigation"), [list, row] = (sessionStorage.getItem(LEFT) || "").split(" ");
    if (!grid() || !entry || entry.type !== "back_forward" || list !== location.pathname + location.search) return;
    const link = [...grid().querySelectorAll(".row-link")].find((each) => each.getAttribute("href") === row);
    if (!link) return;
    grid().querySelector(".here")?.classList.remove("here");
    link.closest("tr").classList.add("here");
    link.scrollIntoView({ block: "nearest" });
  });

  // A grid is a region of its page, so it never asks for a boosted page. And addresses say only what was asked:
  // empty fields stay out of them.
  document.addEventListener("htmx:configRequest", (event) => {
    const { headers, parameters, verb } = event.detail;
    if (verb !== "get" || !event.target.closest(".grid")) return;
    delete headers["HX-Boosted"];
    for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
  });
  // A swap moves nothing: columns and the count keep the places they had, unless a value needs more room.
  const named = (head) => (head.querySelector("a") || head).firstChild?.textContent.trim() || head.className;
  const heads = (of) => [...of.querySelectorAll(".ledger thead th")];
  const yields = (all) => all.find((head) => head.classList.contains("s")) || all.find((head) => head.classList.contains("p-title"));
  const held = { columns: "", widths: [], count: 0 };
  const hold = (of) => {
    const all = heads(of), count = of.querySelector(".grid-count");
    if (count) held.count = count.offsetWidth;
    if (!all.length || !all[0].offsetWidth) return;
    held.columns = all.map(named).join();
    held.widths = all.map((head) => (head === yields(all) ? "" : `${head.getBoundingClientRect().width}px`));
  };
  const keep = (of) => {
    const all = heads(of), count = of.querySelector(".grid-count");
    if (count && held.count) count.style.minWidth = `${held.count}px`;
    if (!all.length || held.columns !== all.map(named).join()) return;
    all.forEach((head, place) => { head.style.width = held.widths[place]; });
    all[0].closest("table").classList.add("held");
  };
  document.addEventListener("htmx:beforeSwap", (event) => { if (event.detail.target.matches(".grid-region")) hold(grid()); });
  document.addEventListener("htmx:afterSwap", () => { if (grid()) keep(grid()); });
  addEventListener("resize", () => {
    if (!grid() || !held.columns) return;
    Object.assign(held, { columns: "", widths: [], count: 0 });
    heads(grid()).forEach((head) => { head.style.width = ""; });
  });

  document.addEventListener("htmx:afterSettle", () => {
    const of = grid(), box = document.querySelector("[data-grid-search]"), region = of && of.querySelector("[data-search]");
    if (box && region && document.activeElement !== box) box.value = region.dataset.search;
  });
})();
