// What is pasted from Word, WPS or a web page, brought into the shapes that the editor knows before it reads it.
// The server cleans again whatever arrives (portal/publishing/richtext.py); this is for what the editor would lose.

import { Extension, Plugin } from "django-prose-editor/editor"

const LIST_STYLE = /mso-list:\s*l\d+\s+level(\d)/i
const BULLET = /^[·•‣⁃●○■□◆◇▪➢✓v§Øüon–-]$/
const NUMBER = /^\(?(\d{1,3}|[a-z]|[ivx]{1,5})[.)．、]$/i

export const PastedText = Extension.create({
  name: "pastedText",
  addProseMirrorPlugins: () => [new Plugin({ props: { transformPastedHTML: tidy } })],
})

export const ButtonLabels = Extension.create({
  name: "buttonLabels",
  // After the menu has been made.
  priority: 1,
  addOptions: () => ({ labels: {} }),
  addStorage: () => ({}),
  onCreate() {
    const bar = this.editor.view.dom.parentElement
    for (const [name, words] of Object.entries(this.options.labels)) {
      for (const button of bar.querySelectorAll(`[data-name="${name}"]`)) {
        button.title = words
        button.setAttribute("aria-label", words)
        const option = button.querySelector("p, h1, h2, h3, h4, h5, h6")
        if (option) option.textContent = words
      }
    }
    this.storage.nameShown = () => nameShown(bar, this.options.labels)
    this.storage.nameShown()
  },
  // The menu changes at the same event, after this one.
  onTransaction() {
    queueMicrotask(() => this.storage.nameShown?.())
  },
})

/** The button of a menu that is folded shows what the selection is, under a name of its own: "heading 2". */
function nameShown(bar, labels) {
  for (const button of bar.querySelectorAll(".prose-menubar__selected button")) {
    const words = labels[button.title.replaceAll(" ", "")]
    if (!words) continue
    button.title = words
    button.setAttribute("aria-label", words)
  }
}

/** HTML from the clipboard → HTML with real headings, lists and footnotes, and without what nobody sees. */
export function tidy(html) {
  // Styles are only read, and under other names, so that the content security policy has nothing to refuse.
  const inert = html
    .replace(/<style\b[\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) =>
      tag.replace(/(\s)style(\s*=)/gi, "$1data-style$2").replace(/(\s)on[a-z]+(\s*=)/gi, "$1data-off$2"),
    )
  const page = new DOMParser().parseFromString(inert, "text/html")
  for (const unseen of page.querySelectorAll("script, xml, title, meta, link, o\\:p:empty")) unseen.remove()
  for (const heading of page.querySelectorAll("h1, h5, h6")) rename(heading, heading.tagName === "H1" ? "h2" : "h4")
  takeFootnotes(page)
  takeLists(page)
  takeEmphasis(page)
  for (const paragraph of page.querySelectorAll("p")) {
    if (!paragraph.textContent.trim() && !paragraph.querySelector("img")) paragraph.remove()
  }
  return page.body.innerHTML
}

function rename(old, name) {
  const made = old.ownerDocument.createElement(name)
  made.append(...old.childNodes)
  old.replaceWith(made)
  return made
}

/** Emphasis that is only a style (Google Docs, web pages) → <strong>, <em>; and <b> that is not bold → nothing. */
function takeEmphasis(page) {
  for (const styled of page.querySelectorAll("[data-style]")) {
    const style = styled.getAttribute("data-style")
    const inline = styled.localName === "span"
    if (inline && /font-weight:\s*(bold|[6-9]00)/i.test(style)) rename(styled, "strong")
    else if (inline && /font-style:\s*italic/i.test(style)) rename(styled, "em")
    else if (styled.localName === "b" && /font-weight:\s*(normal|400)/i.test(style)) rename(styled, "span")
    else styled.removeAttribute("data-style")
  }
}

/** Word's list paragraphs → lists. 一、 and （一） stay in the text: in Chinese they are part of it. */
function takeLists(page) {
  let lists = [] // the open lists, outermost first
  let last = null
  for (const paragraph of page.querySelectorAll("p, h1, h2, h3, h4")) {
    const style = paragraph.getAttribute("data-style") ?? ""
    const level = Number(style.match(LIST_STYLE)?.[1] ?? 0)
    const mark = [...paragraph.querySelectorAll("span")].find((span) =>
      /mso-list:\s*Ignore/i.test(span.getAttribute("data-style") ?? ""),
    )
    const words = mark?.textContent.replace(/[\s\xa0]+/g, "") ?? ""
    const ordered = NUMBER.test(words)
    if (!level || !mark || paragraph.tagName !== "P" || !(ordered || BULLET.test(words))) {
      if (mark) mark.textContent = words
      continue
    }
    if (paragraph.previousElementSibling !== last || !last) lists = []
    mark.remove()
    lists = lists.slice(0, level)
    const name = ordered ? "ol" : "ul"
    if (lists.length === level && lists.at(-1).localName !== name) lists.pop()
    if (!lists.length) {
      lists.push(page.createElement(name))
      paragraph.before(lists[0])
    }
    while (lists.length < level) {
      const inner = page.createElement(name)
      const outer = lists.at(-1)
      if (!outer.lastElementChild) outer.append(page.createElement("li"))
      outer.lastElementChild.append(inner)
      lists.push(inner)
    }
    last = lists[0]
    lists.at(-1).append(rename(paragraph, "li"))
  }
}

/** Word's footnotes and endnotes → marks and notes as the editor has them. */
function takeFootnotes(page) {
  const notes = []
  for (const mark of page.querySelectorAll('a[href*="_ftn"], a[href*="_edn"]')) {
    const name = mark.getAttribute("href").replace(/^[^#]*#_/, "")
    if (/ref\d+$/.test(name)) continue
    const note = page.getElementById(name)
    if (!note) continue
    note.querySelector(`a[href*="ref"]`)?.remove()
    notes.push(note)
    const sup = page.createElement("sup")
    sup.className = "footnote-ref"
    const link = page.createElement("a")
    link.href = `#fn-${notes.length}`
    link.textContent = notes.length
    sup.append(link)
    mark.replaceWith(sup)
  }
  if (!notes.length) return
  const section = page.createElement("section")
  section.className = "footnotes"
  const list = page.createElement("ol")
  notes.forEach((note, index) => {
    const item = page.createElement("li")
    item.id = `fn-${index + 1}`
    item.append(...note.childNodes)
    note.remove()
    list.append(item)
  })
  section.append(list)
  page.body.append(section)
}
