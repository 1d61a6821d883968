import { countLines, lineName } from "../../domain/Utterance.ts"
import { html, type Html } from "../Html.ts"
import { clock, counted, isHeard, moment, type PageData, type PageUtterance } from "./Data.ts"
import { countShades, shadeOf, shades } from "./Tempo.ts"
import { outlines } from "./Waveform.ts"

/** A page is as wide as one, two or three of these pieces: their number in a group can be divided by all of them. */
const pieceSeconds = 20
const piecesInGroup = 12

/** Seconds of one piece, and how many there are; what is shorter than one is drawn larger. */
export const piecesOf = ({ duration, utterances }: Pick<PageData, "duration" | "utterances">) => {
  const seconds = duration < pieceSeconds ? Math.max(5, Math.ceil(duration)) : pieceSeconds
  const last = utterances.reduce((end, one) => Math.max(end, one.spokenEnd, one.end), 0)
  // A piece for less than a second at the end, in which nobody speaks, would be an empty one.
  const rest = duration % seconds
  const end = rest < 1 && last <= duration - rest ? duration - rest : duration
  return { seconds, count: Math.max(1, Math.ceil(end / seconds - 1e-6)) }
}

/** Where the dub is heard; a failed line stands where the source says it. */
export const spanOf = (one: PageUtterance): readonly [start: number, end: number] =>
  isHeard(one) ? [one.spokenStart, one.spokenEnd] : [one.start, Math.max(one.end, one.start + 0.2)]

