// What is typed into the form of a record stays in this browser until it is saved: after a crash, an ended session or a
// failed save it is offered again. Kept per user, address and open page; other users are offered nothing of it.
// The form says how (templates/admin/publishing/_draft_keeper.html); the server names what it has saved in the classes of
// its message (portal/publishing/drafts_admin.py), which is why every page of the desk loads this file.
{
  const MAX_AGE = 14 * 24 * 3600 * 1000;
  // In characters. Browsers grant a site about five million.
  const MAX_DRAFT = 1_500_000;
  const MAX_ALL = 4_000_000;
  const PAUSE = 600;

  // The shelf: what lies in localStorage as "draft:<user>:<address>:<id>".

  const read = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const shelf = () => {
    try {
      return Object.keys(localStorage)
        .filter((key) => key.startsWith("draft:"))
        .map((key) => ({ key, size: localStorage[key].length, ...read(key) }))
        .sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
    } catch {
      return []; // this browser keeps nothing
    }
  };

  const clear = () => {
    let total = 0;
    for (const { key, at, size } of shelf()) {
      total += size;
      if (!(Date.now() - at < MAX_AGE) || total > MAX_ALL) localStorage.removeItem(key);
    }
    for (const said of document.querySelectorAll(".messagelist > [class*=draft-]")) {
      const saved = [...said.classList].filter((name) => name.startsWith("draft-")).map((name) => name.slice(6));
      for (const { key } of shelf()) if (saved.includes(key.split(":").at(-1))) localStorage.removeItem(key);
    }
  };

  /** Whether it could be kept; for a new one the oldest ones make room. */
  const keep = (key, draft) => {
    const text = JSON.stringify(draft);
    if (text.length > MAX_DRAFT) return false;
    for (;;) {
      try {
        localStorage.setItem(key, text);
        clear();
        return true;
      } catch {
        const oldest = shelf().findLast((one) => one.key !== key);
        if (!oldest) return false;
        localStorage.removeItem(oldest.key);
      }
    }
  };

  // The form: its fields by names that hold when rows have moved: "parties=12=role" is the row whose id is 12,
  // "parties+0=role" the first new one, of which "parties-__prefix__-role" is the pattern.

  const OURS = new Set(["csrfmiddlewaretoken", "seen", "draft"]);
  const MUTE = new Set(["file", "password", "submit", "button", "image", "reset"]);

  class Form {
    constructor(element) {
      this.element = element;
      this.sets = [...element.querySelectorAll("input[name$='-TOTAL_FORMS']")].map((input) => input.name.slice(0, -12));
    }

    placeOf(name) {
      for (const set of this.sets) {
        const found = name.startsWith(`${set}-`) && name.slice(set.length + 1).match(/^(\d+|__prefix__)-(.+)$/);
        if (found) return { set, row: found[1], field: found[2] };
      }
      return null;
    }

    idOf(set, row) {
      return this.element.elements[`${set}-${row}-id`]?.value ?? "";
    }

    /** The numbers of the rows of `set` that are not in the database. */
    newRows(set) {
      const total = Number(this.element.elements[`${set}-TOTAL_FORMS`].value);
      return [...Array(total).keys()].filter((row) => this.element.elements[`${set}-${row}-id`] && !this.idOf(set, row));
    }

    *inputs() {
      for (const input of this.element.elements) {
        if (!input.name || OURS.has(input.name) || MUTE.has(input.type) || /-(TOTAL|INITIAL|M\w\w_NUM)_FORMS$/.test(input.name)) continue;
        const place = this.placeOf(input.name);
        if (place?.field === "id") continue;
        yield { input, place };
      }
    }

    keyOf({ input, place }) {
      if (!place) return input.name;
      const { set, row, field } = place;
      if (row === "__prefix__") return `${set}+=${field}`;
      const id = this.idOf(set, row);
      return id ? `${set}=${id}=${field}` : `${set}+${this.newRows(set).indexOf(Number(row))}=${field}`;
    }

    /** Key → value of all fields. */
    values() {
      const found = new Map();
      for (const one of this.inputs()) {
        const { input } = one;
        if (input.type === "radio" && !input.checked) continue;
        found.set(this.keyOf(one), { value: valueOf(input), label: labelOf(input) });
      }
      return found;
    }

    /** The element for `key`, or undefined; rows that are not there yet are added. */
    find(key, offsets) {
      const made = key.match(/^(.+)\+(\d+)=(.+)$/);
      if (made) {
        const [, set, number, field] = made;
        offsets[set] ??= this.newRows(set).length;
        const wanted = offsets[set] + Number(number);
        const adder = document.querySelector(`#${set}-group .add-row a`);
        while (adder && this.newRows(set).length <= wanted) {
          const before = this.newRows(set).length;
          adder.click();
          if (this.newRows(set).length === before) return undefined;
        }
        return this.element.elements[`${set}-${this.newRows(set)[wanted]}-${field}`];
      }
      const kept = key.match(/^(.+)=(\d+)=(.+)$/);
      if (!kept) return this.element.elements[key];
      const [, set, id, field] = kept;
      const row = [...this.element.elements].find((one) => one.value === id && this.placeOf(one.name)?.set === set && this.placeOf(one.name).field === "id");
      return row && this.element.elements[`${set}-${this.placeOf(row.name).row}-${field}`];
    }
  }

  const valueOf = (input) => {
    if (input.type === "checkbox") return input.checked;
    if (input.tagName !== "SELECT") return input.value;
    return [...input.selectedOptions].map((option) => [option.value, option.text]);
  };

  const labelOf = (input) => {
    const head = input.closest("td") && input.closest("table").tHead?.rows[0].cells[input.closest("td").cellIndex];
    return (input.labels?.[0] ?? head)?.textContent.trim().replace(/[:：]$/, "") ?? input.name;
  };

  const same = (a, b) => JSON.stringify(a?.value) === JSON.stringify(b?.value);

  // The rich text editor shows what is in its own document; it is ready some time after the form.
  const editors = new WeakMap();
  const filled = new WeakMap();
  document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
    editors.set(textarea, editor);
    if (filled.has(textarea)) editor.commands.setContent(filled.get(textarea));
  });

  const fill = (input, value) => {
    if (input instanceof RadioNodeList) input.value = value;
    else if (input.type === "checkbox") input.checked = value;
    else if (input.tagName === "SELECT") choose(input, value);
    else input.value = value;
    const one = input instanceof RadioNodeList ? input[0] : input;
    if (editors.has(one)) editors.get(one).commands.setContent(value);
    else filled.set(one, value);
    for (const name of ["input", "change"]) one.dispatchEvent(new Event(name, { bubbles: true }));
    window.django?.jQuery?.(one).trigger("change");
  };

  const choose = (select, pairs) => {
    for (const [value, text] of pairs) {
      if (![...select.options].some((option) => option.value === value)) select.add(new Option(text, value));
    }
    const values = pairs.map(([value]) => value);
    for (const option of select.options) option.selected = values.includes(option.value);
  };

  // One open page: it knows what its form held at first, and keeps what differs from that.

  class Keeper {
    constructor(mark) {
      this.mark = mark;
      this.form = new Form(mark.form);
      this.place = `draft:${mark.dataset.user}:${location.pathname}`;
      // A form that comes back with errors goes on with its own draft.
      this.isAnswer = Boolean(mark.value);
      mark.value ||= crypto.getRandomValues(new Uint32Array(3)).join("-");
      this.key = `${this.place}:${mark.value}`;
      this.start = this.form.values();
      this.earlier = this.isAnswer ? (read(this.key)?.fields ?? {}) : {};
      this.isTyped = this.isAnswer;
      this.isLeaving = false;
    }

    watch() {
      const { element } = this.form;
      navigator.locks?.request(this.key, () => new Promise(() => {})); // while this page is open
      for (const name of ["input", "change", "formset:added", "formset:removed"]) {
        element.addEventListener(name, () => this.soon());
      }
      window.django?.jQuery?.(element).on("change", () => this.soon());
      element.addEventListener("submit", () => {
        this.store();
        this.isLeaving = true;
      });
      addEventListener("pageshow", () => (this.isLeaving = false));
      addEventListener("pagehide", () => this.store());
      document.addEventListener("visibilitychange", () => this.store());
      addEventListener("beforeunload", (event) => {
        this.store();
        if (this.isTyped && !this.isLeaving) event.preventDefault();
      });
    }

    soon() {
      this.isWaiting = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.store(), PAUSE);
    }

    changes() {
      const now = this.form.values();
      const fields = {};
      for (const [key, one] of now) {
        const before = this.start.get(key) ?? this.start.get(key.replace(/\+\d+=/, "+="));
        if (key in this.earlier || !same(one, before)) fields[key] = one;
      }
      // What it was typed over, of fields that say so themselves.
      for (const key of Object.keys(fields).map((name) => `initial-${name}`)) {
        if (now.has(key)) fields[key] = now.get(key);
      }
      return Object.fromEntries(Object.entries(fields).filter(([key]) => !key.includes("+=")));
    }

    store() {
      if (!this.isWaiting) return;
      this.isWaiting = false;
      clearTimeout(this.timer);
      const fields = this.changes();
      this.isTyped = Object.keys(fields).length > 0;
      const seen = this.form.element.elements.seen?.value;
      if (!this.isTyped) localStorage.removeItem(this.key);
      else document.querySelector("#draft-full").hidden = keep(this.key, { at: Date.now(), seen, fields });
    }

    /** Offer what earlier pages of this address left behind, each as soon as no page that is open holds it. */
    offer() {
      for (const draft of shelf()) {
        if (!draft.key.startsWith(`${this.place}:`) || draft.key === this.key) continue;
        if (navigator.locks) navigator.locks.request(draft.key, () => this.show(draft.key));
        else this.show(draft.key);
      }
    }

    show(key) {
      const draft = read(key);
      if (!draft || !Object.values(draft.fields).length) return;
      const box = document.querySelector("#draft-offer").content.firstElementChild.cloneNode(true);
      const time = box.querySelector("time");
      const at = new Date(draft.at);
      const isToday = at.toDateString() === new Date().toDateString();
      const options = { timeStyle: "short", ...(isToday ? {} : { dateStyle: "medium" }) };
      time.dateTime = at.toISOString();
      time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, options).format(at);
      const away = () => {
        box.remove();
        localStorage.removeItem(key);
      };
      box.querySelector("[value=restore]").addEventListener("click", () => {
        const lost = this.restore(draft);
        away();
        this.isWaiting = true;
        this.store();
        if (lost.length) this.tell(lost);
      });
      box.querySelector("[value=discard]").addEventListener("click", away);
      // Saved in another tab meanwhile.
      addEventListener("storage", (event) => {
        if (event.key === key && event.newValue === null) box.remove();
      });
      this.mark.before(box);
    }

    /** Put `draft` into the form. Returns what has no place in it any more. */
    restore({ seen, fields }) {
      const offsets = {};
      const lost = [];
      for (const [key, { value, label }] of Object.entries(fields)) {
        const input = this.form.find(key, offsets);
        if (input) fill(input, value);
        else lost.push({ label, value });
      }
      // It was typed over an older version: the server compares with that one.
      const { seen: field } = this.form.element.elements;
      if (field && seen) field.value = seen;
      return lost;
    }

    tell(lost) {
      const box = document.querySelector("#draft-lost").content.firstElementChild.cloneNode(true);
      for (const { label, value } of lost) {
        const name = document.createElement("dt");
        const text = document.createElement("dd");
        name.textContent = label;
        text.textContent = Array.isArray(value) ? value.map(([, words]) => words).join(", ") : value;
        box.querySelector("dl").append(name, text);
      }
      this.mark.before(box);
    }
  }

  clear();
  const mark = document.querySelector("input[name=draft][data-user]");
  if (mark) {
    const keeper = new Keeper(mark);
    keeper.watch();
    keeper.offer();
  }
}
