import { html, type Html, trusted } from "../Html.ts"
import type { PageData, PageFile } from "./Data.ts"

/** Icons are drawn, not written: a font may lack them. */
const icon = (path: string): Html =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${trusted(path)}" /></svg>`

const media = (kind: "video" | "audio", id: string, { path, url }: PageFile, label: string, isShown: boolean): Html => {
  const attributes = html`id="${id}" src="${url}" data-path="${path}" aria-label="${label}"
  ${isShown ? html`preload="metadata"` : html`preload="none" hidden`}`
  return kind === "video" ? html`<video ${attributes} playsinline></video>` : html`<audio ${attributes}></audio>`
}

/** What plays the lines: it comes up when one is to be heard. */
export const player = (data: PageData): Html | undefined => {
  if (data.media === undefined) return undefined
  const { dub, kind, original } = data.media
  return html`<section id="player" aria-label="Player" hidden>
    <div class="screen ${kind}">
      ${media(kind, "dub", dub, "The dubbed video", true)}
      ${media(kind, "original", original, "The original video", false)}
    </div>
    <div class="buttons">
      <button type="button" id="previous" aria-label="Previous line">${icon("M18 5v14L8 12zM6 5h2v14H6z")}</button>
      <button type="button" id="toggle" aria-label="Play">
        <span class="on">${icon("M7 4l13 8-13 8z")}</span><span class="off">${icon("M6 4h4v16H6zM14 4h4v16h-4z")}</span>
      </button>
      <button type="button" id="next" aria-label="Next line">${icon("M6 5l10 7-10 7zM16 5h2v14h-2z")}</button>
      <span class="which" role="group" aria-label="What is heard">
        <button type="button" id="hear-dub" aria-pressed="true">Dub</button
        ><button type="button" id="hear-original" aria-pressed="false">Original</button>
      </span>
      <label class="going"><input type="checkbox" id="going" /> go on after the line</label>
    </div>
    <div id="now"></div>
    <button type="button" id="close" aria-label="Close the player">
      ${icon("M6 4.6L4.6 6l6 6-6 6L6 19.4l6-6 6 6 1.4-1.4-6-6 6-6L18 4.6l-6 6z")}
    </button>
  </section> `
}
