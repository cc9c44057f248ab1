// Coming back from another site: a page that names an address in <meta name="on-return"> asks it once its reader has
// followed a link to outside and looks at the page again. {row} stands for the link of the list's row. An answer
// without content changes nothing. Pages work without it.
(() => {
  "use strict";
  const OFTEN = 20_000; // the address itself looks no oftener
  let address = "", asked = 0;

  const follow = (event) => {
    const link = event.target.closest('a[target="_blank"]');
    const wish = document.querySelector('meta[name="on-return"]');
    if (!link || !wish || link.host === location.host) return;
    const row = link.closest("tr, li"), own = row && row.querySelector(".row-link");
    address = wish.content.replace("{row}", own ? own.getAttribute("href") : "");
  };
  document.addEventListener("click", follow);
  document.addEventListener("auxclick", follow);

  // Nobody's half-written words are swapped away.
  const isBusy = (region) => [...region.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) => {
    if (field === document.activeElement) return true;
    if (field.matches("select")) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected));
    return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  });

  const look = () => {
    const wish = document.querySelector('meta[name="on-return"]');
    if (!address || !wish || document.visibilityState !== "visible" || Date.now() - asked < OFTEN) return;
    const region = wish.dataset.region && document.getElementById(wish.dataset.region);
    if (region && isBusy(region)) return;
    asked = Date.now();
    htmx.ajax("POST", address, region ? { source: region, target: region, swap: "outerHTML show:none" } : { source: document.body, swap: "none" });
  };
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
})();
