// The rich text of a template: Trix, with placeholders as chips. The page works without it: a plain field stands there then.
(() => {
  "use strict";
  const TYPE = "application/vnd.tactful.placeholder", { config } = Trix;
  for (const name of ["heading1", "quote", "code"]) delete config.blockAttributes[name];
  delete config.textAttributes.strike;
  for (const name of ["bullet", "number"]) config.blockAttributes[name].nestable = false;
  config.attachments.content = {};

  const picker = document.querySelector("[data-picker]"), search = picker.querySelector("input");
  let current = null;
  const fields = [...document.querySelectorAll("[data-rich]")].map(begin);
  document.addEventListener("trix-file-accept", (event) => event.preventDefault());

  function begin(place) {
    const name = place.dataset.rich, plain = place.querySelector(`[name="${name}"]`), isLine = "line" in place.dataset;
    const value = Object.assign(document.createElement("input"), { type: "hidden", id: `rich-${name}`, name: `rich_${name}` });
    value.value = place.querySelector("template").innerHTML;
    const editor = document.createElement("trix-editor");
    editor.setAttribute("input", value.id);
    editor.setAttribute("toolbar", `bar-${name}`);
    editor.setAttribute("aria-label", place.querySelector("label").textContent);
    editor.className = "input rich-text";
    plain.disabled = plain.hidden = true;
    plain.after(value, editor);
    place.querySelector("label").htmlFor = editor.id = `editor-${name}`;
    if (!isLine) place.querySelector("trix-toolbar").hidden = false;
    editor.addEventListener("trix-initialize", () => {
      if (!isLine) current = editor;
      let before = value.value;
      editor.addEventListener("trix-change", () => {
        if (value.value === before) return;
        before = value.value;
        editor.dispatchEvent(new CustomEvent("edited", { bubbles: true }));
        list_chips(editor);
      });
      list_chips(editor);
    });
    editor.addEventListener("focus", () => {
      current = editor;
      if (picker.open && performance.now() - begun < 300) search.focus(); // the editor draws late and takes the focus along
    });
    for (const name of ["keydown", "beforeinput"]) editor.addEventListener(name, (event) => draw_first(editor, event), true);
    editor.addEventListener("beforeinput", (event) => {
      if (event.data === "{" && event.inputType === "insertText") stop(event, () => open(true));
      else if (isLine && ["insertParagraph", "insertLineBreak"].includes(event.inputType)) stop(event);
    }, true);
    editor.addEventListener("keydown", (event) => {
      const chosen = event.key === "Enter" && chip_at(editor, editor.editor.getSelectedRange());
      if (chosen) stop(event, () => change(editor, chosen.range, chosen.source));
    }, true);
    if (isLine) editor.addEventListener("keydown", (event) => { if (event.key === "Enter") stop(event); }, true);
    return editor;
  }
  // Beside a chip the browser types into Trix's own mark. Until Trix has drawn, it takes what follows there for a place
  // behind the next chip: who types fast would see a letter stray.
  function draw_first(editor, event) {
    const { inputController } = editor.editorController || {}, at = getSelection().anchorNode;
    if (!inputController || !inputController.scheduledRender || event.isComposing || !at || !at.parentElement) return;
    if (at.parentElement.closest("[data-trix-cursor-target]")) inputController.render();
  }
  function stop(event, then) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (then) then();
  }

  // Chips
  function words(source) {
    const inside = source.slice(2, -2).trim(), human = (name) => name.trim().replaceAll("_", " ");
    const condition = /^if\s+(?:(not|one|many)\s+)?([a-z_]+)$/.exec(inside);
    if (condition) {
      const name = human(condition[2]);
      return { not: `only without ${name}:`, one: `only if ${name} is 1:`, many: `only if ${name} is over 1:` }[condition[1]] || `only with ${name}:`;
    }
    const bar = inside.indexOf("|"), head = bar < 0 ? inside : inside.slice(0, bar), rest = bar < 0 ? "" : inside.slice(bar + 1).trim();
    if (head.includes(":")) return `${head.slice(head.indexOf(":") + 1).trim()} / ${rest}`;
    return human(head) + (rest ? ` | ${rest}` : "");
  }
  function chip(source) {
    const content = Object.assign(document.createElement("span"), { className: "chip", textContent: words(source) }).outerHTML;
    return new Trix.Attachment({ contentType: TYPE, content, source });
  }
  function insert(source) {
    if (!current) current = fields[fields.length - 1];
    const { editor } = current;
    current.focus();
    if (/^\{\{\s*if\s/.test(source)) {
      const at = editor.getSelectedRange()[0], text = editor.getDocument().toString();
      editor.setSelectedRange(text.lastIndexOf("\n", at - 1) + 1);
    }
    editor.insertAttachment(chip(source));
  }

  // The list of placeholders
  const inserts = [...picker.querySelectorAll(".insert")], none = picker.querySelector("[data-none]");
  let chosen = null, typed = false, ready = false, begun = 0;
  picker.querySelector("ul").setAttribute("role", "listbox");
  inserts.forEach((each, number) => { each.setAttribute("role", "option"); each.id = `insert-${number}`; });
  function open(byTyping) {
    picker.open = true;
    begin_search(byTyping);
  }
  function begin_search(byTyping) {
    typed = byTyping;
    ready = true;
    begun = performance.now();
    search.value = "";
    filter();
    search.focus();
  }
  function close(back) {
    picker.open = false;
    if (back && current) current.focus();
  }
  function choose(each) {
    if (chosen) chosen.removeAttribute("aria-selected");
    chosen = each || null;
    if (!chosen) return search.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    search.setAttribute("aria-activedescendant", chosen.id);
  }
  const visible = () => inserts.filter((each) => !each.hidden);
  function filter() {
    const asked = search.value.toLowerCase().replaceAll("_", " ").split(/\s+/).filter(Boolean);
    for (const each of inserts) each.hidden = !asked.every((word) => each.textContent.toLowerCase().replaceAll("_", " ").includes(word));
    for (const group of picker.querySelectorAll(".picker-group")) {
      let next = group.nextElementSibling, some = false;
      for (; next && !next.classList.contains("picker-group"); next = next.nextElementSibling) some ||= !next.hidden;
      group.hidden = !some;
    }
    none.hidden = visible().length > 0;
    choose(visible()[0]);
  }
  picker.addEventListener("toggle", () => {
    if (!picker.open) ready = false;
    else if (!ready) begin_search(false);
  });
  search.addEventListener("input", (event) => { event.stopPropagation(); filter(); });
  search.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], shown = visible();
    if (step && shown.length) stop(event, () => choose(shown[(shown.indexOf(chosen) + step + shown.length) % shown.length]));
    else if (event.key === "Enter") stop(event, () => take(chosen));
    else if (event.key === "Escape") stop(event, () => {
      const sign = typed;
      close(true);
      if (sign) current.editor.insertString("{");
    });
  });
  function take(each) {
    if (!each) return;
    close(true);
    insert(each.dataset.source);
  }
  picker.addEventListener("click", (event) => take(event.target.closest(".insert")));
  document.addEventListener("click", (event) => { if (picker.open && !picker.contains(event.target)) close(false); });

  // What stands behind a chip, and changing it
  const tip = document.querySelector(".chip-value"), dialog = document.querySelector(".chip-dialog");
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const figure = (event) => event.target.closest && event.target.closest("trix-editor figure[data-trix-attachment]");
  const sourceOf = (figureOf) => JSON.parse(figureOf.dataset.trixAttachment).source || "";
  const nameOf = (source) => (/^\{\{\s*(?:if\s+)?(?:(?:not|one|many)\s+)?([a-z_]+)/.exec(source) || [])[1] || "";
  const present = (source) => JSON.parse(document.getElementById("told").dataset.values)[nameOf(source)] || "there is no such placeholder";
  document.addEventListener("mouseover", (event) => {
    const over = figure(event);
    tip.hidden = !over;
    if (!over) return;
    tip.textContent = present(sourceOf(over));
    const box = over.getBoundingClientRect();
    tip.style.left = `${Math.max(8, Math.min(box.left, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${box.bottom + 6}px`;
  });
  addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
  let changing = null;
  function change(editor, range, source) {
    changing = { editor, range, source, name: nameOf(source) };
    const inside = source.slice(2, -2), condition = /^\s*if\s+(?:(not|one|many)\s+)?/.exec(inside);
    const [head, ...rest] = inside.split("|"), isCounted = !condition && head.includes(":"), words_ = rest.join("|").trim();
    const kind = condition ? "condition" : isCounted ? "counted" : "value";
    dialog.querySelector("h2").textContent = changing.name.replaceAll("_", " ");
    dialog.querySelector("[data-now]").textContent = `Now: ${present(source)}`;
    part("blank").value = rest.length ? (words_ ? "words" : "nothing") : "hold";
    part("fallback").value = words_;
    part("one").value = isCounted ? head.slice(head.indexOf(":") + 1).trim() : "";
    part("many").value = words_;
    const test = (condition && condition[1]) || "";
    const tests = ["one", "many"].includes(test) ? [["one", "where it is 1"], ["many", "where it is more than 1"]] : [["", "where there is something"], ["not", "where there is nothing"]];
    part("test").replaceChildren(...tests.map(([value, text]) => new Option(text, value, false, value === test)));
    changing.kind = kind;
    ask();
    dialog.showModal();
  }
  function ask() {
    for (const each of dialog.querySelectorAll("[data-for]")) {
      const [kind, detail] = each.dataset.for.split(" ");
      each.hidden = kind !== changing.kind || (detail === "words" && part("blank").value !== "words");
    }
  }
  part("blank").addEventListener("change", ask);
  function changed() {
    const { kind, name } = changing, clean = (text) => text.replace(/[{}|\n]/g, " ").trim(), test = part("test").value;
    if (kind === "condition") return `{{ if ${test ? `${test} ` : ""}${name} }}`;
    if (kind === "counted") return `{{ ${name}: ${clean(part("one").value)} | ${clean(part("many").value)} }}`;
    const blank = part("blank").value;
    return blank === "hold" ? `{{ ${name} }}` : `{{ ${name} | ${blank === "words" ? clean(part("fallback").value) : ""} }}`.replace("|  }}", "| }}");
  }
  dialog.addEventListener("close", () => {
    if (!dialog.returnValue || !changing) return;
    const { editor, range } = changing, source = changed();
    editor.focus();
    editor.editor.recordUndoEntry("Placeholder");
    editor.editor.setSelectedRange(range);
    editor.editor.deleteInDirection("forward");
    if (dialog.returnValue === "done") editor.editor.insertAttachment(chip(source));
    dialog.returnValue = "";
  });
  function ask_about(editor, id, source) {
    const document_ = editor.editor.getDocument(), found = document_.getAttachments().find((each) => String(each.id) === String(id));
    const range = found && document_.getRangeOfAttachment(found);
    if (range) change(editor, range, source);
  }
  // The same without a mouse: an arrow key chooses a chip in the text and Enter opens it; or the list below the text.
  const sourceIn = (attachment) => attachment.getAttribute("source") || "";
  function chip_at(editor, [from, to]) {
    const document_ = editor.editor.getDocument();
    const found = to - from === 1 && document_.getAttachments().find((each) => document_.getRangeOfAttachment(each)[0] === from);
    return found && sourceIn(found) ? { range: [from, to], source: sourceIn(found) } : null;
  }
  function list_chips(editor) {
    const list = editor.closest("[data-rich]").querySelector("[data-chips]");
    if (!list) return;
    const chips = editor.editor.getDocument().getAttachments().filter(sourceIn);
    list.hidden = !chips.length;
    list.querySelector("[data-count]").textContent = chips.length;
    list.querySelector("ul").replaceChildren(...chips.map((each) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button quiet", textContent: words(sourceIn(each)) });
      button.addEventListener("click", () => ask_about(editor, each.id, sourceIn(each)));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
  }
  document.addEventListener("click", (event) => {
    const over = figure(event);
    if (over) ask_about(over.closest("trix-editor"), over.dataset.trixId, sourceOf(over));
  });
})();
