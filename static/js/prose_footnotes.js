// Footnotes in the editor: a button puts a mark into the text and a note at its end.
// The server brings numbers and order into their final form when the record is saved (portal/publishing/footnotes.py).

import { Extension, Node, pm } from "django-prose-editor/editor"

const { TextSelection } = pm.state

const numberIn = (address) => Number.parseInt(address?.match(/fn-(\d+)$/)?.[1] ?? "", 10) || 0

const FootnoteMark = Node.create({
  name: "footnoteMark",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes() {
    return { number: { default: 0, rendered: false } }
  },
  parseHTML: () => [
    {
      tag: "sup.footnote-ref",
      priority: 100,
      getAttrs: (sup) => ({ number: numberIn(sup.querySelector("a")?.getAttribute("href")) }),
    },
  ],
  renderHTML: ({ node: { attrs } }) => [
    "sup",
    { class: "footnote-ref" },
    ["a", { href: `#fn-${attrs.number}`, id: `fnref-${attrs.number}` }, String(attrs.number)],
  ],
})

const Footnote = Node.create({
  name: "footnote",
  content: "paragraph+",
  defining: true,
  addAttributes() {
    return { number: { default: 0, rendered: false } }
  },
  parseHTML: () => [
    { tag: "li", context: "footnoteSection/", priority: 100, getAttrs: (item) => ({ number: numberIn(item.id) }) },
  ],
  renderHTML: ({ node: { attrs } }) => ["li", { id: `fn-${attrs.number}` }, 0],
})

const FootnoteSection = Node.create({
  name: "footnoteSection",
  group: "block",
  content: "footnote+",
  isolating: true,
  parseHTML: () => [{ tag: "section.footnotes", contentElement: "ol" }],
  renderHTML: () => ["section", { class: "footnotes" }, ["ol", 0]],

  addKeyboardShortcuts() {
    return {
      // Backspace in an empty note removes the note, and its mark.
      Backspace: ({ editor }) => {
        const { $from, empty } = editor.state.selection
        if (!empty || $from.depth < 3 || $from.node(-1).type.name !== "footnote") return false
        if ($from.node(-1).textContent) return false
        removeNote(editor, $from)
        return true
      },
    }
  },
})

export const Footnotes = Extension.create({
  name: "footnotes",

  addOptions: () => ({ labels: {} }),

  addExtensions: () => [FootnoteMark, Footnote, FootnoteSection],

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "footnote",
      groups: "link",
      button: buttons.text("[1]", this.options.labels.button),
      command: insertFootnote,
      enabled: (editor) => editor.can().insertContent({ type: "footnoteMark" }) && !inNote(editor.state.selection),
    })
  },
})

const inNote = ({ $from }) => $from.depth > 1 && $from.node(1).type.name === "footnoteSection"

/** All nodes of one type: [{node, position}] in the order of the text. */
function all(doc, name) {
  const found = []
  doc.descendants((node, position) => {
    if (node.type.name === name) found.push({ node, position })
  })
  return found
}

function insertFootnote(editor) {
  const { state, view } = editor
  const { footnoteMark, footnote, footnoteSection, paragraph } = state.schema.nodes
  const taken = [...all(state.doc, "footnoteMark"), ...all(state.doc, "footnote")].map(({ node }) => node.attrs.number)
  const number = Math.max(0, ...taken) + 1
  const tr = state.tr.insert(state.selection.to, footnoteMark.create({ number }))
  const note = footnote.create({ number }, paragraph.create())
  const section = all(tr.doc, "footnoteSection").at(-1)
  if (section) tr.insert(section.position + section.node.nodeSize - 1, note)
  else tr.insert(tr.doc.content.size, footnoteSection.create(null, note))
  const final = renumber(tr, number)
  const place = all(tr.doc, "footnote").find(({ node }) => node.attrs.number === final).position
  tr.setSelection(TextSelection.create(tr.doc, place + 2))
  view.dispatch(tr.scrollIntoView())
  view.focus()
}

/** Number marks and notes in the order of the marks; notes without a mark come last. Returns what became of `number`. */
function renumber(tr, number) {
  const order = []
  const name = (old) => {
    if (!order.includes(old)) order.push(old)
    return order.indexOf(old) + 1
  }
  for (const { node, position } of all(tr.doc, "footnoteMark")) {
    tr.setNodeMarkup(position, undefined, { number: name(node.attrs.number) })
  }
  for (const { node, position } of all(tr.doc, "footnoteSection")) {
    const notes = node.content.content.map((note) =>
      note.type.create({ number: name(note.attrs.number) }, note.content),
    )
    notes.sort((a, b) => a.attrs.number - b.attrs.number)
    tr.replaceWith(position + 1, position + node.nodeSize - 1, notes)
  }
  return name(number)
}

function removeNote(editor, $from) {
  const { tr } = editor.state
  const section = $from.node(-2)
  const { number } = $from.node(-1).attrs
  const depth = section.childCount === 1 ? $from.depth - 2 : $from.depth - 1
  tr.delete($from.before(depth), $from.after(depth))
  const mark = all(tr.doc, "footnoteMark").find(({ node }) => node.attrs.number === number)
  if (mark) {
    tr.delete(mark.position, mark.position + 1)
    tr.setSelection(TextSelection.near(tr.doc.resolve(mark.position), -1))
  }
  renumber(tr, 0)
  editor.view.dispatch(tr.scrollIntoView())
}
