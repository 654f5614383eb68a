// A table in a text that is wider than its column scrolls; the keyboard must reach it too.
for (const table of document.querySelectorAll(".prose table")) {
  if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
}
