// A preview link carries its token behind the #, which no server is told. Here it leaves the address bar and is posted;
// without this file it is pasted into the form by hand. In the admin, where a link is made: the button that copies it.
const form = document.querySelector("#preview-form");
const copier = document.querySelector("[data-copy]");

const open = () => {
  const code = location.hash.slice(1);
  if (!code) return;
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.submit();
};

if (form) {
  open();
  addEventListener("hashchange", open);
}

if (copier && navigator.clipboard) {
  const field = document.querySelector(copier.dataset.copy);
  copier.hidden = false;
  copier.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    document.querySelector("#copied").textContent = copier.dataset.copied;
  });
}
