import { max, mean, quantile } from "d3-array"
import { area } from "d3-shape"
import { html, type Html } from "../Html.ts"
import { amplitudes, type Peaks } from "../../media/Peaks.ts"
import type { PageData } from "./Data.ts"

const columns = 600

/** By how much both waveforms are drawn larger, so that the louder one fills its lane: they stay comparable. */
export const gainOf = ({ dub, original }: PageData["waves"]): number => {
  const loud = [original, dub].flatMap((peaks) =>
    peaks === undefined ? [] : [quantile(amplitudes(peaks), 0.995) ?? 0]
  )
  return 1 / Math.max(0.02, max(loud) ?? 1)
}

/** The waveform of the whole video as an area over 600 columns: its mean amplitude in each, up or down from a line. */
export const outline = (peaks: Peaks, duration: number, gain: number, line: number, height: number): string => {
  const levels = amplitudes(peaks)
  const perColumn = (duration * peaks.perSecond) / columns
  const heights = Array.from({ length: columns }, (_, i) => {
    const from = Math.floor(i * perColumn)
    const part = levels.subarray(from, Math.max(from + 1, Math.floor((i + 1) * perColumn)))
    return Math.min(1, (mean(part) ?? 0) * gain * 1.4)
  })
  const shape = area<number>()
    .digits(1)
    .x((_, i) => i + 0.5)
    .y0(line)
    .y1((level) => line + (Math.sign(height) * 0.6 + level * height))
  return shape(heights) ?? ""
}

/** Both waveforms of the whole video, the original's above the dub's. */
export const outlines = ({ duration, waves }: PageData): Html => {
  const gain = gainOf(waves)
  const { dub, original } = waves
  return html`<svg viewBox="0 0 ${columns} 100" preserveAspectRatio="none" aria-hidden="true">
    ${original === undefined ? undefined : html`<path class="original" d="${outline(original, duration, gain, 44, -42)}" />`}
    ${dub === undefined ? undefined : html`<path class="dub" d="${outline(dub, duration, gain, 56, 42)}" />`}
  </svg>`
}
