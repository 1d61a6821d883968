import { createHash } from "node:crypto"
import { html, type Html, trusted } from "./Html.ts"
import { clock, driftOf, isHeard, type PageData } from "./ReportPage/Data.ts"
import { histogram } from "./ReportPage/Histogram.ts"
import { allLines, worstLines } from "./ReportPage/Lines.ts"
import { requests } from "./ReportPage/Requests.ts"
import { script } from "./ReportPage/script.ts"
import { style } from "./ReportPage/style.ts"
import { shadeOfTempo } from "./ReportPage/Tempo.ts"
import { timeline } from "./ReportPage/Timeline.ts"

/** Nothing is fetched but the video beside the page, and no script runs but the page's own. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; media-src 'self' file: http: https:; base-uri 'none'; form-action 'none'; " +
  `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`

const fact = (name: string, value: string, more?: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}${more === undefined ? undefined : html` <small>${more}</small>`}</dd>
  </div>`

const decibels = (value: number | null, unit: string): string => (value === null ? "–" : `${value.toFixed(1)} ${unit}`)

const dollars = (usd: number): string => (usd === 0 ? "nothing" : usd < 0.01 ? "under $0.01" : `$${usd.toFixed(2)}`)

const facts = (data: PageData): Html => {
  const { cost, fit, requests: asked, sound, utterances } = data
  const spoken = utterances.filter(isHeard).length
  const failed = utterances.filter((one) => one.status === "failed").length
  return html`<dl class="facts">
    ${fact("Lines", `${spoken} spoken`, failed > 0 ? `${failed} failed` : `${asked.speech.cached} kept from before`)}
    ${fact("Comfortable tempo", `${Math.round(fit.withinComfort * 100)} %`, "0.9 to 1.15×")}
    ${fact("Fastest", `${fit.tempoMax.toFixed(2)}×`, `half under ${fit.tempoP50.toFixed(2)}×`)}
    ${fact("Late by", `${fit.driftP95.toFixed(2)} s`, `at most for 95 %, ${fit.driftMax.toFixed(2)} s for all`)}
    ${fact("Loudness", decibels(sound.integratedLufs, "LUFS"), sound.sourceLufs === null ? undefined : `source ${sound.sourceLufs.toFixed(1)}`)}
    ${fact("True peak", decibels(sound.truePeakDbtp, "dBTP"))}
    ${fact("Cost", dollars(cost.actualUsd), cost.estimatedUsd === null ? undefined : `estimated ${dollars(cost.estimatedUsd)}`)}
    ${fact("Time", `${data.wallSeconds.toFixed(1)} s`, `for ${clock(data.duration)} of video`)}
  </dl> `
}

const stages = (data: PageData): Html =>
  html`<section>
    <h2>Stages</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">stage</th>
            <th scope="col">seconds</th>
            <th scope="col">made</th>
          </tr>
        </thead>
        <tbody>
          ${data.stages.map(
            (one) =>
              html`<tr>
                <th scope="row">${one.name}</th>
                <td class="n">${one.seconds.toFixed(2)}</td>
                <td>${one.reused ? "as before" : "anew"}</td>
              </tr>`
          )}
        </tbody>
      </table>
    </div>
  </section> `

const warnings = (data: PageData): Html | undefined =>
  data.warnings.length === 0
    ? undefined
    : html`<section>
        <h2>Warnings</h2>
        <ul>
          ${data.warnings.map((warning) => html`<li dir="auto">${warning}</li>`)}
        </ul>
      </section>`

const player = (data: PageData): Html | undefined => {
  if (data.media === undefined) return undefined
  const { kind, url } = data.media
  return kind === "video"
    ? html`<video
        id="media"
        controls
        playsinline
        preload="metadata"
        src="${url}"
        data-path="${data.output ?? ""}"
        aria-label="The dubbed video"
      ></video>`
    : html`<audio
        id="media"
        controls
        preload="metadata"
        src="${url}"
        data-path="${data.output ?? ""}"
        aria-label="The dubbed sound"
      ></audio>`
}

const distributions = (data: PageData): Html => {
  const heard = data.utterances.filter(isHeard)
  if (heard.length === 0) return html``
  return html`<section>
    <h2>How it fits</h2>
    <div class="charts">
      ${histogram({ title: "Tempo of the lines", values: heard.map((one) => one.tempo), range: [0.85, 1.35], step: 0.025, unit: "×", digits: 2, shade: shadeOfTempo })}
      ${histogram({ title: "How late the lines are heard", values: heard.map(driftOf), range: [-0.1, 0.6], step: 0.05, unit: "seconds", digits: 2, shade: (drift) => (drift > 0.5 ? "quick" : "good") })}
    </div>
  </section> `
}

/**
 * A run's report as one file that opens offline in any browser: the timeline, how tempo and drift are distributed, the
 * requests, what to mend, and every line. All texts in it are taken as text, whatever they hold.
 */
export const reportPage = (data: PageData): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(policy)}" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${data.title}: dubbing report</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>
          <h1 dir="auto">${data.title}</h1>
          <p>
            <span class="status ${data.status}">${data.status}</span>
            ${data.languageName}${data.output === null ? "" : `, ${data.output}`}
          </p>
          ${facts(data)} ${warnings(data)} ${worstLines(data)} ${timeline(data)} ${distributions(data)}
          ${requests(data)} ${stages(data)} ${allLines(data)}
        </main>
        <div id="dock" ${data.media === undefined ? trusted(" hidden") : undefined}>
          ${player(data)}
          <div id="about" aria-live="off"><p class="help">Point at a bar to read it.</p></div>
        </div>
        ${trusted(`<script>${script}</script>`)}
      </body>
    </html> `.markup
