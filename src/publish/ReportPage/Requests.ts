import { html, type Html } from "../Html.ts"
import { counted, type PageData, type PageKind } from "./Data.ts"
import { requestCharts } from "./RequestChart.ts"

const mostTroubles = 200

const kinds: ReadonlyArray<{ readonly kind: PageKind; readonly name: string }> = [
  { kind: "transcription", name: "transcription" },
  { kind: "language", name: "language model" },
  { kind: "speech", name: "speech" }
]

const totals = (data: PageData): Html => {
  const used = kinds.filter(({ kind }) => data.requests[kind].sent + data.requests[kind].cached > 0)
  if (used.length === 0) return html``
  return html`<div class="scroll" role="region" aria-label="Requests in numbers" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">Requests for</th>
          <th scope="col">Sent</th>
          <th scope="col">Answered</th>
          <th scope="col">Asked again</th>
          <th scope="col">Given up</th>
          <th scope="col">Kept from before</th>
          <th scope="col">Most at once</th>
          <th scope="col">Held back</th>
        </tr>
      </thead>
      <tbody>
        ${used.map(({ kind, name }) => {
          const one = data.requests[kind]
          return html`<tr>
            <th scope="row">${name}</th>
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
}

const seconds = (millis: number): string => `${(millis / 1000).toFixed(2)} s`

const troubles = (data: PageData): Html | undefined => {
  const began = data.attempts.reduce((first, { startedAt }) => Math.min(first, startedAt), Infinity)
  const some = data.attempts.filter(({ outcome }) => outcome !== "ok").toSorted((a, b) => a.startedAt - b.startedAt)
  if (some.length === 0) return undefined
  return html`<details>
    <summary>${counted(some.length, "attempt")} that failed or ${some.length === 1 ? "was" : "were"} refused</summary>
    <div class="scroll short" role="region" aria-label="Attempts that failed" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">After</th>
            <th scope="col">For</th>
            <th scope="col">Outcome</th>
            <th scope="col">Took</th>
          </tr>
        </thead>
        <tbody>
          ${some.slice(0, mostTroubles).map(
            (one) =>
              html`<tr>
                <td class="n">${seconds(one.startedAt - began)}</td>
                <td>${one.subject}</td>
                <td dir="auto">${one.error ?? one.outcome}</td>
                <td class="n">${seconds(one.endedAt - one.startedAt)}</td>
              </tr>`
          )}
        </tbody>
      </table>
    </div>
    ${some.length > mostTroubles ? html`<p class="help">The first ${mostTroubles}; the log has all of them.</p>` : undefined}
  </details>`
}

/** What was asked of the services, and how they answered. */
export const requests = (data: PageData): Html =>
  html`<section id="requests" aria-labelledby="requests-title">
    <h2 id="requests-title">Requests</h2>
    ${
      data.attempts.length === 0
        ? html`<p class="fine">
            Nothing was asked of any service in this
            run${data.requests.speech.cached > 0 ? ": all was kept from before" : ""}.
          </p>`
        : html`<p class="help">A row is a slot: one of the requests that may be under way at once.</p>
            ${requestCharts(data)}`
    }
    ${totals(data)} ${troubles(data)}
  </section> `
