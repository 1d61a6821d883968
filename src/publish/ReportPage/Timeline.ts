import { scaleLinear } from "d3-scale"
import { html, type Html } from "../Html.ts"
import { clock, isHeard, type PageData, type PageUtterance } from "./Data.ts"
import { shadeOf, shades } from "./Tempo.ts"

/** Seconds in one row: all of a short video, else a minute. */
const rowSeconds = (duration: number): number => (duration <= 75 ? Math.max(5, duration) : 60)

const position = (start: number, end: number, from: number, length: number): string => {
  const left = ((Math.max(start, from) - from) / length) * 100
  const width = ((Math.min(end, from + length) - Math.max(start, from)) / length) * 100
  return `left:${left.toFixed(2)}%;width:${Math.max(0.15, width).toFixed(2)}%`
}

/** Where the dub is heard; a failed line stands where the source says it. */
const spanOf = (one: PageUtterance): readonly [start: number, end: number] =>
  isHeard(one) ? [one.spokenStart, one.spokenEnd] : [one.start, Math.max(one.end, one.start + 0.2)]

const bar = (one: PageUtterance, from: number, length: number, language: string): Html => {
  const [start, end] = spanOf(one)
  const shade = `${shadeOf(one)}${one.status === "overflow" ? " over" : ""}`
  const place = position(start, end, from, length)
  if (start < from) {
    return html`<i class="bar rest ${shade}" style="${place}" data-id="${one.id}" aria-hidden="true"></i>`
  }
  const label = `${clock(start)}, ${one.status === "failed" ? "failed" : `${one.tempo.toFixed(2)} times`}: `
  return html`<button
    class="bar ${shade}"
    style="${place}"
    data-id="${one.id}"
    data-a="${start.toFixed(3)}"
    data-b="${end.toFixed(3)}"
    tabindex="-1"
  >
    <span class="hidden">${label}</span><span lang="${language}" dir="auto">${one.text}</span>
  </button>`
}

const row = (data: PageData, all: ReadonlyArray<PageUtterance>, from: number, length: number): Html => {
  const to = from + length
  const isIn = (start: number, end: number) => start < to && end > from
  const ticks = scaleLinear([0, length], [0, 100])
    .ticks(6)
    .filter((at) => at < length * 0.97)
  return html`<div class="row" id="t${Math.round(from)}">
    <div class="ticks" aria-hidden="true">
      ${ticks.map((at) => html`<b style="left:${((at / length) * 100).toFixed(2)}%">${clock(from + at)}</b>`)}
    </div>
    <div class="lane source" aria-hidden="true">
      ${all
        .filter((one) => isIn(one.start, Math.max(one.end, one.slotEnd)))
        .map(
          (one) =>
            html`<s style="${position(one.start, Math.max(one.slotEnd, one.end), from, length)}"></s
              >${isIn(one.start, one.end) ? html`<i style="${position(one.start, one.end, from, length)}" data-id="${one.id}"></i>` : undefined}`
        )}
    </div>
    <div class="lane dub">
      ${all
        .filter((one) => shadeOf(one) !== "silent" && isIn(...spanOf(one)))
        .map((one) => bar(one, from, length, data.language))}
    </div>
  </div> `
}

const cells = 200

/** The whole video at a glance: in each part the tempo that is farthest from comfortable. */
const overview = (data: PageData): Html => {
  const order = ["good", "slow", "quick", "fast", "failed"]
  const worst = Array.from({ length: cells }, () => -1)
  for (const one of data.utterances) {
    const shade = order.indexOf(shadeOf(one))
    const [start, end] = spanOf(one)
    const first = Math.max(0, Math.floor((start / data.duration) * cells))
    for (let i = first; i < cells && i <= (end / data.duration) * cells; i++) worst[i] = Math.max(worst[i]!, shade)
  }
  return html`<div id="overview" aria-hidden="true">
    ${worst.map((shade) => html`<i class="${order[shade] ?? "none"}"></i>`)}
  </div>`
}

/** The video's timeline, a row a minute: what the source says above, with the room there is, and the dub below. */
export const timeline = (data: PageData): Html => {
  const length = rowSeconds(data.duration)
  const count = Math.max(1, Math.ceil(data.duration / length - 1e-6))
  const perRow = Array.from({ length: count }, (): Array<PageUtterance> => [])
  for (const one of data.utterances) {
    const [start, end] = spanOf(one)
    const first = Math.floor(Math.min(start, one.start) / length)
    const last = Math.floor(Math.max(end, one.slotEnd) / length)
    for (let i = Math.max(0, first); i <= Math.min(last, count - 1); i++) perRow[i]!.push(one)
  }
  const counts = new Map<string, number>()
  for (const one of data.utterances) counts.set(shadeOf(one), (counts.get(shadeOf(one)) ?? 0) + 1)
  const legend = shades
    .filter(({ shade }) => counts.has(shade))
    .map(({ name, shade }) => html`<li><i class="swatch ${shade}"></i>${counts.get(shade)} ${name}</li>`)
  const over = data.utterances.filter((one) => one.status === "overflow").length
  return html`<section aria-labelledby="timeline-title">
    <h2 id="timeline-title">Timeline</h2>
    <ul class="legend">
      ${legend}${over === 0 ? undefined : html`<li><i class="swatch over"></i>${over} without enough room</li>`}
    </ul>
    <p class="help">
      Above, the room of each line and where the source says it; below, the dub.
      ${data.media === undefined ? "" : "Press a bar to hear it. "}With the keyboard: Tab to the bars, arrows from one
      to the next${data.media === undefined ? "" : ", Enter plays"}.
    </p>
    ${count > 3 ? overview(data) : undefined}
    <div id="rows" data-row="${length}" data-duration="${data.duration.toFixed(3)}">
      ${perRow.map((all, i) => row(data, all, i * length, length))}
    </div>
  </section> `
}
