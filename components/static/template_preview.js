// The email beside a template follows what is written; answers come in order (hx-sync). Without this the button shows it.
(() => {
  "use strict";
  const frame = document.querySelector("[data-letter-frame]"), form = document.querySelector("[data-guarded]");
  if (!frame || !form) return;
  document.body.classList.add("scripted");

  const show = () => {
    const told = document.getElementById("told"), page = frame.contentDocument;
    if (!told || !page || !page.body || page.URL === "about:blank") return;
    page.body.innerHTML = told.dataset.letter;
    frame.style.height = `${Math.max(page.documentElement.scrollHeight, 240) + 4}px`;
  };
  frame.addEventListener("load", show);
  document.body.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "told") show(); });
  if (frame.contentDocument && frame.contentDocument.readyState === "complete") show();

  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "field-customer") event.detail.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
  let unsaved = "unsaved" in form.dataset;
  for (const name of ["input", "edited"]) form.addEventListener(name, () => { unsaved = true; });
  form.addEventListener("submit", (event) => { if (!(event.submitter && event.submitter.formTarget)) unsaved = false; });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
})();
