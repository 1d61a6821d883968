import { countLines, lineName, lineNumbers } from "../../domain/Utterance.ts"
import { html, type Html } from "../Html.ts"
import { counted, driftOf, isHeard, moment, type PageData, type PageUtterance } from "./Data.ts"
import { playButton, textCells } from "./Lines.ts"
import { comfortable, shadeOf } from "./Tempo.ts"

const mostShown = 40

export interface Trouble {
  readonly one: PageUtterance
  /** The worst first. */
  readonly rank: number
  readonly what: string
  readonly mend: string
}

const subtitles = ({ lines }: PageUtterance): string => (lines.length === 0 ? "it" : lineName({ lines }))

/** How many characters fewer would be said at a comfortable tempo within the line's room. */
export const tooMany = (one: PageUtterance): number => {
  const natural = (one.spokenEnd - one.spokenStart) * one.tempo
  const room = Math.max(0.1, one.slotEnd - one.start)
  const { highest } = comfortable
  const share = Math.max(1 - highest / one.tempo, 1 - (highest * room) / Math.max(0.01, natural), 0)
  return Math.ceil([...one.text].length * Math.min(0.9, share) - 1e-6)
}

const shorten = (one: PageUtterance): string => {
  const characters = tooMany(one)
  return `Shorten ${subtitles(one)}${characters > 0 ? ` by about ${counted(characters, "character")}` : ""}, then run the command.`
}

const speak = (one: PageUtterance): string => {
  if (one.mend === "words") return `Change the words of ${subtitles(one)}, which were refused, then run the command.`
  if (one.mend === "asking") return "Run the command: it asks for what is not kept."
  if (one.mend === "time") return `Remove ${subtitles(one)}, or shorten it and the lines before, then run the command.`
  return `Run the command; if it fails again, change the words of ${subtitles(one)}.`
}

/** What is wrong with a line, if anything, and what mends it. */
export const troubleOf = (one: PageUtterance): Trouble | undefined => {
  const drift = driftOf(one)
  const times = `${one.tempo.toFixed(2)}×`
  if (one.status === "failed") {
    return { one, rank: 1e6, what: `Failed: ${one.error ?? "no reason given"}`, mend: speak(one) }
  }
  if (!isHeard(one)) return undefined
  if (one.status === "overflow") {
    return { one, rank: 1e4 + one.tempo, what: `Not enough room, at ${times}`, mend: shorten(one) }
  }
  if (one.tempo > comfortable.highest + 1e-6) {
    return { one, rank: 100 * one.tempo, what: `${times} as fast`, mend: shorten(one) }
  }
  if (drift > 0.5) {
    const mend = "Shorten the lines before it, then run the command."
    return { one, rank: drift, what: `${drift.toFixed(1)} s late`, mend }
  }
  return undefined
}

const command = (data: PageData): Html =>
  html`<div class="command">
    <pre tabindex="0" id="command" aria-label="The command that mends">${data.mend.command}</pre>
    <button type="button" id="copy" hidden>Copy</button>
  </div>`

/** What is worth mending, the worst first, each with what mends it, and the command that does. */
export const linesToMend = (data: PageData): Html => {
  const troubles = data.utterances.flatMap((one) => troubleOf(one) ?? []).toSorted((a, b) => b.rank - a.rank)
  const more = troubles.length - mostShown
  const hasSource = data.utterances.some((one) => one.sourceText !== undefined)
  if (troubles.length === 0) {
    return html`<section id="mend" aria-labelledby="mend-title">
      <h2 id="mend-title">Lines to mend</h2>
      <p class="fine">
        None: ${data.utterances.some(isHeard) ? "all are heard at a comfortable tempo, in time." : "nothing is heard."}
      </p>
      <details>
        <summary>Changing a line all the same</summary>
        <p>Change it in <code>${data.mend.file}</code>, then run this: only what changed is spoken again.</p>
        ${command(data)}
      </details>
    </section>`
  }
  return html`<section id="mend" aria-labelledby="mend-title">
    <h2 id="mend-title">
      Lines to mend <small>${countLines(troubles.map(({ one }) => one)).toLocaleString("en")}</small>
    </h2>
    <p>
      The lines are in <code>${data.mend.file}</code>. After a change this speaks again what failed or was changed, and
      nothing else:
    </p>
    ${command(data)}
    <div class="scroll short" role="region" aria-label="Table of the lines to mend" tabindex="0">
      <table class="mend" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">Line</th>
            <th scope="col" role="columnheader">At</th>
            <th scope="col" role="columnheader">What</th>
            <th scope="col" role="columnheader">${data.spoken.name}</th>
            ${hasSource ? html`<th scope="col" role="columnheader">${data.source?.name ?? "Original"}</th>` : undefined}
            <th scope="col" role="columnheader">What mends it</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${troubles.slice(0, mostShown).map(
            ({ mend, one, what }) =>
              html`<tr role="row">
                <td role="cell" class="n">${lineNumbers(one)}</td>
                <td role="cell" class="n">${playButton(data, one)}</td>
                <td role="cell" class="what"><i class="swatch ${shadeOf(one)}"></i>${what}</td>
                ${textCells(data, one, hasSource)}
                <td role="cell" class="how">${mend}</td>
              </tr>`
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="help">The worst ${mostShown}; ${more.toLocaleString("en")} more are in the table of <a href="#lines">all lines</a>.</p>` : undefined}
  </section> `
}

/** What a person should know before anything else. */
export const warnings = (data: PageData): Html | undefined => {
  const failed = data.utterances.filter((one) => one.status === "failed")
  const isTooLate = failed.every(({ mend }) => mend === "time")
  const notices: ReadonlyArray<Html> =
    data.status === "failed"
      ? [
          html`<b>Nothing was written.</b>
            ${failed[0]?.error === undefined ? "No line was spoken." : `No line could be spoken: ${failed[0].error}`}`
        ]
      : failed.length > 0
        ? [
            html`<b>${counted(countLines(failed), "line")} ${isTooLate ? "cannot be heard" : "could not be spoken"}.</b>
              ${isTooLate ? "The video ends before." : "The original is heard there."} The first is at
              ${moment(failed[0]!.start)}. <a href="#mend">What mends it</a>`
          ]
        : []
  if (notices.length === 0 && data.warnings.length === 0) return undefined
  return html`<section aria-label="Warnings" class="warnings">
    ${notices.map((notice) => html`<p class="bad">${notice}</p>`)}
    ${
      data.warnings.length === 0
        ? undefined
        : html`<p><b>Warnings</b></p>
            <ul>
              ${data.warnings.map((warning) => html`<li dir="auto">${warning}</li>`)}
            </ul>`
    }
  </section> `
}
