import { html, type Html } from "../Html.ts"
import { clock, driftOf, isHeard, type PageData, type PageUtterance } from "./Data.ts"
import { shadeOf } from "./Tempo.ts"

const mostWorst = 40

interface Trouble {
  readonly one: PageUtterance
  readonly rank: number
  readonly what: string
  readonly mend: string
}

const subtitles = (one: PageUtterance): string =>
  one.lines.length === 0
    ? "it"
    : one.lines.length === 1
      ? `line ${one.lines[0]}`
      : `lines ${one.lines[0]} to ${one.lines.at(-1)}`

const troubleOf = (one: PageUtterance): Trouble | undefined => {
  const shorten = `shorten ${subtitles(one)} in subs.srt, then run the command above`
  const drift = driftOf(one)
  if (one.status === "failed") {
    return { one, rank: 1e6, what: `failed: ${one.error ?? "no reason given"}`, mend: "run the command above" }
  }
  if (!isHeard(one)) return undefined
  if (one.status === "overflow") {
    return { one, rank: 1e4 + one.tempo, what: `not enough room, ${one.tempo.toFixed(2)}×`, mend: shorten }
  }
  if (shadeOf(one) === "fast" || shadeOf(one) === "quick") {
    return { one, rank: 100 * one.tempo, what: `${one.tempo.toFixed(2)}× as fast`, mend: shorten }
  }
  if (drift > 0.5) {
    const mend = "shorten the lines before it in subs.srt, then run the command above"
    return { one, rank: drift, what: `${drift.toFixed(1)} s late`, mend }
  }
  return undefined
}

const play = (data: PageData, one: PageUtterance): Html =>
  data.media === undefined || !isHeard(one)
    ? html`${clock(one.start)}`
    : html`<button class="time" data-play="${one.id}" aria-label="Play line ${one.id} at ${clock(one.spokenStart)}">
        ${clock(one.spokenStart)}
      </button>`

const text = (content: string, language?: string): Html =>
  language === undefined
    ? html`<td dir="auto">${content}</td>`
    : html`<td dir="auto" lang="${language}">${content}</td>`

/** What is worth mending, the worst first, each with what mends it. */
export const worstLines = (data: PageData): Html => {
  const troubles = data.utterances.flatMap((one) => troubleOf(one) ?? []).toSorted((a, b) => b.rank - a.rank)
  if (troubles.length === 0) {
    return html`<section>
      <h2>Lines to mend</h2>
      <p>None: all are heard at a comfortable tempo, in time.</p>
    </section>`
  }
  const more = troubles.length - mostWorst
  return html`<section>
    <h2>Lines to mend</h2>
    <p>
      The command, after what you change in <code>${data.mend.file}</code> (add the flags of this run, such as the
      voice):
    </p>
    <pre tabindex="0">${data.mend.command}</pre>
    <div class="scroll short" role="region" aria-label="Lines to mend" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">at</th>
            <th scope="col">what</th>
            <th scope="col">text</th>
            <th scope="col">mend</th>
          </tr>
        </thead>
        <tbody>
          ${troubles.slice(0, mostWorst).map(
            ({ mend, one, what }) =>
              html`<tr>
                <td class="n">${play(data, one)}</td>
                <td><i class="swatch ${shadeOf(one)}"></i>${what}</td>
                ${text(one.text, data.language)}
                <td>${mend}</td>
              </tr>`
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p>${more} more; the table of all lines has them.</p>` : undefined}
  </section> `
}

/** Every line with its numbers: what the timeline shows, for those who read. */
export const allLines = (data: PageData): Html => {
  const hasSource = data.utterances.some((one) => one.sourceText !== undefined)
  const hasSpeakers = data.utterances.some((one) => one.speaker !== null)
  const row = (one: PageUtterance) => {
    const heard = isHeard(one)
    return html`<tr id="l${one.id}">
      <td class="n">${one.id}</td>
      <td class="n">${play(data, one)}</td>
      ${hasSpeakers ? html`<td>${one.speaker ?? ""}</td>` : undefined}${text(one.text, data.language)}${hasSource ? text(one.sourceText ?? "") : undefined}
      <td class="n">${heard ? `${one.tempo.toFixed(2)}×` : ""}</td>
      <td class="n">${heard ? `${driftOf(one).toFixed(2)} s` : ""}</td>
      <td class="n">${one.attempts}</td>
      <td>
        ${one.status === "failed" ? `failed: ${one.error ?? ""}` : one.status === "overflow" ? "no room" : heard ? (one.cached ? "kept" : "spoken") : "nothing to say"}
      </td>
    </tr> `
  }
  return html`<section>
    <h2>All lines</h2>
    <details id="all">
      <summary>${data.utterances.length} lines as a table</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">line</th>
              <th scope="col">at</th>
              ${hasSpeakers ? html`<th scope="col">speaker</th>` : undefined}
              <th scope="col">${data.languageName}</th>
              ${hasSource ? html`<th scope="col">original</th>` : undefined}
              <th scope="col">tempo</th>
              <th scope="col">late by</th>
              <th scope="col">attempts</th>
              <th scope="col">status</th>
            </tr>
          </thead>
          <tbody>
            ${data.utterances.map(row)}
          </tbody>
        </table>
      </div>
    </details>
  </section> `
}
