/** What the page does in a browser. It takes all its texts from the page itself, and sets them as text. */
export const script = String.raw`"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)]
  const one = (selector) => document.querySelector(selector)
  const bars = all("button.bar")
  const byId = new Map(bars.map((bar) => [bar.dataset.id, bar]))
  const rows = one("#rows"), dock = one("#dock"), about = one("#about"), media = one("#media")
  const start = (bar) => Number(bar.dataset.a)
  const end = (bar) => Number(bar.dataset.b)
  let chosen = bars[0], until = null, now = null

  const put = (parent, name, text, like) => {
    const node = document.createElement(name)
    node.textContent = text
    if (like) { node.dir = "auto"; if (like.lang) node.lang = like.lang }
    parent.append(node)
    return node
  }
  const tell = (id) => {
    const row = document.getElementById("l" + id)
    if (!row) return
    about.replaceChildren()
    const cells = [...row.cells].filter((cell) => !cell.hasAttribute("dir")).map((cell) => cell.textContent.trim())
    const names = [...row.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent)
    const facts = [...row.cells].flatMap((cell, i) => cell.hasAttribute("dir") || cell.textContent === "" ? [] : [names[i] + " " + cell.textContent.trim()])
    for (const cell of row.cells) if (cell.hasAttribute("dir") && cell.textContent !== "") put(about, "p", cell.textContent, cell)
    put(about, "p", facts.join(" · ")).className = "help"
    dock.hidden = false
  }
  const choose = (bar) => {
    if (!bar) return
    chosen.tabIndex = -1
    chosen = bar
    bar.tabIndex = 0
    bar.focus()
    bar.scrollIntoView({ block: "nearest" })
  }
  const play = (id) => {
    tell(id)
    const bar = byId.get(String(id))
    if (!media || !bar || bar.classList.contains("failed")) return
    dock.hidden = false
    until = end(bar)
    media.currentTime = start(bar)
    media.play().catch(() => {})
  }

  if (bars.length > 0) chosen.tabIndex = 0
  rows.addEventListener("pointerover", ({ target }) => {
    const id = target.closest("[data-id]")?.dataset.id
    if (id) tell(id)
  })
  rows.addEventListener("focusin", ({ target }) => { if (target.dataset.id) tell(target.dataset.id) })
  rows.addEventListener("click", ({ target }) => {
    const id = target.closest("[data-id]")?.dataset.id
    if (!id) return
    choose(byId.get(id))
    play(id)
  })
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-play]")
    if (button) play(button.dataset.play)
  })
  const nearest = (bar, by) => {
    const length = Number(rows.dataset.row), at = (start(bar) % length) + (Math.floor(start(bar) / length) + by) * length
    const there = bars.filter((other) => Math.floor(start(other) / length) === Math.floor(start(bar) / length) + by)
    return there.reduce((best, other) => !best || Math.abs(start(other) - at) < Math.abs(start(best) - at) ? other : best, undefined)
  }
  rows.addEventListener("keydown", (event) => {
    const i = bars.indexOf(chosen)
    const next = { ArrowRight: bars[i + 1], ArrowLeft: bars[i - 1], Home: bars[0], End: bars.at(-1), ArrowUp: nearest(chosen, -1), ArrowDown: nearest(chosen, 1) }
    if (!(event.key in next) || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    choose(next[event.key])
  })
  one("#overview")?.addEventListener("click", (event) => {
    const box = event.currentTarget.getBoundingClientRect(), length = Number(rows.dataset.row)
    const at = ((event.clientX - box.left) / box.width) * Number(rows.dataset.duration)
    document.getElementById("t" + Math.floor(at / length) * length)?.scrollIntoView({ block: "center" })
  })
  if (!media) return
  media.addEventListener("error", () => {
    about.replaceChildren()
    put(about, "p", "This browser cannot play " + media.dataset.path + ": it may have been moved, or be of a kind that only players know.")
    dock.hidden = false
  }, true)
  media.addEventListener("timeupdate", () => {
    const at = media.currentTime
    if (until !== null && at >= until) { media.pause(); until = null }
    let low = 0, high = bars.length - 1
    while (low < high) { const middle = (low + high + 1) >> 1; if (start(bars[middle]) <= at + 0.05) low = middle; else high = middle - 1 }
    const bar = bars[low] && at < end(bars[low]) ? bars[low] : null
    if (bar === now) return
    now?.classList.remove("now")
    bar?.classList.add("now")
    now = bar
    if (bar && !media.paused && !bar.classList.contains("failed")) tell(bar.dataset.id)
  })
})()
`
