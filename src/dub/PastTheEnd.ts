import { toSamples, toSeconds } from "../domain/Sound.ts"
import type { Placement, Timeline } from "../domain/Timeline.ts"
import { lineName, type Utterance } from "../domain/Utterance.ts"

/** Why a line is never heard, whatever is run again: it begins too late, or what is said before it takes all the time. */
export const pastTheEnd = "starts after the end of the video"
export const noTimeLeft = "no time is left for it before the end of the video"

interface WithError {
  readonly error?: string | undefined
}

export const startsPastTheEnd = ({ error }: WithError): boolean => error === pastTheEnd

export const hasNoTimeLeft = ({ error }: WithError): boolean => error === noTimeLeft

/** Whether a line failed that no other run would speak either. */
export const isPastTheEnd = (one: WithError): boolean => startsPastTheEnd(one) || hasNoTimeLeft(one)

/** Less than this is not missed at the end of a line; seconds. */
const audible = 0.05

/** What is heard of a plan: nothing after the end of the video. A line that would only begin there has failed. */
export const untilTheEnd = ({ duration, placements }: Timeline): Timeline => {
  const end = toSamples(duration)
  return {
    duration,
    placements: placements.map((one): Placement => {
      if (toSamples(one.spokenEnd) <= end) return one
      if (toSamples(one.spokenStart) < end) return { ...one, spokenEnd: toSeconds(end) }
      const past = { ...one, spokenStart: toSeconds(end), spokenEnd: toSeconds(end) }
      return one.key === null ? past : { ...past, key: null, tempo: 1, status: "failed" }
    })
  }
}

/** What a person is told of lines whose own end is not heard: a sentence each. */
export const cutOffWarnings = (utterances: ReadonlyArray<Utterance>, { placements }: Timeline): ReadonlyArray<string> =>
  placements.flatMap(({ clipSeconds, key, spokenEnd, spokenStart, tempo }, i) => {
    const whole = clipSeconds / tempo
    const lost = whole - (spokenEnd - spokenStart)
    if (key === null || lost < audible) return []
    const name = lineName(utterances[i]!).replace("l", "L")
    return [
      `${name} ${utterances[i]!.lines.length === 1 ? "is" : "are"} cut off by the end of the video: ${lost.toFixed(1)} of ${whole.toFixed(1)} s are not heard`
    ]
  })
