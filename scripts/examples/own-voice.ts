/**
 * Dubs a video with a voice of its own: here one that whistles each letter. Run it from the checkout:
 *
 *     node scripts/examples/own-voice.ts talk.mp4 talk.srt
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, Layer } from "effect"
import { defaults, dub, dubbingLayer, encodeWav, Language, TextToSpeech } from "../../src/index.ts"

/** Seconds of a letter, and its pitch. */
const seconds = 0.07
const rate = 48_000

const whistle = (text: string): Float32Array => {
  const letters = [...text.toLowerCase()].filter((letter) => letter >= "a" && letter <= "z")
  const samples = new Float32Array(Math.round((letters.length + 1) * seconds * rate))
  for (const [i, letter] of letters.entries()) {
    const hertz = 300 + 40 * (letter.charCodeAt(0) - 97)
    const start = Math.round(i * seconds * rate)
    const length = Math.round(seconds * rate)
    for (let k = 0; k < length; k++) {
      samples[start + k] = 0.3 * Math.sin((Math.PI * k) / length) * Math.sin((2 * Math.PI * hertz * k) / rate)
    }
  }
  return samples
}

const Whistler = Layer.succeed(TextToSpeech, {
  provider: {
    service: "whistler",
    model: "one",
    address: "",
    defaultVoice: () => "only",
    longestInput: 1000
  },
  speak: (request) => Effect.succeed({ bytes: encodeWav(whistle(request.text)), contentType: "audio/wav" })
})

const [video = "talk.mp4", subs = "talk.srt"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const settings = { ...defaults, video, subs, from: Language.Language.make("en") }
  const { done } = yield* dub(settings, [])
  for (const report of done) yield* Console.log(`${report.status}: ${report.output}`)
})

const layer = dubbingLayer({ workdir: ".work/whistled", concurrency: 5, voice: Whistler }).pipe(
  Layer.provideMerge(NodeServices.layer)
)

program.pipe(Effect.provide(layer), NodeRuntime.runMain)
