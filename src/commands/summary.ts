import type { Report, UtteranceReport } from "../dub/Report.ts"

const clock = (seconds: number): string => {
  const whole = Math.floor(seconds)
  const hours = Math.floor(whole / 3600)
  const minutes = String(Math.floor((whole % 3600) / 60)).padStart(hours > 0 ? 2 : 1, "0")
  return `${hours > 0 ? `${hours}:` : ""}${minutes}:${String(whole % 60).padStart(2, "0")}`
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

const worst = (utterances: ReadonlyArray<UtteranceReport>): UtteranceReport | undefined =>
  utterances
    .filter((one) => one.key !== null)
    .reduce<UtteranceReport | undefined>(
      (most, one) => (most === undefined || one.tempo > most.tempo ? one : most),
      undefined
    )

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

/** What a person wants to know when a run is over, a fact a line. */
export const summary = (report: Report): ReadonlyArray<string> => {
  const { fit, requests, sound, utterances } = report
  const spoken = utterances.filter((one) => one.key !== null)
  const failed = utterances.filter((one) => one.status === "failed")
  const overflow = utterances.filter((one) => one.status === "overflow")
  const fastest = worst(utterances)
  const lines = [
    ...(report.output === null ? [] : [`video     ${report.output}`]),
    `lines     ${spoken.length} spoken, ${requests.speech.cached} of them kept from before${failed.length > 0 ? `, ${failed.length} failed` : ""}`
  ]
  if (spoken.length > 0) {
    lines.push(
      `fit       ${percent(fit.withinComfort)} at a comfortable tempo (0.9 to 1.15), late by ${fit.driftP95.toFixed(2)} s at most for 95 %`
    )
  }
  if (fastest !== undefined && fastest.tempo > 1.15) {
    lines.push(`fastest   ${fastest.tempo.toFixed(2)}× at ${clock(fastest.spokenStart)}: ${shorten(fastest.text)}`)
  }
  if (overflow.length > 0) {
    lines.push(
      `no room   ${overflow.length} lines, the first at ${clock(overflow[0]!.spokenStart)}: ${shorten(overflow[0]!.text)}`
    )
  }
  if (sound.integratedLufs !== null && sound.truePeakDbtp !== null) {
    const source = sound.sourceLufs === null ? "" : `, the source ${sound.sourceLufs.toFixed(1)} LUFS`
    lines.push(
      `sound     ${sound.integratedLufs.toFixed(1)} LUFS, true peak ${sound.truePeakDbtp.toFixed(1)} dBTP${source}`
    )
  }
  if (report.cost.actualUsd > 0) lines.push(`cost      $${report.cost.actualUsd.toFixed(4)}`)
  if (requests.speech.sent > 0 && requests.speech.peakConcurrency > 1) {
    lines.push(
      `speaking  ${requests.speech.sent} requests, up to ${requests.speech.peakConcurrency} at once, ${requests.speech.seconds.toFixed(1)} s one by one`
    )
  }
  for (const one of failed.slice(0, 10)) {
    lines.push(`failed    ${clock(one.start)} ${shorten(one.text)}: ${one.error ?? "no reason given"}`)
  }
  return lines
}
