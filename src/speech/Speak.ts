import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { RequestPlace } from "../requests/Turns.ts"
import { AttemptCount } from "../requests/RequestPolicy.ts"
import type { ServiceError } from "../requests/ServiceError.ts"
import { clipSamples } from "./Clips.ts"
import { beginOrder } from "./Order.ts"
import { TextToSpeech, type SpeechRequest } from "./TextToSpeech.ts"

/** A line to be spoken, by whatever number the caller knows it. */
export interface SpeakRequest {
  readonly id: number
  readonly request: SpeechRequest
}

/** What became of a line. The sound itself is in Clips under `key`. */
export interface SpokenLine {
  readonly id: number
  readonly status: "ok" | "failed"
  readonly key?: string
  /** Length of the clip at 48 kHz. */
  readonly samples?: number
  /** Nothing was asked of the service for it. */
  readonly cached: boolean
  /** Requests that were sent for it in this run. */
  readonly attempts: number
  readonly error?: string
  /** What speaks it where asking for the same again does not: other words, or asking for it at all. */
  readonly mend?: "words" | "asking" | undefined
}

export interface SpeakSettings {
  /** The ceiling of requests at once, as the RequestPolicy was given it. */
  readonly concurrency: number | "auto"
  /** Called with each line as it is done, and with its sound: a whole clip, to be read and not to be kept or changed. */
  readonly onDone?: ((line: SpokenLine, wav: Uint8Array | undefined) => Effect.Effect<void>) | undefined
}

/** Lines under way: more than may be sent at once, so that those which wait to be asked again leave no slot empty. */
export const fanOut = (concurrency: number | "auto"): number => (concurrency === "auto" ? 128 : 2 * concurrency + 8)

const mendOf = ({ reason }: ServiceError): SpokenLine["mend"] => {
  if (reason._tag !== "Refused" || reason.unasked === "unwritable") return undefined
  return reason.unasked === "cached only" ? "asking" : "words"
}

const speakLine = Effect.fnUntraced(function* (
  tts: TextToSpeech["Service"],
  { id, request }: SpeakRequest,
  onDone: SpeakSettings["onDone"]
) {
  const count = { attempts: 0 }
  const result = yield* Effect.result(Effect.provideService(tts.speak(request), AttemptCount, count))
  const { attempts } = count
  let line: SpokenLine
  let wav: Uint8Array | undefined
  if (Result.isFailure(result)) {
    const { failure } = result
    line = { id, status: "failed", cached: false, attempts, error: failure.message, mend: mendOf(failure) }
  } else {
    const { bytes, key, cached = false } = result.success
    wav = bytes
    line = {
      id,
      status: "ok",
      cached,
      attempts,
      ...(key === undefined ? {} : { key }),
      ...Option.match(clipSamples(bytes), { onNone: () => ({}), onSome: (samples) => ({ samples }) })
    }
  }
  if (onDone !== undefined) yield* onDone(line, wav)
  return line
})

/**
 * Has all lines spoken, as many at once as asked for, without batches. A line that fails does not stop the others, and
 * each line has its result, in the order of the requests. Interrupted, it starts nothing more and keeps what comes
 * within the grace of the RequestPolicy.
 */
export const speakAll = Effect.fn("speakAll")(function* (
  requests: ReadonlyArray<SpeakRequest>,
  settings: SpeakSettings
) {
  const tts = yield* TextToSpeech
  const lines = Array.from<SpokenLine>({ length: requests.length })
  const lengths = requests.map(({ request }) => request.text.length)
  yield* Effect.forEach(
    beginOrder(lengths, settings.concurrency),
    (position, place) =>
      speakLine(tts, requests[position]!, settings.onDone).pipe(
        Effect.provideService(RequestPlace, place),
        Effect.map((line) => void (lines[position] = line))
      ),
    { concurrency: fanOut(settings.concurrency), discard: true }
  )
  return lines as ReadonlyArray<SpokenLine>
})

/** The same for lines that come one after another, while later ones are still being made: results as they come. */
export const speakStream = <E, R>(requests: Stream.Stream<SpeakRequest, E, R>, settings: SpeakSettings) =>
  Stream.unwrap(
    Effect.map(TextToSpeech, (tts) =>
      requests.pipe(
        Stream.mapEffect((one) => speakLine(tts, one, settings.onDone), {
          concurrency: fanOut(settings.concurrency),
          unordered: true
        })
      )
    )
  )
