// Lists without a click on "Show": a changed choice sends the form. Everything works without this file.
const form = document.querySelector("#filter");

if (form) {
  const details = form.closest("details");
  // Browsers that cannot show closed details by style alone get them opened here, where there is room.
  if (details && !CSS.supports("selector(::details-content)") && matchMedia("(min-width: 62rem)").matches) {
    details.open = true;
  }

  // Empty fields have no place in an address that people pass on.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (!value) event.formData.delete(name);
    }
  });

  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
}
