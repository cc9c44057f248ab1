// A letter shown in the frame beside a form: on a narrow screen the frame stands below, and is brought into sight.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const asks = event.target.closest('[formtarget="letter"], a[target="letter"]');
    const frame = document.querySelector('iframe[name="letter"]');
    if (asks && frame && matchMedia("(max-width: 1023px)").matches) frame.scrollIntoView({ block: "start" });
  });
})();
