import { html, type Html } from "../Html.ts"
import { counted, type PageData, type PageStage } from "./Data.ts"

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

const used = ({ audioSeconds, characters, requests }: NonNullable<PageStage["spent"]>): Html => {
  const parts = [
    counted(requests, "request"),
    ...(characters > 0 ? [`${characters.toLocaleString("en")} characters`] : []),
    ...(audioSeconds > 0 ? [`${(audioSeconds / 60).toFixed(1)} min of sound`] : [])
  ]
  return html`${parts.map((part, at) => html`<span>${part}${at < parts.length - 1 ? "," : ""}</span> `)}`
}

/** An amount with as many digits as show what the whole is made of. */
const inDollars = (usd: number, whole: number): string =>
  `$${usd.toFixed(Math.max(2, 2 - Math.floor(Math.log10(Math.max(whole, 1e-6)))))}`

/** Amounts that differ by less are the same, but for rounding. */
const nothing = 1e-9

const costRows = (data: PageData) => {
  const rows = data.stages.flatMap(({ name, spent }) =>
    spent === undefined ? [] : [{ name, usd: spent.usd, used: used(spent) }]
  )
  const elsewhere = data.cost.actualUsd - rows.reduce((sum, { usd }) => sum + usd, 0)
  return elsewhere > nothing ? [...rows, { name: "other", usd: elsewhere, used: html`` }] : rows
}

const cost = (data: PageData): Html => {
  const rows = costRows(data)
  const most = rows.reduce((high, { usd }) => Math.max(high, usd), nothing)
  const { actualUsd, estimatedUsd } = data.cost
  const dollars = (usd: number) => inDollars(usd, actualUsd)
  return html`<div>
    <h3 id="cost-title">Cost by stage</h3>
    ${
      actualUsd === 0
        ? html`<p class="fine">Nothing with a known price was asked for in this run.</p>`
        : html`<table class="amounts costs" aria-labelledby="cost-title">
            <thead>
              <tr>
                <th scope="col">Stage</th>
                <td aria-hidden="true"></td>
                <th scope="col" class="n">Cost</th>
                <th scope="col">Used</th>
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                (row) =>
                  html`<tr>
                    <th scope="row">${row.name}</th>
                    ${bar(row.usd / most, "made")}
                    <td class="n">${dollars(row.usd)}</td>
                    <td class="small">${row.used}</td>
                  </tr>`
              )}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">all</th>
                <td aria-hidden="true"></td>
                <td class="n">${dollars(actualUsd)}</td>
                <td class="small">
                  ${estimatedUsd === null || estimatedUsd === 0 ? "" : `estimated ${dollars(estimatedUsd)}`}
                </td>
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
