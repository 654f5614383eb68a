// Lists without a click on "Show": a changed choice exchanges the list in place, the address follows, back works.
// Everything works without this file.
const place = document.querySelector(".browse");
const live = document.querySelector("#list-status");
let waiting;

const unfold = () => {
  const filter = place.querySelector(".filter");
  // Browsers that cannot show closed details by style alone get them opened here, where there is room.
  if (filter && !CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
    filter.open = true;
  }
};

// What the reader has opened or closed stays so.
const folds = () => [...place.querySelectorAll("details")].map((one) => [one.id || "filter", one.open]);
const refold = (states) => {
  for (const [id, open] of states) {
    const one = id === "filter" ? place.querySelector(".filter") : document.getElementById(id);
    if (one) one.open = open;
  }
};

const exchange = (page) => {
  const focused = document.activeElement?.id;
  const states = folds();
  place.replaceChildren(...page.querySelector(".browse").children);
  refold(states);
  unfold();
  document.title = page.title;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const said = place.querySelector(".count, [role=alert]");
  if (live && said) live.textContent = said.textContent.trim();
};

const show = async (address, { remember }) => {
  waiting?.abort();
  waiting = new AbortController();
  place.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(address, { signal: waiting.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (!response.ok || !page.querySelector(".browse")) throw new Error(response.status);
    if (remember) history.pushState(null, "", address);
    exchange(page);
    place.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
};

// Empty fields have no place in an address that people pass on.
const addressOf = (form) => {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  return form.getAttribute("action") + (query.size ? `?${query}` : "");
};

if (place) {
  unfold();

  place.addEventListener("change", (event) => {
    if (event.target.matches("input[type=checkbox], select")) show(addressOf(event.target.form), { remember: true });
  });

  place.addEventListener("submit", (event) => {
    event.preventDefault();
    show(addressOf(event.target), { remember: true });
  });

  place.addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || link.pathname !== location.pathname || /[?&]format=/.test(link.search)) return;
    event.preventDefault();
    await show(link.href, { remember: true });
    if (link.closest(".pager")) {
      const results = place.querySelector(".browse-results");
      results.focus({ preventScroll: true });
      results.scrollIntoView();
    }
  });

  addEventListener("popstate", () => show(location.href, { remember: false }));
}
