// Pictures in the editor: a button, a dialog that uploads or chooses, and pasting or dropping a picture file.
// Words and addresses come from the field's configuration (portal/publishing/editor.py).

import { Extension, Node, Plugin, pm } from "django-prose-editor/editor"

const { NodeSelection, TextSelection } = pm.state
const TAKEN = ["image/jpeg", "image/png", "image/webp", "image/gif"]

// The editor adds a <style> that the content security policy refuses, unless it finds one. This is one by name alone;
// what the editor's says is in prose_media.css.
const style = document.createElementNS("about:not-html", "style")
style.setAttribute("data-tiptap-style", "")
document.head.append(style)

// The names are our own: for a node "figure" or "image" the menu would show buttons of its own.
const PictureImage = Node.create({
  name: "pictureImage",
  selectable: false,
  draggable: false,
  addAttributes() {
    return { src: { default: "" }, alt: { default: "" }, width: { default: null }, height: { default: null } }
  },
  // A picture of another site is not taken over: it may vanish, and its rights are not ours.
  parseHTML: () => [{ tag: 'img[src^="/media/"]' }],
  renderHTML: ({ HTMLAttributes }) => ["img", HTMLAttributes],
})

const Caption = Node.create({
  name: "pictureCaption",
  content: "inline*",
  isolating: true,
  parseHTML: () => [{ tag: "figcaption", context: "pictureFigure/" }],
  renderHTML: () => ["figcaption", 0],
})

const Figure = Node.create({
  name: "pictureFigure",
  group: "block",
  content: "pictureImage pictureCaption",
  draggable: true,
  isolating: true,
  parseHTML: () => [{ tag: "figure", getAttrs: (element) => !!element.querySelector('img[src^="/media/"]') && null }],
  renderHTML: () => ["figure", 0],

  addKeyboardShortcuts() {
    return {
      // Enter in a caption goes on below the picture.
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection
        if ($from.parent.type.name !== "pictureCaption") return false
        const below = $from.after(-1)
        return editor
          .chain()
          .insertContentAt(below, { type: "paragraph" })
          .setTextSelection(below + 1)
          .run()
      },
    }
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          handleClickOn(view, _position, node, start) {
            if (node.type.name !== "pictureImage") return false
            view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, start - 1)))
            return true
          },
        },
      }),
    ]
  },
})

export const Picture = Extension.create({
  name: "picture",

  addOptions: () => ({ uploadUrl: "", recentUrl: "", labels: {} }),

  addExtensions: () => [Figure, PictureImage, Caption],

  addMenuItems({ buttons, menu }) {
    menu.defineItem({
      name: "picture",
      groups: "link",
      button: buttons.material("image", this.options.labels.button),
      command: (editor) => new PictureDialog(editor, this.options).open(),
      active: (editor) => editor.isActive("pictureFigure"),
    })
  },

  addProseMirrorPlugins() {
    const { editor, options } = this
    const take = (files) => files.forEach((file) => new PictureDialog(editor, options).open(file))
    return [
      new Plugin({
        props: {
          handlePaste(_view, event) {
            const files = pictures(event.clipboardData)
            // Word puts a picture of the text beside the text.
            if (!files.length || hasWords(event.clipboardData.getData("text/html"))) return false
            take(files)
            return true
          },
          handleDrop(view, event, _slice, moved) {
            const files = moved ? [] : pictures(event.dataTransfer)
            if (!files.length) return false
            event.preventDefault()
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY })
            if (place) editor.commands.setTextSelection(place.pos)
            take(files)
            return true
          },
        },
      }),
    ]
  },
})

const pictures = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"))

const hasWords = (html) => !!new DOMParser().parseFromString(html, "text/html").body.textContent.trim()

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

/** The figure that is selected or holds the cursor: {node, position}, or null. */
function currentFigure({ selection }) {
  if (selection.node?.type.name === "pictureFigure") return { node: selection.node, position: selection.from }
  const { $from } = selection
  for (let depth = $from.depth; depth > 0; depth--) {
    if ($from.node(depth).type.name === "pictureFigure") return { node: $from.node(depth), position: $from.before(depth) }
  }
  return null
}

// Several pictures dropped at once are asked about one after the other.
const waiting = []

class PictureDialog {
  constructor(editor, { uploadUrl, recentUrl, labels }) {
    Object.assign(this, { editor, uploadUrl, recentUrl, labels })
    this.figure = currentFigure(editor.state)
    this.chosen = null
    this.build()
  }

