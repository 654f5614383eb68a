// Reading a chart period by period: with the pointer, a finger, or the arrow keys once the chart has the focus. A line
// below says what the guide points at. Every value stands in the chart's own data; without this file nothing is lost.
const SVG = "http://www.w3.org/2000/svg";

const draw = (parent, name, attributes) => {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  return parent.appendChild(one);
};

// Slot → { x, period, values: [{ line, y, said }] }, the oldest first.
const periodsOf = (svg) => {
  const found = new Map();
  for (const line of svg.querySelectorAll(".chart-line")) {
    for (const [slot, x, y, period, said] of JSON.parse(line.dataset.reading)) {
      if (!found.has(slot)) found.set(slot, { x, period, values: [] });
      found.get(slot).values.push({ line, y, said });
    }
  }
  return [...found.entries()].sort(([one], [other]) => one - other).map(([, period]) => period);
};

const read = (figure, svg) => {
  const periods = periodsOf(svg);
  if (periods.length < 2) return;
  const readout = figure.querySelector(".chart-readout");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const guide = draw(svg, "g", { class: "chart-guide", "aria-hidden": "true" });
  let place = -1;

  const say = ({ period, values }) => {
    const named = svg.querySelectorAll(".chart-line").length > 1;
    const parts = values.map(({ line, said }) => (named ? `${line.dataset.name} ${said}` : said));
    readout.textContent = `${period} ${parts.join("；")}`;
  };

  const show = (next) => {
    if (next === place) return;
    place = next;
    guide.replaceChildren();
    const { x, values } = periods[place];
    draw(guide, "line", { x1: x, x2: x, y1: 0, y2: height });
    for (const { line, y } of values) {
      draw(guide, "circle", { cx: x, cy: y, r: 7, class: [...line.classList].find((name) => /^line-\d/.test(name)) });
    }
    say(periods[place]);
  };

  const leave = () => {
    place = -1;
    guide.replaceChildren();
    readout.textContent = figure.dataset.reading;
  };

  const nearest = (event) => {
    const box = svg.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    const distances = periods.map(({ x }) => Math.abs(x - at));
    return distances.indexOf(Math.min(...distances));
  };

  const keys = {
    ArrowLeft: () => (place < 0 ? periods.length - 1 : Math.max(place - 1, 0)),
    ArrowRight: () => Math.min(place + 1, periods.length - 1),
    Home: () => 0,
    End: () => periods.length - 1,
  };

  svg.setAttribute("tabindex", "0");
  svg.addEventListener("pointermove", (event) => show(nearest(event)));
  svg.addEventListener("pointerdown", (event) => show(nearest(event)));
  svg.addEventListener("pointerleave", (event) => {
    // A finger that is lifted leaves too: what it pointed at stays.
    if (event.pointerType === "mouse" && document.activeElement !== svg) leave();
  });
  svg.addEventListener("blur", leave);
  svg.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    const step = keys[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    show(step());
  });
};

for (const figure of document.querySelectorAll(".chart[data-reading]")) {
  const readout = document.createElement("p");
  readout.className = "chart-readout";
  readout.setAttribute("aria-live", "polite");
  readout.textContent = figure.dataset.reading;
  figure.querySelector("figcaption").before(readout);
  for (const svg of figure.querySelectorAll("svg")) read(figure, svg);
}
