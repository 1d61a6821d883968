import { scaleLinear } from "d3-scale"
import { html, type Html } from "../Html.ts"
import type { PageAttempt, PageData } from "./Data.ts"

interface Span {
  readonly from: number
  readonly to: number
}

/** Spans in as few rows as they need, none over another in its row: what runs at once stands one above the other. */
export const inLanes = <A extends Span>(spans: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const lanes: Array<Array<A>> = []
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const free = lanes.find((lane) => lane.at(-1)!.to <= span.from)
    if (free === undefined) lanes.push([span])
    else free.push(span)
  }
  return lanes
}

interface Wait extends Span {
  readonly subject: string
}

/** From an attempt that failed to the next one for the same. */
export const waitsBetween = (attempts: ReadonlyArray<PageAttempt>): ReadonlyArray<Wait> => {
  const open = new Map<string, PageAttempt>()
  const waits: Array<Wait> = []
  for (const attempt of attempts.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const before = open.get(attempt.subject)
    if (before !== undefined && before.endedAt <= attempt.startedAt) {
      waits.push({ from: before.endedAt, to: attempt.startedAt, subject: attempt.subject })
    }
    if (attempt.outcome === "ok") open.delete(attempt.subject)
    else open.set(attempt.subject, attempt)
  }
  return waits
}

/** What is told apart: answers, answers to something asked again, refusals for being too many, other failures. */
const shadeOf = (attempt: PageAttempt, isAgain: boolean): string =>
  attempt.outcome === "ok" ? (isAgain ? "again" : "good") : attempt.outcome === "RateLimited" ? "refused" : "failed"

const mostWaitingLanes = 12
const mostTroubles = 200
const kinds = ["transcription", "language", "speech"] as const

const seconds = (millis: number): string => `${(millis / 1000).toFixed(2)} s`

const chart = (data: PageData, kind: (typeof kinds)[number], began: number, ended: number): Html => {
  const attempts = data.attempts.filter((attempt) => attempt.kind === kind)
  if (attempts.length === 0) return html``
  const total = Math.max(1, ended - began)
  const seen = new Set<string>()
  const spans = attempts
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .map((attempt) => {
      const isAgain = seen.has(attempt.subject)
      seen.add(attempt.subject)
      return { from: attempt.startedAt, to: Math.max(attempt.startedAt + 1, attempt.endedAt), attempt, isAgain }
    })
  const place = ({ from, to }: Span) =>
    `left:${(((from - began) / total) * 100).toFixed(3)}%;width:${Math.max(0.1, ((to - from) / total) * 100).toFixed(3)}%`
  const lanes = inLanes(spans)
  const unused = Math.max(0, (data.concurrency ?? 0) - lanes.length)
  const waiting = inLanes(waitsBetween(attempts))
  const bound = data.concurrency === undefined ? "" : ` of ${data.concurrency} allowed`
  return html`<h3>${kind}: ${attempts.length} requests, up to ${lanes.length}${bound} at once</h3>
    <div class="lanes" role="img" aria-label="${kind} requests over time; the numbers stand in the table below">
      ${lanes.map((lane) => html`<div>${lane.map(({ attempt, isAgain, ...span }) => html`<i class="${shadeOf(attempt, isAgain)}" style="${place(span)}" title="${attempt.subject}: ${attempt.outcome} after ${seconds(attempt.endedAt - attempt.startedAt)}${isAgain ? ", asked again" : ""}"></i>`)}</div>`)}
      ${Array.from({ length: unused }, () => html`<div class="unused"></div>`)}
      ${waiting.length === 0 ? undefined : html`<p>waiting to be asked again${waiting.length > mostWaitingLanes ? `, ${waiting.length} at once at most` : ""}</p>`}
      ${waiting.slice(0, mostWaitingLanes).map((lane) => html`<div class="waiting">${lane.map((wait) => html`<i style="${place(wait)}" title="${wait.subject}: ${seconds(wait.to - wait.from)}"></i>`)}</div>`)}
    </div> `
}

const totals = (data: PageData): Html =>
  html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">requests</th>
          <th scope="col">sent</th>
          <th scope="col">answered</th>
          <th scope="col">asked again</th>
          <th scope="col">given up</th>
          <th scope="col">kept from before</th>
          <th scope="col">at once</th>
          <th scope="col">waited</th>
        </tr>
      </thead>
      <tbody>
        ${kinds.map((kind) => {
          const one = data.requests[kind]
          return html`<tr>
            <th scope="row">${kind}</th>
            <td class="n">${one.sent}</td>
            <td class="n">${one.ok}</td>
            <td class="n">${one.retried}</td>
            <td class="n">${one.failed}</td>
            <td class="n">${one.cached}</td>
            <td class="n">${one.peakConcurrency}</td>
            <td class="n">${one.waitedSeconds.toFixed(1)} s</td>
          </tr>`
        })}
      </tbody>
    </table>
  </div> `

/** What was asked of the services over time: a row a slot, what was refused, waited and was asked again. */
export const requests = (data: PageData): Html => {
  const { attempts } = data
  if (attempts.length === 0) {
    return html`<section>
      <h2>Requests</h2>
      <p>Nothing was asked of any service in this run: all was kept from before.</p>
      ${totals(data)}
    </section>`
  }
  const began = attempts.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity)
  const ended = attempts.reduce((last, { endedAt }) => Math.max(last, endedAt), -Infinity)
  const scale = scaleLinear([0, (ended - began) / 1000], [0, 100])
  const troubles = attempts.filter(({ outcome }) => outcome !== "ok")
  return html`<section>
    <h2>Requests</h2>
    <ul class="legend">
      <li><i class="swatch good"></i>answered</li>
      <li><i class="swatch again"></i>answered when asked again</li>
      <li><i class="swatch refused"></i>refused: too many</li>
      <li><i class="swatch failed"></i>failed</li>
    </ul>
    ${kinds.map((kind) => chart(data, kind, began, ended))}
    <div class="ticks below" aria-hidden="true">
      ${scale.ticks(5).map((at) => html`<b style="left:${scale(at).toFixed(2)}%">${at} s</b>`)}
    </div>
    ${totals(data)}
    ${
      troubles.length === 0
        ? undefined
        : html`<details>
            <summary>${troubles.length} attempts that failed or were refused</summary>
            <div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">after</th>
                    <th scope="col">for</th>
                    <th scope="col">outcome</th>
                    <th scope="col">took</th>
                  </tr>
                </thead>
                <tbody>
                  ${troubles.slice(0, mostTroubles).map(
                    (one) =>
                      html`<tr>
                        <td class="n">${seconds(one.startedAt - began)}</td>
                        <td>${one.subject}</td>
                        <td>${one.outcome}</td>
                        <td class="n">${seconds(one.endedAt - one.startedAt)}</td>
                      </tr>`
                  )}
                </tbody>
              </table>
            </div>
            ${troubles.length > mostTroubles ? html`<p>The first ${mostTroubles} are shown; the log has all of them.</p>` : undefined}
          </details>`
    }
  </section> `
}