  build() {
    const { labels } = this
    this.title = element("h2", { textContent: this.figure ? labels.change : labels.insert })
    this.error = element("p", { className: "prose-media-error", hidden: true })
    this.error.setAttribute("role", "alert")
    this.file = element("input", { type: "file", accept: TAKEN.join(",") })
    this.preview = element("img", { className: "prose-media-preview", alt: "", hidden: true })
    this.search = element("input", { type: "search", placeholder: labels.search })
    this.search.setAttribute("aria-label", labels.search)
    this.grid = element("div", { className: "prose-media-recent" })
    this.alt = element("input", { type: "text", name: "alt", maxLength: 300 })
    this.caption = element("input", { type: "text", name: "caption", maxLength: 500 })
    this.submit = element("button", { type: "submit", className: "button default", textContent: labels.submit })
    const cancel = element("button", { type: "button", className: "button", textContent: labels.cancel })
    const choosing = element("div", {}, [
      this.label(labels.file, this.file, labels.fileHelp),
      this.preview,
      element("fieldset", {}, [element("legend", { textContent: labels.recent }), this.search, this.grid]),
    ])
    this.form = element("form", { noValidate: true }, [
      this.title,
      this.error,
      ...(this.figure ? [] : [choosing]),
      this.label(labels.alt, this.alt, labels.altHelp),
      ...(this.figure ? [] : [this.label(labels.caption, this.caption)]),
      element("p", { className: "prose-media-buttons" }, [this.submit, cancel]),
    ])
    this.dialog = element("dialog", { className: "prose-media" }, [this.form])
    this.dialog.setAttribute("aria-label", this.title.textContent)
    cancel.addEventListener("click", () => this.dialog.close())
    this.listen()
  }

  listen() {
    this.file.addEventListener("change", () => this.chooseFile(this.file.files[0]))
    this.search.addEventListener("input", () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.loadRecent(), 250)
    })
    this.form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.accept()
    })
    this.dialog.addEventListener("close", () => this.closed())
  }

  label(text, input, help = "") {
    const words = [element("span", { textContent: text }), input]
    if (help) words.push(element("small", { textContent: help }))
    return element("label", {}, words)
  }

  open(file = null) {
    if (document.querySelector("dialog.prose-media[open]")) {
      waiting.push([this, file])
      return
    }
    document.body.append(this.dialog)
    this.dialog.showModal()
    if (this.figure) {
      this.alt.value = this.figure.node.firstChild.attrs.alt
      this.alt.focus()
      return
    }
    if (file) this.chooseFile(file)
    this.loadRecent()
  }

  closed() {
    if (this.preview.src.startsWith("blob:")) URL.revokeObjectURL(this.preview.src)
    this.dialog.remove()
    this.editor.commands.focus()
    const next = waiting.shift()
    if (next) next[0].open(next[1])
  }

  chooseFile(file) {
    this.chosen = file ?? null
    this.show(file ? URL.createObjectURL(file) : "")
    this.fail("")
    this.alt.focus()
  }

  chooseKept(picture) {
    this.chosen = picture
    this.file.value = ""
    this.alt.value = picture.alt
    this.caption.value = picture.caption
    this.show(picture.thumb)
    this.fail("")
  }

  show(address) {
    this.preview.hidden = !address
    if (address) this.preview.src = address
  }

  fail(words) {
    this.error.textContent = words
    this.error.hidden = !words
  }

  async loadRecent() {
    let found = []
    try {
      const response = await fetch(`${this.recentUrl}?q=${encodeURIComponent(this.search.value)}`)
      found = (await response.json()).results
    } catch {
      // Uploading works without the list.
    }
    this.grid.replaceChildren(
      ...found.map((picture) => {
        const image = element("img", { src: picture.thumb, alt: "", width: 80, height: 80, loading: "lazy" })
        const button = element("button", { type: "button", title: picture.title }, [image])
        button.setAttribute("aria-label", picture.title)
        button.addEventListener("click", () => this.chooseKept(picture))
        return button
      }),
    )
  }

  async accept() {
    if (this.figure) {
      this.changeFigure()
      this.dialog.close()
      return
    }
    if (!this.chosen) {
      this.fail(this.labels.nothing)
      return
    }
    let picture = this.chosen
    if (picture instanceof File) {
      this.submit.disabled = true
      this.submit.textContent = this.labels.busy
      picture = await this.upload(picture)
      this.submit.disabled = false
      this.submit.textContent = this.labels.submit
      if (!picture) return
    }
    if (!this.dialog.isConnected) return // closed while it was uploading
    this.insert(picture)
    this.dialog.close()
  }

  /** Returns what the server says of the picture, or null after having said what went wrong. */
  async upload(file) {
    const data = new FormData()
    data.append("file", file, file.name || "picture")
    data.append("alt", this.alt.value)
    data.append("caption", this.caption.value)
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? ""
    let response
    try {
      response = await fetch(this.uploadUrl, { method: "POST", body: data, headers: { "X-CSRFToken": token } })
    } catch {
      this.fail(this.labels.offline)
      return null
    }
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
      this.fail(response.status === 413 ? this.labels.tooLarge : this.labels.loggedOut)
      return null
    }
    const answer = await response.json()
    if (response.ok) return answer
    this.fail(answer.error)
    return null
  }

  insert({ url, width, height }) {
    const words = this.caption.value.trim()
    const attrs = { src: url, alt: this.alt.value.trim(), width, height }
    const caption = { type: "pictureCaption", content: words ? [{ type: "text", text: words }] : [] }
    this.editor
      .chain()
      .insertContent({ type: "pictureFigure", content: [{ type: "pictureImage", attrs }, caption] })
      .run()
  }

  changeFigure() {
    const { tr } = this.editor.state
    const { node, position } = this.figure
    tr.setNodeMarkup(position + 1, undefined, { ...node.firstChild.attrs, alt: this.alt.value.trim() })
    tr.setSelection(TextSelection.near(tr.doc.resolve(position + node.nodeSize - 2), -1))
    this.editor.view.dispatch(tr)
  }
}
