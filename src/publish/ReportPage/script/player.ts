/** In the browser: plays lines, in the dub or in the original, and says so where the media is not there. */
export const playing = String.raw`
const player = one("#player")
const media = player && { dub: one("#dub"), original: one("#original") }
let heard = "dub", wanted = "dub", line = null, until = null, now = null
const head = document.createElement("span")
head.className = "head"
const files = { dub: "The dubbed video", original: "The original video" }

const missing = (which) => {
  const note = one("#missing"), path = media[which].dataset.path
  const choose = document.createElement("button")
  const input = document.createElement("input")
  choose.type = "button"
  choose.textContent = "Choose the file"
  choose.addEventListener("click", () => input.click())
  input.type = "file"
  input.accept = "video/*,audio/*,.mkv"
  input.addEventListener("change", () => {
    if (!input.files[0]) return
    media[which].src = URL.createObjectURL(input.files[0])
    note.hidden = true
    if (line) play(line, which)
  })
  const told = files[which] + " is not where it was, or this browser cannot play it: " + path + " "
  note.replaceChildren(told, choose)
  note.hidden = false
  if (!player.hidden) { one("#now").replaceChildren(); paragraph(one("#now"), "facts", { textContent: told }) }
}
const mark = (at) => {
  let low = 0, high = bars.length - 1
  while (low < high) { const middle = (low + high + 1) >> 1; if (start(bars[middle]) <= at + 0.02) low = middle; else high = middle - 1 }
  const bar = bars[low] && at >= start(bars[low]) - 0.02 && at < end(bars[low]) ? bars[low] : null
  const piece = pieces[Math.floor(at / pieceSeconds)]
  if (piece) { if (head.parentNode !== piece) piece.append(head); head.style.left = (100 * (at % pieceSeconds)) / pieceSeconds + "%" }
  const small = overview?.querySelector(".head")
  if (small) { small.hidden = false; small.style.left = (100 * at) / duration + "%" }
  if (bar === now) return
  now?.classList.remove("now")
  bar?.classList.add("now")
  now = bar
  if (bar && bar !== line) { line = bar; tell(one("#now"), bar.dataset.id); choose(bar); if (one("#going").checked) bar.scrollIntoView({ block: "nearest" }) }
}
const follow = () => {
  const playing = media[heard]
  const at = playing.currentTime
  if (until !== null && at >= until) { playing.pause(); until = null }
  mark(at)
  if (!playing.paused) requestAnimationFrame(follow)
}
const play = (bar, which = "dub") => {
  if (!player || !bar) return
  const other = which === "dub" ? "original" : "dub"
  media[other].pause()
  media[other].hidden = true
  media[which].hidden = false
  heard = which
  line = bar
  one("#hear-dub").setAttribute("aria-pressed", String(which === "dub"))
  one("#hear-original").setAttribute("aria-pressed", String(which === "original"))
  player.hidden = false
  document.body.classList.add("playing")
  tell(one("#now"), bar.dataset.id)
  until = one("#going").checked ? null : end(bar)
  if (media[which].error) return missing(which)
  media[which].currentTime = start(bar)
  media[which].play().catch(() => {})
}
const neighbour = (by) => bars[Math.max(0, Math.min(bars.length - 1, bars.indexOf(line ?? chosen) + by))]

if (player) {
  for (const which of ["dub", "original"]) {
    media[which].addEventListener("error", () => { if (which === heard || which === "dub") missing(which) })
    media[which].addEventListener("play", () => { document.body.classList.add("sounding"); one("#toggle").setAttribute("aria-label", "Pause"); requestAnimationFrame(follow) })
    media[which].addEventListener("pause", () => { document.body.classList.remove("sounding"); one("#toggle").setAttribute("aria-label", "Play") })
    media[which].addEventListener("click", () => one("#toggle").click())
  }
  /* Where it was found to be missing before this script ran. */
  if (media.dub.error) missing("dub")
  rows.addEventListener("click", ({ target }) => {
    const bar = barOf.get(target.closest("[data-id]")?.dataset.id)
    if (!bar) return
    choose(bar)
    play(bar, bar.classList.contains("failed") ? "original" : wanted)
  })
  rows.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "o" && !event.ctrlKey && !event.metaKey && !event.altKey) play(chosen, "original")
  })
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-play]")
    if (button) play(barOf.get(button.dataset.play), wanted)
  })
  one("#toggle").addEventListener("click", () => {
    const playing = media[heard]
    if (playing.paused) playing.play().catch(() => {})
    else playing.pause()
  })
  one("#previous").addEventListener("click", () => play(neighbour(-1), wanted))
  one("#next").addEventListener("click", () => play(neighbour(1), wanted))
  for (const which of ["dub", "original"]) one("#hear-" + which).addEventListener("click", () => { wanted = which; play(line ?? chosen, which) })
  one("#going").addEventListener("change", ({ target }) => { until = target.checked || !line ? null : end(line) })
  one("#close").addEventListener("click", () => {
    media.dub.pause()
    media.original.pause()
    player.hidden = true
    document.body.classList.remove("playing")
    head.remove()
    chosen?.focus({ preventScroll: true })
  })
}
`
