// An import tells how far it has come. The forms marked data-import-form, and the form of a new import, are sent by
// fetch; the answer is a JSON object a line (stats/imports_admin.py): {step, done, total}, then {goto} or {errors}.
// Without this file they are ordinary forms, whose answer is the next page.
{
  const LINES = "application/x-ndjson";

  // Yields the objects of a response as they arrive.
  async function* objects(response) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) if (line) yield JSON.parse(line);
    }
  }

  const listed = (errors) => {
    const list = document.createElement("ul");
    list.className = "errorlist";
    for (const text of errors) {
      const item = document.createElement("li");
      item.textContent = text;
      list.append(item);
    }
    return list;
  };

  // At each field what is wrong with it; what belongs to none stands above the buttons.
  const complain = (form, box, errors) => {
    let first = null;
    for (const [name, texts] of Object.entries(errors)) {
      const field = form.elements[name];
      const place = field?.closest?.(".form-row, .import-option, td");
      if (place) place.classList.add("errors");
      if (place) place.prepend(listed(texts));
      else box.before(listed(texts));
      first ??= field ?? null;
    }
    (first?.focus ? first : form.querySelector("[type=submit]")).focus();
  };

  const send = async (form, submitter, box) => {
    const bar = box.querySelector("progress");
    const words = box.querySelector("[data-words]");
    const buttons = [...form.querySelectorAll("[type=submit]")];
    const show = (text, done, total) => {
      words.textContent = total ? `${text} ${done} / ${total}` : text;
      if (total) bar.value = done / total;
      else bar.removeAttribute("value");
    };
    for (const old of form.querySelectorAll(".errorlist")) old.remove();
    for (const old of form.querySelectorAll(".errors")) old.classList.remove("errors");
    const body = new FormData(form, submitter);
    for (const button of buttons) button.disabled = true;
    box.hidden = bar.hidden = false;
    show(box.dataset.begun);
    box.scrollIntoView({ block: "nearest" });
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { Accept: LINES } });
      if (!response.headers.get("Content-Type")?.startsWith(LINES)) {
        location.assign(response.url); // the login, or a refusal
        return;
      }
      for await (const said of objects(response)) {
        if (said.goto) {
          location.assign(said.goto);
          return;
        }
        if (said.errors) {
          box.hidden = true;
          for (const button of buttons) button.disabled = false;
          complain(form, box, said.errors);
          return;
        }
        show(said.step, said.done, said.total);
      }
      throw new Error("the answer ended early");
    } catch {
      bar.hidden = true;
      words.textContent = box.dataset.broken;
      for (const button of buttons) button.disabled = false;
    }
  };

  for (const box of document.querySelectorAll("[data-import-progress]")) {
    const form = box.closest("form");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form, event.submitter, box);
    });
  }

  // What was changed above and not read again would not be what is taken in.
  const confirm = document.querySelector("[data-import-confirm]");
  const meaning = document.querySelector("[data-import-form]:not([data-import-confirm])");
  if (confirm && meaning) {
    const said = () => new URLSearchParams(new FormData(meaning)).toString();
    const before = said();
    const stale = () => {
      const isStale = said() !== before;
      confirm.querySelector("[data-import-stale]").hidden = !isStale;
      confirm.querySelector("[type=submit]").disabled = isStale;
    };
    meaning.addEventListener("change", stale);
    // The choices of the admin are a jQuery widget, whose events others do not hear.
    window.django?.jQuery?.(meaning).on("change", stale);
  }

  // A browser that comes back by its own button shows the page as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
