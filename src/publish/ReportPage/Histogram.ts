import { bin, max, ticks } from "d3-array"
import { scaleLinear } from "d3-scale"
import { html, type Html } from "../Html.ts"

export interface HistogramOptions {
  readonly title: string
  readonly values: ReadonlyArray<number>
  /** The least range that is shown, and about how wide a bar is. */
  readonly range: readonly [low: number, high: number]
  readonly step: number
  readonly unit: string
  readonly digits: number
  readonly shade: (value: number) => string
}

const width = 380
const height = 170
const margin = { top: 8, right: 20, bottom: 34, left: 34 }
const mostBars = 40

/** How often which value comes, as a picture and as a table. */
export const histogram = (options: HistogramOptions): Html => {
  const { digits, range, shade, step, title, unit, values } = options
  if (values.length === 0) return html``
  const low = Math.min(
    range[0],
    values.reduce((a, b) => Math.min(a, b))
  )
  const high = Math.max(
    range[1],
    values.reduce((a, b) => Math.max(a, b))
  )
  const count = Math.min(mostBars, Math.max(1, Math.round((high - low) / step)))
  const x = scaleLinear([low, high], [margin.left, width - margin.right]).nice(count)
  const [from = low, to = high] = x.domain()
  const bins = bin<number, number>()
    .domain([from, to])
    .thresholds(ticks(from, to, count).filter((at) => at > from && at < to))(values)
  const most = max(bins, (one) => one.length) ?? 1
  const y = scaleLinear([0, most], [height - margin.bottom, margin.top]).nice(4)
  const show = (value: number) => value.toFixed(digits)
  const bars = bins
    .filter((one) => one.length > 0)
    .map((one) => {
      const [a, b] = [one.x0 ?? from, one.x1 ?? to]
      const left = x(a) + 0.5
      return html`<rect
        class="${shade((a + b) / 2)}"
        x="${left.toFixed(1)}"
        y="${y(one.length).toFixed(1)}"
        width="${Math.max(1, x(b) - left - 0.5).toFixed(1)}"
        height="${(y(0) - y(one.length)).toFixed(1)}"
        ><title>${show(a)} to ${show(b)} ${unit}: ${one.length}</title></rect
      >`
    })
  const yTicks = y.ticks(4).filter(Number.isInteger)
  const xTicks = x.ticks(6)
  return html`<figure>
    <figcaption>${title}</figcaption>
    <svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${title}, ${values.length} lines; the numbers stand in the table below"
    >
      ${yTicks.map((at) => html`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(at).toFixed(1)}" y2="${y(at).toFixed(1)}" /><text class="axis" x="${margin.left - 5}" y="${(y(at) + 4).toFixed(1)}" text-anchor="end">${at}</text>`)}
      ${bars}
      ${xTicks.map((at) => html`<text class="axis" x="${x(at).toFixed(1)}" y="${height - margin.bottom + 15}" text-anchor="middle">${show(at)}</text>`)}
      <text class="axis" x="${width - margin.right}" y="${height - 4}" text-anchor="end">${unit}</text>
    </svg>
    <details>
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${unit}</th>
            <th scope="col">lines</th>
          </tr>
        </thead>
        <tbody>
          ${bins
            .filter((one) => one.length > 0)
            .map(
              (one) =>
                html`<tr>
                  <td class="n">${show(one.x0 ?? from)} to ${show(one.x1 ?? to)}</td>
                  <td class="n">${one.length}</td>
                </tr>`
            )}
        </tbody>
      </table>
    </details>
  </figure> `
}
