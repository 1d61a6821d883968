import { html, type Html } from "../Html.ts"
import type { PageData, PageKind } from "./Data.ts"
import { dollars } from "./Headline.ts"

const bar = (share: number, kind: string): Html =>
  html`<td class="amount" aria-hidden="true"><i class="${kind}" style="width:${(100 * share).toFixed(1)}%"></i></td>`

const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`

const time = (data: PageData): Html => {
  const most = data.stages.reduce((high, one) => Math.max(high, one.seconds), 0.001)
  return html`<div>
    <h3 id="time-title">Time by stage</h3>
    <table class="amounts" aria-labelledby="time-title">
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <td aria-hidden="true"></td>
          <th scope="col" class="n">Time</th>
          <th scope="col"><span class="hidden">Made or kept</span></th>
        </tr>
      </thead>
      <tbody>
        ${data.stages.map(
          (one) =>
            html`<tr>
              <th scope="row">${one.name}</th>
              ${bar(one.seconds / most, one.reused ? "kept" : "made")}
              <td class="n">${seconds(one.seconds)}</td>
              <td class="small">${one.reused ? "as before" : ""}</td>
            </tr>`
        )}
      </tbody>
    </table>
  </div>`
}

const stages: ReadonlyArray<{ readonly kind: PageKind; readonly name: string }> = [
  { kind: "transcription", name: "listen" },
  { kind: "language", name: "write" },
  { kind: "speech", name: "speak" }
]

const used = ({ audioSeconds, characters }: PageData["requests"]["speech"]): string =>
  [
    ...(characters > 0 ? [`${characters.toLocaleString("en")} characters`] : []),
    ...(audioSeconds > 0 ? [`${(audioSeconds / 60).toFixed(1)} min of sound`] : [])
  ].join(", ")

const cost = (data: PageData): Html => {
  const rows = stages.map(({ kind, name }) => ({ name, usd: data.requests[kind].usd ?? 0, of: data.requests[kind] }))
  const most = rows.reduce((high, { usd }) => Math.max(high, usd), 1e-9)
  const estimated = data.cost.estimatedUsd
  return html`<div>
    <h3 id="cost-title">Cost by stage</h3>
    ${
      data.cost.actualUsd === 0
        ? html`<p class="fine">Nothing with a known price was asked for in this run.</p>`
        : html`<table class="amounts" aria-labelledby="cost-title">
            <thead>
              <tr>
                <th scope="col">Stage</th>
                <td aria-hidden="true"></td>
                <th scope="col" class="n">Cost</th>
                <th scope="col">Used</th>
              </tr>
            </thead>
            <tbody>
              ${rows
                .filter(({ of, usd }) => usd > 0 || of.sent > 0)
                .map(
                  ({ name, of, usd }) =>
                    html`<tr>
                      <th scope="row">${name}</th>
                      ${bar(usd / most, "made")}
                      <td class="n">${dollars(usd)}</td>
                      <td class="small">${used(of)}</td>
                    </tr>`
                )}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">all</th>
                <td aria-hidden="true"></td>
                <td class="n">${dollars(data.cost.actualUsd)}</td>
                <td class="small">${estimated === null || estimated === 0 ? "" : `estimated ${dollars(estimated)}`}</td>
              </tr>
            </tfoot>
          </table>`
    }
  </div>`
}

/** What the run took of time and money, by stage. */
export const spent = (data: PageData): Html =>
  html`<section id="spent" aria-labelledby="spent-title">
    <h2 id="spent-title">Time and cost</h2>
    <div class="charts">${time(data)} ${cost(data)}</div>
  </section> `
