/** In the browser: what is known of each line, the card that tells it, and going from one to another by keyboard. */
export const lines = String.raw`
const all = (selector) => [...document.querySelectorAll(selector)]
const one = (selector) => document.querySelector(selector)
const data = JSON.parse(one("#data").textContent)
const rows = one("#rows"), tip = one("#tip")
const pieceSeconds = Number(rows.dataset.piece), duration = Number(rows.dataset.duration)
const pieces = all(".piece")
const bars = all("button.bar")
const barOf = new Map(bars.map((bar) => [bar.dataset.id, bar]))
const start = (bar) => Number(bar.dataset.a)
const end = (bar) => Number(bar.dataset.b)
const time = (seconds) => {
  const at = Math.max(0, seconds), two = (value) => String(Math.floor(value)).padStart(2, "0")
  const hours = Math.floor(at / 3600), minutes = Math.floor((at % 3600) / 60)
  return (hours > 0 ? hours + ":" + two(minutes) : minutes) + ":" + two(at % 60)
}

/* Texts are taken from the table of all lines and set as text, never as markup. */
const paragraph = (parent, kind, cell) => {
  if (!cell || cell.textContent.trim() === "") return
  const node = document.createElement("p")
  node.className = kind
  node.dir = "auto"
  if (cell.lang) node.lang = cell.lang
  node.textContent = cell.textContent.trim()
  parent.append(node)
}
const tell = (parent, id) => {
  const row = document.getElementById("l" + id)
  parent.replaceChildren()
  if (!row) return
  const names = [...row.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent.trim())
  const facts = [...row.cells].flatMap((cell, i) => {
    const text = cell.textContent.trim()
    return cell.classList.contains("text") || text === "" ? [] : [i === row.cells.length - 1 ? text : names[i].toLowerCase() + " " + text]
  })
  const [said, original] = row.querySelectorAll(".text")
  paragraph(parent, "facts", { textContent: facts.join(" · ") })
  paragraph(parent, "said", said)
  paragraph(parent, "original", original)
}

let hiding = 0, described = null
const hideTip = () => {
  tip.hidden = true
  described?.removeAttribute("aria-describedby")
  described = null
}
const hideSoon = () => { clearTimeout(hiding); hiding = setTimeout(hideTip, 150) }
const showTip = (box, below) => {
  clearTimeout(hiding)
  tip.hidden = false
  const { height, width } = tip.getBoundingClientRect()
  const left = Math.min(innerWidth - width - 12, Math.max(12, box.left))
  const above = box.top - height - 8
  tip.style.left = left + "px"
  tip.style.top = (above < 8 || below ? Math.min(innerHeight - height - 8, box.bottom + 8) : above) + "px"
}
const tipFor = (bar) => {
  tell(tip, bar.dataset.id)
  if (tip.childElementCount === 0) return
  showTip(bar.getBoundingClientRect())
  described?.removeAttribute("aria-describedby")
  described = bar
  bar.setAttribute("aria-describedby", "tip")
}

let chosen = bars[0]
if (chosen) chosen.tabIndex = 0
const choose = (bar) => {
  if (!bar) return
  chosen.tabIndex = -1
  chosen = bar
  bar.tabIndex = 0
}
const goTo = (bar) => {
  if (!bar) return
  choose(bar)
  bar.focus({ preventScroll: true })
  bar.scrollIntoView({ block: "nearest", behavior: "instant" })
  tipFor(bar)
}
/* The bar that is heard nearest to a time. */
const nearest = (at) => {
  let low = 0, high = bars.length - 1
  while (low < high) { const middle = (low + high + 1) >> 1; if (start(bars[middle]) <= at) low = middle; else high = middle - 1 }
  const next = bars[low + 1]
  return next && Math.abs(start(next) - at) < Math.abs(start(bars[low]) - at) ? next : bars[low]
}
const rowSeconds = () => pieceSeconds * Number(getComputedStyle(rows).getPropertyValue("--columns"))
const step = (by) => {
  const at = start(chosen) + by
  const bar = nearest(Math.min(duration, Math.max(0, at)))
  const i = bars.indexOf(chosen)
  return bar !== chosen ? bar : bars[i + Math.sign(by)]
}
rows.addEventListener("keydown", (event) => {
  if (!chosen || event.ctrlKey || event.metaKey || event.altKey) return
  const i = bars.indexOf(chosen)
  const moves = {
    ArrowRight: () => bars[i + 1], ArrowLeft: () => bars[i - 1],
    ArrowDown: () => step(rowSeconds()), ArrowUp: () => step(-rowSeconds()),
    PageDown: () => step(120), PageUp: () => step(-120),
    Home: () => bars[0], End: () => bars.at(-1)
  }
  if (!Object.hasOwn(moves, event.key)) return
  event.preventDefault()
  goTo(moves[event.key]())
})
addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip() })
rows.addEventListener("focusin", ({ target }) => {
  if (target.matches("button.bar")) { choose(target); if (target.matches(":focus-visible")) tipFor(target) }
})
rows.addEventListener("focusout", hideSoon)
rows.addEventListener("scroll", () => { if (document.activeElement !== chosen) hideTip() }, { passive: true })
rows.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return
  const bar = event.target.closest(".bar")
  if (bar) tipFor(bar)
})
rows.addEventListener("pointerout", hideSoon)
tip.addEventListener("pointerenter", () => clearTimeout(hiding))
tip.addEventListener("pointerleave", hideSoon)
`
