import { countLines, lineName, lineNumbers } from "../../domain/Utterance.ts"
import { html, type Html } from "../Html.ts"
import { driftOf, isHeard, moment, number, type PageData, type PageUtterance } from "./Data.ts"
import { shadeOf } from "./Tempo.ts"

/** When a line is heard; pressed, it is played. */
export const playButton = (data: PageData, one: PageUtterance): Html =>
  data.media === undefined || !isHeard(one)
    ? html`${moment(one.start)}`
    : html`<button
        type="button"
        class="time"
        data-play="${one.id}"
        aria-label="Play ${lineName(one)} at ${moment(one.spokenStart)}"
      >
        ${moment(one.spokenStart)}
      </button>`

/** What a line says in the dub, and in the source where there is a column for it. */
export const textCells = (data: PageData, one: PageUtterance, hasSource: boolean): Html => {
  const original = html`<td
    role="cell"
    class="text"
    dir="auto"
    ${data.source === undefined ? undefined : html`lang="${data.source.tag}"`}
  >
    ${one.sourceText ?? ""}
  </td>`
  return html`<td role="cell" class="text" dir="auto" lang="${data.spoken.tag}">${one.text}</td>
    ${hasSource ? original : undefined}`
}

const outcome = (one: PageUtterance): string =>
  one.status === "failed"
    ? `failed: ${one.error ?? "no reason given"}`
    : one.status === "overflow"
      ? "not enough room"
      : !isHeard(one)
        ? "nothing to say"
        : one.cached
          ? "kept"
          : "spoken"

/** Every line with its numbers: what the timeline shows, for those who read. */
export const allLines = (data: PageData): Html => {
  const hasSource = data.utterances.some((one) => one.sourceText !== undefined)
  const hasSpeakers = data.utterances.some((one) => one.speaker !== null)
  const row = (one: PageUtterance) => {
    const heard = isHeard(one)
    return html`<tr id="l${one.id}">
      <th scope="row" class="n">${lineNumbers(one)}</th>
      <td class="n">${playButton(data, one)}</td>
      ${hasSpeakers ? html`<td>${one.speaker ?? ""}</td>` : undefined}${textCells(data, one, hasSource)}
      <td class="n">${heard ? html`<i class="swatch ${shadeOf(one)}"></i>${one.tempo.toFixed(2)}×` : undefined}</td>
      <td class="n">${heard ? `${number(driftOf(one), 2)} s` : ""}</td>
      <td class="n">
        ${heard ? `${(one.spokenEnd - one.spokenStart).toFixed(1)} of ${Math.max(0, one.slotEnd - one.start).toFixed(1)} s` : ""}
      </td>
      <td class="n">${one.attempts}</td>
      <td>${outcome(one)}</td>
    </tr> `
  }
  return html`<section id="lines" aria-labelledby="lines-title">
    <h2 id="lines-title">All lines <small>${countLines(data.utterances).toLocaleString("en")}</small></h2>
    <p class="fine">Their numbers are those of subs.srt; lines that are spoken at one go share a row.</p>
    <details id="all">
      <summary>Show them as a table</summary>
      <p class="filter" hidden>
        <label>Only lines with <input type="search" id="filter" autocomplete="off" spellcheck="false" /></label>
        <output id="found" for="filter"></output>
      </p>
      <div class="scroll" role="region" aria-label="Table of all lines" tabindex="0">
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">At</th>
              ${hasSpeakers ? html`<th scope="col">Speaker</th>` : undefined}
              <th scope="col">${data.spoken.name}</th>
              ${hasSource ? html`<th scope="col">${data.source?.name ?? "Original"}</th>` : undefined}
              <th scope="col">Tempo</th>
              <th scope="col">Late by</th>
              <th scope="col">Of its room</th>
              <th scope="col">Attempts</th>
              <th scope="col">Status</th>
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
