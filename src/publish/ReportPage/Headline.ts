import * as DateTime from "effect/DateTime"
import { countLines } from "../../domain/Utterance.ts"
import { html, type Html } from "../Html.ts"
import { clock, counted, isHeard, number, type PageData } from "./Data.ts"
import { boundOf } from "./RequestLanes.ts"
import { countShades, shades } from "./Tempo.ts"

const statuses = {
  complete: "complete",
  partial: "lines are missing",
  failed: "failed"
}

const languages = (data: PageData): Html | undefined =>
  data.languages.length < 2
    ? undefined
    : html`<nav aria-label="Languages of this video" class="languages">
        ${data.languages.map(
          (one) =>
            html`<a href="${one.url}" hreflang="${one.tag}" ${one.isThis ? html`aria-current="page"` : undefined}
              >${one.name}</a
            >`
        )}
      </nav>`

/** What this is a report of. */
export const heading = (data: PageData): Html => {
  const { endedAt, media, output, source, spoken, status, title, utterances } = data
  const from = source === undefined ? undefined : html`${source.name} <span aria-label="to">→</span> `
  const made = endedAt === undefined ? undefined : DateTime.formatIso(DateTime.makeUnsafe(endedAt))
  return html`<header>
    <p class="over">Dubbing report ${languages(data)}</p>
    <h1 dir="auto">${title}</h1>
    <p class="under">
      <span class="status ${status}">${statuses[status]}</span>
      <span>${from}${spoken.name}</span>
      <span>${counted(countLines(utterances), "line")}</span>
      <span>${clock(data.duration)} of ${media?.kind === "audio" ? "sound" : "video"}</span>
      ${made === undefined ? undefined : html`<time datetime="${made}">${made.slice(0, 16).replace("T", " ")} UTC</time>`}
    </p>
    ${
      output === null
        ? undefined
        : html`<p class="file" dir="auto">
            ${media === undefined ? html`${output}` : html`<a href="${media.dub.url}">${output}</a>`}
          </p>`
    }
  </header> `
}

const card = (name: string, value: Html | string, more: Html | string | undefined, kind = ""): Html =>
  html`<div class="card ${kind}">
    <dt>${name}</dt>
    <dd>
      <b>${value}</b>
      ${more === undefined ? undefined : html`<small>${more}</small>`}
    </dd>
  </div> `

const unit = (value: string, name: string): Html => html`${value}<i> ${name}</i>`

export const dollars = (usd: number): string => (usd === 0 ? "$0" : usd < 0.01 ? "under $0.01" : `$${usd.toFixed(2)}`)

/** Minutes and seconds as people say them. */
export const lasting = (seconds: number): Html =>
  seconds < 60 ? unit(seconds.toFixed(seconds < 10 ? 1 : 0), "s") : unit(clock(seconds), seconds < 3600 ? "min" : "h")

/** How much of the lines is at which tempo. */
const shares = (data: PageData): Html => {
  const counts = countShades(data.utterances)
  const seen = shades.filter(({ shade }) => (counts.get(shade) ?? 0) > 0)
  return html`<span class="shares" aria-hidden="true"
    >${seen.map(({ shade }) => html`<i class="${shade}" style="flex:${counts.get(shade) ?? 0}"></i>`)}</span
  >`
}

/** How much faster than one at a time the speaking was. */
const faster = (data: PageData): number => {
  const { took, total } = boundOf(
    data.attempts.filter(({ kind }) => kind === "speech"),
    1
  )
  return took === 0 ? 1 : total / took
}

const asked = (data: PageData): Html => {
  const { cached, peakConcurrency, sent } = data.requests.speech
  if (sent === 0) {
    return card("Requests", unit("0", "sent"), cached > 0 ? "all was kept from before" : "nothing was to be spoken")
  }
  const times = faster(data)
  return card(
    "Requests",
    unit(sent.toLocaleString("en"), "sent"),
    `up to ${peakConcurrency} at once${times < 1.1 ? "" : `, ${times.toFixed(1)}× faster than one by one`}`
  )
}

/** The numbers that tell how it came out. */
export const headline = (data: PageData): Html => {
  const { cost, fit, requests, sound, utterances } = data
  const all = countLines(utterances)
  const spoken = countLines(utterances.filter(isHeard))
  const failed = countLines(utterances.filter((one) => one.status === "failed"))
  const cached = countLines(utterances.filter((one) => isHeard(one) && one.cached))
  const peak = sound.truePeakDbtp === null ? "" : `true peak ${number(sound.truePeakDbtp, 1)} dBTP`
  const source = sound.sourceLufs === null ? "" : `source ${number(sound.sourceLufs, 1)}`
  const heard: ReadonlyArray<Html> =
    spoken === 0
      ? []
      : [
          card(
            "Comfortable tempo",
            unit(`${Math.floor(fit.withinComfort * 100 + 1e-9)}`, "%"),
            html`of the lines, 0.9 to 1.15× ${shares(data)}`
          ),
          card("Fastest line", unit(fit.tempoMax.toFixed(2), "×"), `half of them under ${fit.tempoP50.toFixed(2)}×`),
          card(
            "Late by at most",
            unit(fit.driftP95.toFixed(2), "s"),
            `for 95 % of the lines; ${fit.driftMax.toFixed(2)} s for all`
          )
        ]
  return html`<dl class="cards">
    ${card(
      "Spoken",
      unit(spoken.toLocaleString("en"), spoken < all ? `of ${all.toLocaleString("en")}` : all === 1 ? "line" : "lines"),
      failed > 0
        ? `${counted(failed, "line")} failed`
        : cached > 0
          ? `${cached.toLocaleString("en")} kept from before`
          : spoken > 0
            ? "all made in this run"
            : undefined,
      failed > 0 ? "bad" : ""
    )}
    ${heard}
    ${sound.integratedLufs === null ? undefined : card("Loudness", unit(number(sound.integratedLufs, 1), "LUFS"), [source, peak].filter((part) => part !== "").join(", "))}
    ${card(
      "Cost",
      dollars(cost.actualUsd),
      cost.estimatedUsd === null || (cost.estimatedUsd === 0 && cost.actualUsd === 0)
        ? Object.values(requests).every(({ sent }) => sent === 0)
          ? "nothing was asked for"
          : "nothing with a known price"
        : `estimated ${dollars(cost.estimatedUsd)}`
    )}
    ${asked(data)}
    ${card("Time", lasting(data.wallSeconds), `for ${clock(data.duration)} of ${data.media?.kind === "audio" ? "sound" : "video"}`)}
  </dl> `
}
