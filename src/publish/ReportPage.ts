import { createHash } from "node:crypto"
import { html, type Html, trusted } from "./Html.ts"
import { driftOf, isHeard, type PageData } from "./ReportPage/Data.ts"
import { heading, headline } from "./ReportPage/Headline.ts"
import { histogram } from "./ReportPage/Histogram.ts"
import { allLines } from "./ReportPage/Lines.ts"
import { linesToMend, warnings } from "./ReportPage/Mend.ts"
import { player } from "./ReportPage/Player.ts"
import { requestsToPointAt } from "./ReportPage/RequestChart.ts"
import { requests } from "./ReportPage/Requests.ts"
import { script } from "./ReportPage/script.ts"
import { spent } from "./ReportPage/Spent.ts"
import { style } from "./ReportPage/style.ts"
import { comfortable, shadeOfTempo } from "./ReportPage/Tempo.ts"
import { timeline } from "./ReportPage/Timeline.ts"
import { gainOf } from "./ReportPage/Waveform.ts"

/** Nothing is fetched but the media beside the page (or chosen by its reader), and no script runs but the page's own. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; media-src 'self' file: blob:; base-uri 'none'; form-action 'none'; " +
  `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`

/** JSON as it may stand in a script element, which ends at the first "</script" and holds no control characters. */
const json = (value: unknown): Html =>
  trusted(
    JSON.stringify(value).replaceAll(
      /[<\u007f-\u009f]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
    )
  )

const distributions = (data: PageData): Html => {
  const heard = data.utterances.filter(isHeard)
  return html`<section id="fit" aria-labelledby="fit-title">
    <h2 id="fit-title">How it fits</h2>
    ${
      heard.length === 0
        ? html`<p class="fine">Nothing is heard.</p>`
        : html`<div class="charts">
            ${histogram({
              title: "Tempo",
              about: "How fast the lines are heard, against how they were spoken",
              values: heard.map((one) => one.tempo),
              range: [0.85, 1.35],
              step: 0.025,
              unit: "×",
              digits: 2,
              calm: [comfortable.lowest, comfortable.highest],
              shade: shadeOfTempo
            })}
            ${histogram({
              title: "Drift",
              about: "How much later than in the source the lines begin",
              values: heard.map(driftOf),
              range: [-0.1, 0.6],
              step: 0.05,
              unit: "s",
              digits: 2,
              calm: [-0.1, 0.5],
              shade: (drift) => (drift > 0.5 ? "quick" : "good")
            })}
          </div>`
    }
  </section> `
}

const sections = [
  ["timeline", "Timeline"],
  ["mend", "Lines to mend"],
  ["fit", "Fit"],
  ["requests", "Requests"],
  ["spent", "Time and cost"],
  ["lines", "All lines"]
] as const

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
        <meta name="referrer" content="no-referrer" />
        <title>${data.title} in ${data.spoken.name}: dubbing report</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <a class="skip" href="#timeline">Skip to the timeline</a>
        <main>
          ${heading(data)} ${headline(data)}
          <nav class="sections" aria-label="Parts of this report">
            ${sections.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}
          </nav>
          ${warnings(data)} ${timeline(data)} ${linesToMend(data)} ${distributions(data)} ${requests(data)}
          ${spent(data)} ${allLines(data)}
          <div id="tip" role="tooltip" hidden></div>
        </main>
        ${player(data)}
        ${trusted('<script type="application/json" id="data">')}${json({
          waves: data.waves,
          gain: gainOf(data.waves),
          requests: requestsToPointAt(data)
        })}${trusted("</script>")}
        ${trusted(`<script>${script}</script>`)}
      </body>
    </html> `.markup