interface Piece {
  readonly index: number
  readonly seconds: number
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))}%`

/** From where to where in a piece; what began before it is drawn from its edge, what goes on reaches over its end. */
const place = ([start, end]: readonly [number, number], { index, seconds }: Piece): string => {
  const from = Math.max(start, index * seconds)
  return `left:${percent((from - index * seconds) / seconds)};width:${percent(Math.max(0.003, (end - from) / seconds))}`
}

const slot = (one: PageUtterance, piece: Piece): Html => {
  const end = Math.max(one.slotEnd, one.end)
  const from = Math.max(one.start, piece.index * piece.seconds)
  const said = Math.max(0, Math.min(1, (one.end - from) / Math.max(0.001, end - from)))
  return html`<s style="${place([one.start, end], piece)};--said:${percent(said)}" data-id="${one.id}"></s>`
}

const bar = (one: PageUtterance, piece: Piece, data: PageData): Html => {
  const [start, end] = spanOf(one)
  const shade = `${shadeOf(one)}${one.status === "overflow" ? " over" : ""}`
  if (start < piece.index * piece.seconds) {
    return html`<i
      class="bar ${shade}"
      style="${place([start, end], piece)}"
      data-id="${one.id}"
      dir="auto"
      aria-hidden="true"
      >… ${one.text}</i
    >`
  }
  const tempo = one.status === "failed" ? "failed" : `${one.tempo.toFixed(2)} times`
  return html`<button
    class="bar ${shade}"
    style="${place([start, end], piece)}"
    data-id="${one.id}"
    data-a="${start.toFixed(3)}"
    data-b="${end.toFixed(3)}"
    dir="auto"
    tabindex="-1"
  >
    <span class="hidden" dir="ltr">${lineName(one).replace("l", "L")}, ${moment(start)}, ${tempo}: </span
    ><span lang="${data.spoken.tag}">${one.text}</span>
  </button>`
}

const pieceOf = (data: PageData, all: ReadonlyArray<PageUtterance>, piece: Piece): Html => {
  const { index, seconds } = piece
  const from = index * seconds
  const isIn = ([start, end]: readonly [number, number]) => start < from + seconds && end > from
  const rest = data.duration - from
  return html`<li class="piece" id="t${from}">
    <b aria-hidden="true">${clock(from)}</b
    ><b aria-hidden="true" class="half">${clock(from + seconds / 2, seconds % 2)}</b>
    <svg viewBox="0 0 400 100" preserveAspectRatio="none" aria-hidden="true">
      <path class="original" />
      <path class="dub" />
    </svg>
    ${rest < seconds ? html`<u style="left:${percent(Math.max(0, rest / seconds))}"></u>` : undefined}
    ${all.filter((one) => isIn([one.start, Math.max(one.slotEnd, one.end)])).map((one) => slot(one, piece))}
    ${all.filter((one) => shadeOf(one) !== "silent" && isIn(spanOf(one))).map((one) => bar(one, piece, data))}
  </li> `
}

const cells = 300

/** In each part of the video the tempo that is farthest from comfortable; equal neighbours are one. */
const heat = ({ duration, utterances }: PageData): ReadonlyArray<Html> => {
  const order = ["good", "slow", "quick", "fast", "failed"]
  const worst = Array.from({ length: cells }, () => -1)
  for (const one of utterances) {
    const shade = order.indexOf(shadeOf(one))
    const [start, end] = spanOf(one)
    const first = Math.max(0, Math.floor((start / duration) * cells))
    for (let i = first; i < cells && i < (end / duration) * cells; i++) worst[i] = Math.max(worst[i]!, shade)
  }
  const runs: Array<{ readonly shade: number; length: number }> = []
  for (const shade of worst) {
    const last = runs.at(-1)
    if (last?.shade === shade) last.length++
    else runs.push({ shade, length: 1 })
  }
  return runs.map(({ length, shade }) => html`<i class="${order[shade] ?? "none"}" style="flex:${length}"></i>`)
}

const overview = (data: PageData): Html =>
  html`<div id="overview" aria-hidden="true">
    ${outlines(data)}
    <div class="heat">${heat(data)}</div>
    <span class="view"></span><span class="head" hidden></span>
  </div>`

const legend = (data: PageData): Html => {
  const counts = countShades(data.utterances)
  const over = data.utterances.filter((one) => one.status === "overflow").length
  return html`<ul class="legend">
    ${shades
      .filter(({ shade }) => counts.has(shade))
      .map(
        ({ name, range, shade }) =>
          html`<li><i class="swatch ${shade}"></i>${counts.get(shade) ?? 0} ${name} <small>${range}</small></li>`
      )}
    ${over === 0 ? undefined : html`<li><i class="swatch over"></i>${over} without enough room</li>`}
    <li><i class="swatch room"></i>room in the source</li>
  </ul>`
}

/** The video's timeline: the original's waveform, each line in its room, and the dub's waveform. */
export const timeline = (data: PageData): Html => {
  const { count, seconds } = piecesOf(data)
  const perPiece = Array.from({ length: count }, (): Array<PageUtterance> => [])
  for (const one of data.utterances) {
    const [start, end] = spanOf(one)
    const first = Math.max(0, Math.floor(Math.min(start, one.start) / seconds))
    const last = Math.min(count - 1, Math.floor(Math.max(end, one.slotEnd, one.end) / seconds))
    for (let i = first; i <= last; i++) perPiece[i]!.push(one)
  }
  const groups = Array.from({ length: Math.ceil(count / piecesInGroup) }, (_, group) =>
    perPiece
      .slice(group * piecesInGroup, (group + 1) * piecesInGroup)
      .map((all, i) => pieceOf(data, all, { index: group * piecesInGroup + i, seconds }))
  )
  const plays = data.media !== undefined
  return html`<section id="timeline" aria-labelledby="timeline-title">
    <h2 id="timeline-title">Timeline</h2>
    <p class="help">
      Above the original, below the dub, between them each line in its room.
      ${plays ? "Press a line to hear it. " : ""}<span class="keys"
        >With the keyboard: <kbd>Tab</kbd> to the lines, <kbd>←</kbd> <kbd>→</kbd> from one to the
        next${plays ? html`, <kbd>Enter</kbd> plays, <kbd>O</kbd> plays the original` : undefined}.</span
      >
    </p>
    ${legend(data)}
    <p id="missing" role="status" class="note" hidden></p>
    ${data.utterances.length === 0 ? html`<p class="note">There is nothing to speak in this video.</p>` : undefined}
    ${count > 3 ? overview(data) : undefined}
    <a class="skip" href="#mend">Skip the ${counted(countLines(data.utterances), "line")}</a>
    <div
      id="rows"
      class="${groups.length > 1 ? "long" : (["", "one", "two"][count] ?? "")}"
      data-piece="${seconds}"
      data-duration="${data.duration.toFixed(3)}"
      role="group"
      aria-label="Lines in the order in which they are heard"
    >
      ${groups.map(
        (pieces) =>
          html`<ol class="group" style="--pieces:${pieces.length}">
            ${pieces}
          </ol>`
      )}
    </div>
  </section> `
}
