import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { toSamples } from "../domain/Sound.ts"
import { decodeWav, encodeWav } from "../media/Wav.ts"
import { BadAnswer, ServiceError } from "../requests/ServiceError.ts"
import { decorate } from "./Decorator.ts"
import { keepClips, type KeepSettings } from "./KeepClips.ts"
import { TextToSpeech, type SpeechAudio, type SpeechRequest } from "./TextToSpeech.ts"

/** Where a text may be cut, the best place first: after a sentence, after a clause, between words. */
const places = [/[.!?…。！？।؟]+["'”’»)\]]*(?:\s+|(?<=[。！？]))|\n+/gu, /[,;:،，、；：—–]+["'”’»)\]]*\s*/gu, /\s+/gu]

/** The last place of a kind within the text, not so early that the part before would be a scrap. */
const lastPlace = (text: string, pattern: RegExp): number | undefined => {
  const ends = [...text.matchAll(pattern)].map((match) => match.index + match[0].length)
  return ends.findLast((end) => end >= text.length / 4)
}

/** The parts of a text, none longer than `longest` characters (UTF-16 units), cut where it hurts least. */
export const splitText = (text: string, longest: number): ReadonlyArray<string> => {
  const parts: Array<string> = []
  let rest = text.trim()
  while (rest.length > longest) {
    const head = rest.slice(0, longest)
    const isSurrogate = /[\uD800-\uDBFF]$/.test(head)
    const place = places.map((pattern) => lastPlace(head, pattern)).find((found) => found !== undefined)
    const cut = place ?? Math.max(1, isSurrogate ? longest - 1 : longest)
    parts.push(rest.slice(0, cut).trim())
    rest = rest.slice(cut).trim()
  }
  return rest === "" && parts.length > 0 ? parts : [...parts, rest]
}

const fade = toSamples(0.005)
const breath = toSamples(0.12)

/** Parts one after another with a breath between, their inner ends faded so that nothing clicks. */
export const joinSamples = (parts: ReadonlyArray<Float32Array>): Float32Array => {
  const total = parts.reduce((sum, part) => sum + part.length, 0) + breath * Math.max(0, parts.length - 1)
  const joined = new Float32Array(total)
  let at = 0
  parts.forEach((part, index) => {
    joined.set(part, at)
    const length = Math.min(fade, part.length)
    for (let i = 0; i < length; i++) {
      if (index > 0) joined[at + i]! *= i / length
      if (index < parts.length - 1) joined[at + part.length - 1 - i]! *= i / length
    }
    at += part.length + breath
  })
  return joined
}

const sum = (numbers: ReadonlyArray<number | undefined>): number | undefined =>
  numbers.every((one) => one === undefined) ? undefined : numbers.reduce<number>((total, one) => total + (one ?? 0), 0)

/**
 * Speaks a text longer than the provider takes in parts, each with its neighbours as context, and joins them. The
 * parts are kept as clips of their own, so that none is paid for again when another fails. Needs checked audio inside.
 */
export const layer = <E, R>(inner: Layer.Layer<TextToSpeech, E, R>, settings: KeepSettings = {}) =>
  decorate(inner, (tts) =>
    Effect.gen(function* () {
      const { provider } = tts
      const keeping = yield* keepClips(tts, settings)

      const samplesOf = (audio: SpeechAudio) =>
        Option.match(decodeWav(audio.bytes), {
          onSome: ({ samples }) => Effect.succeed(samples),
          onNone: () =>
            Effect.fail(
              new ServiceError({ service: provider.service, reason: new BadAnswer({ message: "a part is no WAV" }) })
            )
        })

      const speakParts = Effect.fn("Split.speak")(function* (request: SpeechRequest, texts: ReadonlyArray<string>) {
        const parts = yield* Effect.forEach(
          texts,
          (text, i) =>
            keeping.speak({
              ...request,
              text,
              previousText: texts[i - 1] ?? request.previousText,
              nextText: texts[i + 1] ?? request.nextText,
              slotSeconds: undefined
            }),
          { concurrency: "unbounded" }
        )
        const samples = yield* Effect.forEach(parts, samplesOf)
        return {
          bytes: encodeWav(joinSamples(samples)),
          contentType: "audio/wav",
          usd: sum(parts.map((part) => part.usd)),
          characters: sum(parts.map((part) => part.characters))
        } satisfies SpeechAudio
      })

      return TextToSpeech.of({
        provider,
        speak: (request) => {
          if (request.text.length <= provider.longestInput) return tts.speak(request)
          return speakParts(request, splitText(request.text, provider.longestInput))
        }
      })
    })
  )
