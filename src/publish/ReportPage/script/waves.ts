/** In the browser: the waveforms of the pieces that are looked at, and the overview. */
export const waves = String.raw`
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const level = (code) => (alphabet.indexOf(code) / 63) ** 2
/* From the middle of its lane up and down, as wide as the piece: 400 units. */
const outline = (peaks, from, middle, half) => {
  const first = Math.floor(from * peaks.perSecond)
  const count = Math.min(peaks.values.length - 1 - first, Math.ceil(pieceSeconds * peaks.perSecond))
  if (count <= 0) return ""
  const wide = 400 / (pieceSeconds * peaks.perSecond)
  let above = "M0," + middle, below = ""
  /* The last one is the first of the next piece: nothing is to be seen between them. */
  for (let i = 0; i <= count; i++) {
    const x = (i * wide).toFixed(1), y = Math.max(0.5, Math.min(1, level(peaks.values[first + i]) * data.gain) * half)
    above += "L" + x + "," + (middle - y).toFixed(1)
    below = "L" + x + "," + (middle + y).toFixed(1) + below
  }
  return above + "L" + (count * wide).toFixed(1) + "," + middle + below + "z"
}
const draw = (piece) => {
  const from = pieces.indexOf(piece) * pieceSeconds
  const { dub, original } = data.waves
  if (original) piece.querySelector("path.original").setAttribute("d", outline(original, from, 17, 17))
  if (dub) piece.querySelector("path.dub").setAttribute("d", outline(dub, from, 83, 17))
}
if (data.waves.dub || data.waves.original) {
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) { seen.unobserve(target); draw(target) }
  }, { root: rows.classList.contains("long") ? rows : null, rootMargin: "600px" })
  for (const piece of pieces) seen.observe(piece)
  addEventListener("beforeprint", () => pieces.forEach(draw))
}

const overview = one("#overview")
if (overview) {
  const view = overview.querySelector(".view")
  const place = () => {
    const { clientHeight, scrollHeight, scrollTop } = rows
    const isWhole = scrollHeight <= clientHeight + 1
    view.hidden = isWhole
    view.style.left = (100 * scrollTop) / scrollHeight + "%"
    view.style.width = (100 * clientHeight) / scrollHeight + "%"
  }
  place()
  rows.addEventListener("scroll", place, { passive: true })
  addEventListener("resize", place)
  overview.addEventListener("click", (event) => {
    const box = overview.getBoundingClientRect()
    const at = ((event.clientX - box.left) / box.width) * duration
    const bar = nearest(at)
    const piece = pieces[Math.min(pieces.length - 1, Math.floor(at / pieceSeconds))]
    piece?.scrollIntoView({ block: "center" })
    choose(bar)
  })
}
`
