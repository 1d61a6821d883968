import { scaleLinear, type ScaleLinear } from "d3-scale"
import { area, curveStepAfter } from "d3-shape"
import { html, type Html } from "../Html.ts"
import { counted, type PageAttempt, type PageData, type PageKind } from "./Data.ts"
import { backOffs, boundOf, countedOver, joined, type Request, requestsOf, type RequestShade } from "./RequestLanes.ts"

/** Units of the drawing: as wide as it is, ten a slot high; the page stretches it. */
const width = 1000
const slotHeight = 10

const kinds: ReadonlyArray<{ readonly kind: PageKind; readonly title: string }> = [
  { kind: "transcription", title: "Listening" },
  { kind: "language", title: "Writing" },
  { kind: "speech", title: "Speaking" }
]

const drawn: ReadonlyArray<{ readonly shade: RequestShade; readonly name: string }> = [
  { shade: "good", name: "answered" },
  { shade: "again", name: "answered when asked again" },
  { shade: "refused", name: "refused: too many" },
  { shade: "failed", name: "failed" }
]

const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`

type Scale = ScaleLinear<number, number>

/** All requests of one shade as one outline: there may be thousands. */
const outline = (requests: ReadonlyArray<Request>, x: Scale): string =>
  requests
    .map(({ attempt, from, to }) => {
      const left = x(from)
      const long = x(to) - left
      const w = Math.max(1, long > 3 ? long - 0.8 : long)
      return `M${left.toFixed(1)},${attempt.slot * slotHeight + 1}h${w.toFixed(1)}v${slotHeight - 2}h-${w.toFixed(1)}z`
    })
    .join("")

const waiting = (attempts: ReadonlyArray<PageAttempt>, x: Scale): Html | undefined => {
  const counts = countedOver(backOffs(attempts))
  const most = counts.reduce((high, { count }) => Math.max(high, count), 0)
  if (most === 0) return undefined
  const y = scaleLinear([0, most], [20, 0])
  const shape = area<{ readonly at: number; readonly count: number }>()
    .digits(1)
    .curve(curveStepAfter)
    .x(({ at }) => x(at))
    .y0(20)
    .y1(({ count }) => y(count))
  return html`<p class="small">Waiting to be asked again, up to ${most} at once</p>
    <svg class="backlog" viewBox="0 0 ${width} 20" preserveAspectRatio="none" aria-hidden="true">
      <path d="${shape(counts) ?? ""}" />
    </svg>`
}

const fastest = (attempts: ReadonlyArray<PageAttempt>, atOnce: number): Html => {
  const { least, longest, took, total } = boundOf(attempts, atOnce)
  const share = took === 0 ? 100 : Math.min(100, Math.floor((100 * least) / took))
  return html`<p class="bound">
    All of it took <b>${seconds(took)}</b>; ${atOnce === 1 ? "one at a time" : `${atOnce} at once`} cannot take less
    than
    <b>${seconds(least)}</b
    >${least === longest && attempts.length > 1 && atOnce > 1 ? ", as long as its longest request" : `, the ${seconds(total)} of all requests${atOnce === 1 ? "" : ` divided by ${atOnce}`}`}:
    <b>${share} %</b> of what is possible.
  </p>`
}

const chart = (data: PageData, { kind, title }: (typeof kinds)[number], x: Scale): Html | undefined => {
  const attempts = data.attempts.filter((attempt) => attempt.kind === kind)
  if (attempts.length === 0) return undefined
  const requests = requestsOf(attempts)
  const used = attempts.reduce((most, { slot }) => Math.max(most, slot + 1), 0)
  const slots = Math.max(used, Math.min(64, data.concurrency ?? 0))
  const atOnce = data.concurrency === undefined ? used : Math.max(1, data.concurrency)
  const [from, to] = x.domain() as [number, number]
  const percent = (at: number) => `${((100 * (at - from)) / (to - from)).toFixed(2)}%`
  const waits = joined(
    data.waits
      .filter((wait) => wait.kind === kind && wait.to > from && wait.from < to)
      .map((wait) => ({ ...wait, from: Math.max(from, wait.from), to: Math.min(to, wait.to) })),
    (to - from) / 500
  )
  const began = requests[0]!.from
  const bound = began + 1000 * boundOf(attempts, atOnce).least
  const failures = attempts.filter(({ outcome }) => outcome !== "ok").length
  const said = `${title}: ${counted(attempts.length, "request")} over time in ${counted(slots, "slot")}, ${failures} of them refused or failed`
  return html`<figure class="requests">
    <figcaption>
      <h3>${title}</h3>
      <span
        >${counted(attempts.length, "request")}, up to
        ${used}${data.concurrency === undefined ? "" : ` of ${data.concurrency}`} at once</span
      >
    </figcaption>
    <div class="plot ${slots > 20 ? "dense" : slots > 8 ? "close" : ""}" style="--slots:${slots}" data-kind="${kind}">
      ${waits.map((wait) => html`<i class="held" style="left:${percent(wait.from)};width:${percent(from + wait.to - wait.from)}"></i>`)}
      <svg viewBox="0 0 ${width} ${slots * slotHeight}" preserveAspectRatio="none" role="img" aria-label="${said}">
        ${drawn.map(({ shade }) => {
          const some = requests.filter((request) => request.shade === shade)
          return some.length === 0 ? html`` : html`<path class="${shade}" d="${outline(some, x)}" />`
        })}
      </svg>
      ${bound > to ? undefined : html`<span class="mark" style="left:${percent(bound)}"><b>bound</b></span>`}
    </div>
    ${waiting(attempts, x)} ${attempts.length > 1 ? fastest(attempts, atOnce) : undefined}
  </figure> `
}

const axis = (from: number, to: number): Html => {
  const x = scaleLinear([0, (to - from) / 1000], [0, 100])
  return html`<div class="axis" aria-hidden="true">
    ${x.ticks(6).map((at) => html`<b style="left:${x(at).toFixed(2)}%">${at} s</b>`)}
  </div>`
}

/** What was asked of the services over time: a row a slot, what was refused, waited and was asked again. */
export const requestCharts = (data: PageData): Html => {
  const from = data.attempts.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity)
  const ended = data.attempts.reduce((last, { endedAt }) => Math.max(last, endedAt), -Infinity)
  const to = Math.max(ended, from + 1)
  const x = scaleLinear([from, to], [0, width])
  const shades = new Set(requestsOf(data.attempts).map(({ shade }) => shade))
  return html`<ul class="legend">
      ${drawn.filter(({ shade }) => shades.has(shade)).map(({ name, shade }) => html`<li><i class="swatch plain ${shade}"></i>${name}</li>`)}
      ${data.waits.length === 0 ? undefined : html`<li><i class="swatch stuck"></i>none could be sent: a rate, a pause, a lowered limit</li>`}
      <li><i class="swatch limit"></i>bound: nothing could be faster</li>
    </ul>
    ${kinds.map((kind) => chart(data, kind, x) ?? html``)} ${axis(from, to)}`
}

/** What the page's script tells of a request that is pointed at: [kind, slot, from, to, text]; milliseconds. */
export const requestsToPointAt = (data: PageData): ReadonlyArray<readonly [string, number, number, number, string]> => {
  const from = data.attempts.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity)
  return kinds.flatMap(({ kind }) =>
    requestsOf(data.attempts.filter((attempt) => attempt.kind === kind)).map(({ attempt, isAgain }) => {
      const { endedAt, error, outcome, slot, startedAt, subject } = attempt
      const how = outcome === "ok" ? (isAgain ? "answered when asked again" : "answered") : (error ?? outcome)
      return [kind, slot, startedAt - from, endedAt - from, `${subject}: ${how}`] as const
    })
  )
}
