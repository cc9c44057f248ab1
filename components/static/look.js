// The preview follows the form; without this script its button shows it.
(() => {
  "use strict";
  const button = document.querySelector("[data-preview]");
  if (!button) return;
  let soon = 0;
  const show = () => {
    clearTimeout(soon);
    soon = setTimeout(() => button.form.requestSubmit(button), 300);
  };
  button.form.addEventListener("input", show);
  button.hidden = true;
})();
