import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Problem } from "../domain/Problem.ts"
import { RequestPolicy } from "../requests/RequestPolicy.ts"
import { RequestLog } from "../requests/RequestLog.ts"
import { Refused, ServiceError } from "../requests/ServiceError.ts"
import { keyOf } from "./ClipKey.ts"
import { Clips } from "./Clips.ts"
import { decorate } from "./Decorator.ts"
import { TextToSpeech, type SpeechAudio, type SpeechRequest } from "./TextToSpeech.ts"

export interface KeepSettings {
  /** Asks for nothing: what is not kept fails. */
  readonly cachedOnly?: boolean | undefined
}

/** What became of a request that others wait for too; none: it was interrupted, and one of them goes on. */
type Outcome = Option.Option<Exit.Exit<SpeechAudio, ServiceError>>

/**
 * A TextToSpeech that keeps what it is given in Clips and asks for nothing twice: neither for what is kept, nor for
 * what is being asked for at the same time. What has come when the run is interrupted is still kept. When clips cannot
 * be written nothing more is asked for.
 */
export const keepClips = Effect.fnUntraced(function* (tts: TextToSpeech["Service"], settings: KeepSettings) {
  const clips = yield* Clips
  const log = yield* RequestLog
  const policy = yield* Effect.serviceOption(RequestPolicy)
  const { provider } = tts
  const underWay = new Map<string, Deferred.Deferred<Outcome>>()
  let unwritable: ServiceError | undefined
  const refused = (unasked: "cached only" | "unwritable", message: string) =>
    new ServiceError({ service: provider.service, reason: new Refused({ unasked, message }) })

  const kept = (key: string, bytes: Uint8Array): Effect.Effect<SpeechAudio> =>
    Effect.as(log.cached("speech"), { bytes, contentType: "audio/wav", key, cached: true })

  const because = ({ message }: Problem) => refused("unwritable", message.replace(/\.$/, ""))

  /** What waits for its turn is not sent either: its sound would be paid for and lost. */
  const giveUp = Effect.fnUntraced(function* (problem: Problem) {
    unwritable ??= because(problem)
    if (Option.isSome(policy)) yield* policy.value.stop(unwritable)
    return yield* unwritable
  })

  const ask = Effect.fnUntraced(function* (key: string, request: SpeechRequest) {
    if (unwritable !== undefined) return yield* unwritable
    yield* clips.checkFolder.pipe(Effect.catch(giveUp))
    yield* clips.checkPlace(key).pipe(Effect.mapError(because))
    const audio = yield* tts.speak(request)
    yield* clips.write(key, audio.bytes).pipe(Effect.catch(giveUp))
    return { ...audio, key, cached: false }
  })

  /** None where another has begun meanwhile. */
  const own = (key: string, request: SpeechRequest) =>
    // Only waits can be interrupted in there: an answer that has come is written before this ends.
    Effect.uninterruptible(
      Effect.suspend(() => {
        if (underWay.has(key)) return Effect.succeedNone
        const outcome = Deferred.makeUnsafe<Outcome>()
        underWay.set(key, outcome)
        return ask(key, request).pipe(
          Effect.onExit((exit) => {
            underWay.delete(key)
            const isInterrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
            return Deferred.succeed(outcome, isInterrupted ? Option.none() : Option.some(exit))
          }),
          Effect.asSome
        )
      })
    )

  const speak = Effect.fnUntraced(function* (request: SpeechRequest) {
    const key = keyOf(provider, request)
    for (;;) {
      const other = underWay.get(key)
      if (other !== undefined) {
        const outcome = yield* Deferred.await(other)
        if (Option.isNone(outcome)) continue
        return yield* Effect.flatMap(outcome.value, ({ bytes }) => kept(key, bytes))
      }
      const bytes = yield* clips.read(key)
      if (Option.isSome(bytes)) {
        if (Option.isSome(policy)) yield* policy.value.takesTexts
        return yield* kept(key, bytes.value)
      }
      if (settings.cachedOnly === true) return yield* refused("cached only", "not in the cache (--cached-only)")
      const audio = yield* own(key, request)
      if (Option.isSome(audio)) return audio.value
    }
  })

  return TextToSpeech.of({ provider, speak })
})

/** `keepClips` as a layer: the outermost of those around a provider. */
export const layer = <E, R>(inner: Layer.Layer<TextToSpeech, E, R>, settings: KeepSettings = {}) =>
  decorate(inner, (tts) => keepClips(tts, settings))
