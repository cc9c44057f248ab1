// Names after an @: a field with data-mentions offers the names that begin so. Arrows choose, Enter or Tab takes one,
// Escape ends it. Without this script the name is typed in full.
(() => {
  "use strict";
  const ID = "mentions";
  let field = null, from = -1;

  const list = () => document.getElementById(ID);
  const close = () => {
    const open = list();
    if (open) open.remove();
    if (field) field.removeAttribute("aria-activedescendant");
    from = -1;
  };

  const take = (name) => {
    const end = field.selectionStart;
    field.setRangeText(`@${name} `, from, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    field.focus();
  };

  const point = (to) => {
    const lines = [...list().children];
    lines.forEach((line, at) => line.setAttribute("aria-selected", String(at === (to + lines.length) % lines.length)));
    field.setAttribute("aria-activedescendant", lines[(to + lines.length) % lines.length].id);
  };

  const offer = (names) => {
    close();
    const box = Object.assign(document.createElement("ul"), { id: ID, className: "mentions" });
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", "Colleagues");
    names.forEach((name, at) => {
      const line = Object.assign(document.createElement("li"), { id: `${ID}-${at}`, textContent: name });
      line.setAttribute("role", "option");
      line.addEventListener("mousedown", (event) => { event.preventDefault(); take(name); });
      box.append(line);
    });
    field.insertAdjacentElement("afterend", box);
    field.setAttribute("aria-controls", ID);
    point(0);
  };

  document.addEventListener("input", (event) => {
    if (!event.target.dataset || event.target.dataset.mentions === undefined) return;
    field = event.target;
    const before = field.value.slice(0, field.selectionStart), begun = /(^|[^\w@.])@([\p{L}' -]{0,40})$/u.exec(before);
    const names = begun ? field.dataset.mentions.split("\n").filter((name) => name.toLowerCase().startsWith(begun[2].toLowerCase())) : [];
    if (!names.length || names.some((name) => name.toLowerCase() === begun[2].trim().toLowerCase())) return close();
    offer(names.slice(0, 6));
    from = field.selectionStart - begun[2].length - 1;
  });

  document.addEventListener("keydown", (event) => {
    if (!list() || event.target !== field) return;
    const at = [...list().children].findIndex((line) => line.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") point(at + (event.key === "ArrowDown" ? 1 : -1));
    else if (event.key === "Enter" || event.key === "Tab") take(list().children[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => { if (event.target === field) close(); });
})();
