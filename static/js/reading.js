// What a reader can do with an article: text size, share, copy its address, print. Each button shows where it can work.
const part = (name) => document.querySelector(`[data-reading="${name}"]`);
const STORE = "reading-size";

// A browser that keeps nothing for this site still changes the size of this page.
const kept = () => {
  try {
    return localStorage.getItem(STORE);
  } catch {
    return null;
  }
};
const keep = (size) => {
  try {
    localStorage.setItem(STORE, size);
  } catch {
    return;
  }
};

const sizes = part("sizes");
if (sizes) {
  const buttons = [...sizes.querySelectorAll("button")];
  const choose = (size) => {
    document.querySelector(".story").dataset.size = size;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.size === size));
  };
  const before = kept();
  if (buttons.some((button) => button.dataset.size === before)) choose(before);
  sizes.addEventListener("click", (event) => {
    const size = event.target.closest("button")?.dataset.size;
    if (!size) return;
    choose(size);
    keep(size);
  });
  sizes.hidden = false;
}

const address = document.querySelector("link[rel=canonical]")?.href ?? location.href;
const offer = (name, can, act) => {
  const button = part(name);
  if (!button || !can) return;
  button.addEventListener("click", act);
  button.hidden = false;
};

// A reader who closes the dialog of the system has chosen to: that is no error.
offer("share", navigator.share, () => navigator.share({ title: document.title, url: address }).catch(() => {}));

offer("copy", navigator.clipboard?.writeText, async (event) => {
  await navigator.clipboard.writeText(address);
  part("told").textContent = event.target.dataset.copied;
});

offer("print", window.print, () => window.print());
