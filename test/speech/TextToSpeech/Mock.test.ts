import { NodeServices } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import * as Language from "../../../src/domain/Language.ts"
import { Ffmpeg } from "../../../src/media/Ffmpeg.ts"
import { decodeWav } from "../../../src/media/Wav.ts"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import * as AudioCheck from "../../../src/speech/AudioCheck.ts"
import { TextToSpeech, type SpeechRequest } from "../../../src/speech/TextToSpeech.ts"
import { layerMock } from "../../../src/speech/TextToSpeech/Mock.ts"

const Live = Layer.provideMerge(Ffmpeg.layer, Layer.merge(NodeServices.layer, RequestLog.layer))

const request: SpeechRequest = {
  subject: "utterance 1",
  text: "x".repeat(27),
  voice: undefined,
  language: Language.Language.make("en")
}

layer(Live)("layerMock", (it) => {
  it.effect("gives tones of exactly the length asked for, which pass the check unchanged", () =>
    Effect.gen(function* () {
      const tts = yield* TextToSpeech
      const audio = yield* tts.speak(request)
      assert.strictEqual(Option.getOrThrow(decodeWav(audio.bytes)).samples.length, 96_000)
      const checked = AudioCheck.layer(layerMock())
      const passed = yield* TextToSpeech.use((one) => one.speak(request)).pipe(Effect.provide(checked))
      assert.deepStrictEqual(passed.bytes, audio.bytes)
      const other = yield* tts.speak({ ...request, voice: "somebody" })
      assert.notDeepEqual(other.bytes, audio.bytes)
    }).pipe(Effect.provide(layerMock()))
  )

  it.effect("takes other lengths, and speed", () =>
    Effect.gen(function* () {
      const { bytes } = yield* TextToSpeech.use((tts) => tts.speak({ ...request, speed: 2 }))
      assert.strictEqual(Option.getOrThrow(decodeWav(bytes)).samples.length, 72_000)
    }).pipe(Effect.provide(layerMock({ secondsFor: () => 3 })))
  )
})
