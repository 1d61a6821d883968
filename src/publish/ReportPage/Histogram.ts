import { bin, max, median, min, ticks } from "d3-array"
import { scaleLinear } from "d3-scale"
import { number } from "./Data.ts"
import { html, type Html } from "../Html.ts"

export interface HistogramOptions {
  readonly title: string
  readonly about: string
  readonly values: ReadonlyArray<number>
  /** The least range that is shown, and about how wide a bar is. */
  readonly range: readonly [low: number, high: number]
  readonly step: number
  readonly unit: string
  readonly digits: number
  /** From where to where nothing need be done. */
  readonly calm: readonly [low: number, high: number]
  readonly shade: (value: number) => string
}

const width = 440
const height = 210
const margin = { top: 26, right: 26, bottom: 28, left: 34 }
const mostBars = 40
const bottom = height - margin.bottom

const px = (value: number): string => value.toFixed(1)

/** How often which value comes, as a picture and as a table. */
export const histogram = (options: HistogramOptions): Html => {
  const { about, calm, digits, range, shade, step, title, unit, values } = options
  if (values.length === 0) return html``
  const low = Math.min(range[0], min(values) ?? range[0])
  const high = Math.max(range[1], max(values) ?? range[1])
  const count = Math.min(mostBars, Math.max(1, Math.round((high - low) / step)))
  const x = scaleLinear([low, high], [margin.left, width - margin.right]).nice(count)
  const [from = low, to = high] = x.domain()
  const bins = bin<number, number>()
    .domain([from, to])
    .thresholds(ticks(from, to, count).filter((at) => at > from && at < to))(values)
    .filter((one) => one.length > 0)
  const y = scaleLinear([0, max(bins, (one) => one.length) ?? 1], [bottom, margin.top]).nice(4)
  const show = (value: number) => number(value, digits)
  const middle = median(values) ?? 0
  const bars = bins.map((one) => {
    const [a, b] = [one.x0 ?? from, one.x1 ?? to]
    const left = x(a) + 0.75
    return html`<rect
      class="${shade((a + b) / 2)}"
      x="${px(left)}"
      y="${px(y(one.length))}"
      width="${px(Math.max(1, x(b) - left - 0.75))}"
      height="${px(bottom - y(one.length))}"
      rx="1.5"
      ><title>${show(a)} to ${show(b)} ${unit}: ${one.length}</title></rect
    >`
  })
  const calmFrom = Math.max(from, calm[0])
  const calmTo = Math.min(to, calm[1])
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <span>${about}</span>
    </figcaption>
    <svg
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-label="${title}: ${values.length} lines, the median ${show(middle)} ${unit}; the numbers stand in the table below"
    >
      <rect
        class="calm"
        x="${px(x(calmFrom))}"
        y="${margin.top}"
        width="${px(x(calmTo) - x(calmFrom))}"
        height="${bottom - margin.top}"
      />
      ${y
        .ticks(4)
        .filter(Number.isInteger)
        .map(
          (at) =>
            html`<line
                class="grid"
                x1="${margin.left}"
                x2="${width - margin.right}"
                y1="${px(y(at))}"
                y2="${px(y(at))}"
              /><text x="${margin.left - 7}" y="${px(y(at) + 4)}" text-anchor="end">${at}</text>`
        )}
      ${bars}
      <line class="median" x1="${px(x(middle))}" x2="${px(x(middle))}" y1="${margin.top - 6}" y2="${bottom}" />
      <text
        class="median"
        x="${px(x(middle))}"
        y="${margin.top - 11}"
        text-anchor="${x(middle) > width - 90 ? "end" : x(middle) < 90 ? "start" : "middle"}"
      >
        median ${show(middle)} ${unit}
      </text>
      ${x.ticks(6).map((at) => html`<text x="${px(x(at))}" y="${bottom + 17}" text-anchor="middle">${show(at)} ${unit}</text>`)}
    </svg>
    <details>
      <summary>As a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${title}</th>
            <th scope="col">Lines</th>
          </tr>
        </thead>
        <tbody>
          ${bins.map(
            (one) =>
              html`<tr>
                <th scope="row" class="n">${show(one.x0 ?? from)} to ${show(one.x1 ?? to)} ${unit}</th>
                <td class="n">${one.length}</td>
              </tr>`
          )}
        </tbody>
      </table>
    </details>
  </figure> `
}
