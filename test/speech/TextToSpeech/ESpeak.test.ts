import { NodeServices } from "@effect/platform-node"
import { assert, describe, it as test, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Option } from "effect"
import * as Language from "../../../src/domain/Language.ts"
import { Ffmpeg } from "../../../src/media/Ffmpeg.ts"
import { decodeWav } from "../../../src/media/Wav.ts"
import { RequestLog } from "../../../src/requests/RequestLog.ts"
import * as AudioCheck from "../../../src/speech/AudioCheck.ts"
import { TextToSpeech, type SpeechRequest } from "../../../src/speech/TextToSpeech.ts"
import * as ESpeak from "../../../src/speech/TextToSpeech/ESpeak.ts"

const table = `Pty Language       Age/Gender VoiceName          File                 Other Languages
 5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
 5  de              --/M      German             gmw/de
 2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)
 5  en-gb-scotland  --/M      English_(Scotland) gmw/en-GB-scotland   (en 4)
 2  en-us           --/M      English_(America)  gmw/en-US            (en 3)
 5  es              --/M      Spanish_(Spain)    roa/es
 5  es-419          --/M      Spanish_(Latin_America) roa/es-419           (es-mx 6)(es 6)
 5  fr-be           --/M      French_(Belgium)   roa/fr-BE            (fr 8)
 5  fr-fr           --/M      French_(France)    roa/fr               (fr 5)
 5  hr              --/M      Croatian           zls/hr               (hbs 5)
 5  nb              --/M      Norwegian_Bokmål  gmq/nb               (no 5)
 5  pt              --/M      Portuguese_(Portugal) roa/pt               (pt-pt 5)
 5  pt-br           --/M      Portuguese_(Brazil) roa/pt-BR            (pt 6)
 5  yue             --/M      Chinese_(Cantonese) sit/yue              (zh-yue 5)(zh 8)
 5  de              --/M      german-mb-de1      mb/mb-de1
`

describe("voiceFor", () => {
  const voices = ESpeak.parseVoices(table)
  for (const [language, voice] of [
    ["de", "de"],
    ["de-AT", "de"],
    ["en", "en-us"],
    ["en-US", "en-us"],
    ["en-GB", "en-gb"],
    ["en-AU", "en-gb"],
    ["es", "es"],
    ["es-ES", "es"],
    ["es-MX", "es-419"],
    ["es-AR", "es-419"],
    ["es-419", "es-419"],
    ["fr", "fr-fr"],
    ["fr-BE", "fr-be"],
    ["fr-CA", "fr-fr"],
    ["pt", "pt"],
    ["pt-PT", "pt"],
    ["pt-BR", "pt-br"],
    ["zh", "cmn"],
    ["zh-Hans-CN", "cmn"],
    ["zh-HK", "yue"],
    ["yue", "yue"],
    ["no", "nb"],
    ["nn", "nb"],
    ["hbs", "hr"],
    ["tl", undefined]
  ] as const) {
    test(`speaks ${language} with ${voice}`, () => {
      assert.strictEqual(ESpeak.voiceFor(voices, Language.Language.make(language)), voice)
    })
  }

  test("leaves out voices that need data of their own", () => {
    assert.strictEqual(voices.filter(({ id }) => id === "de").length, 1)
    assert.deepStrictEqual(ESpeak.parseVoices(""), [])
  })
})

const Live = Layer.provideMerge(Ffmpeg.layer, Layer.merge(NodeServices.layer, RequestLog.layer))

const ask = (text: string, changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  subject: "utterance 1",
  text,
  voice: undefined,
  language: Language.Language.make("es"),
  ...changes
})

const speak = (request: SpeechRequest, settings: ESpeak.ESpeakSettings = {}) =>
  TextToSpeech.use((tts) => tts.speak(request)).pipe(Effect.provide(ESpeak.layer(settings)))

const secondsOf = (bytes: Uint8Array) => {
  const { samples, sampleRate } = Option.getOrThrow(decodeWav(bytes))
  return samples.length / sampleRate
}

const failure = (request: SpeechRequest, settings?: ESpeak.ESpeakSettings) => Effect.flip(speak(request, settings))

layer(Live, { excludeTestServices: true })("ESpeak", (it) => {
  it.effect("speaks, the same every time, as WAV that passes the check", () =>
    Effect.gen(function* () {
      const request = ask("Hola, ¿qué tal estáis?")
      const one = yield* speak(request)
      const two = yield* speak(request)
      assert.deepStrictEqual(one.bytes, two.bytes)
      assert.strictEqual(one.contentType, "audio/wav")
      assert.isUndefined(one.usd)
      assert.strictEqual(one.characters, 22)
      assert.isAbove(secondsOf(one.bytes), 0.8)
      const checked = yield* TextToSpeech.use((tts) => tts.speak(request)).pipe(
        Effect.provide(AudioCheck.layer(ESpeak.layer()))
      )
      assert.closeTo(secondsOf(checked.bytes), secondsOf(one.bytes), 1e-4)
    })
  )

  it.effect("has a voice for each language, and takes others", () =>
    Effect.gen(function* () {
      const text = "Internet radio 2026"
      const spanish = yield* speak(ask(text))
      const german = yield* speak(ask(text, { language: Language.Language.make("de-CH") }))
      const named = yield* speak(ask(text, { voice: "de" }))
      const set = yield* speak(ask(text), { defaultVoice: "de" })
      assert.notDeepEqual(spanish.bytes, german.bytes)
      assert.deepStrictEqual(german.bytes, named.bytes)
      assert.deepStrictEqual(german.bytes, set.bytes)
      const { provider } = yield* TextToSpeech.pipe(Effect.provide(ESpeak.layer()))
      assert.strictEqual(provider.defaultVoice(Language.Language.make("pt-BR")), "pt-br")
    })
  )

  it.effect("knows which voices it has, before it speaks", () =>
    Effect.gen(function* () {
      const { provider } = yield* TextToSpeech.pipe(Effect.provide(ESpeak.layer()))
      const check = provider.checkVoice!
      yield* Effect.forEach(["de", "en-us+f3", "pt-br"], check)
      const errors = yield* Effect.forEach(["nova", "nobody"], (voice) => Effect.flip(check(voice)))
      assert.deepStrictEqual(
        errors.map(({ reason }) => reason._tag),
        ["NotThere", "NotThere"]
      )
      assert.include(errors[0]!.message, "OPENAI_API_KEY")
    })
  )

  it.effect("speaks faster and slower", () =>
    Effect.gen(function* () {
      const text = "Una frase de longitud mediana para medir la velocidad."
      const slow = secondsOf((yield* speak(ask(text, { speed: 0.7 }))).bytes)
      const normal = secondsOf((yield* speak(ask(text))).bytes)
      const fast = secondsOf((yield* speak(ask(text, { speed: 1.5 }))).bytes)
      assert.isAbove(slow, normal * 1.2)
      assert.isBelow(fast, normal * 0.8)
    })
  )

  it.effect("takes text for text: options, phonemes, markup and commands", () =>
    Effect.gen(function* () {
      for (const text of [
        "--help",
        "-v en",
        "$(touch x) `ls` | cat",
        "[[h@'loU]] mundo",
        "<b>uno</b>",
        "\u0001hola\u0000"
      ]) {
        assert.isAbove(secondsOf((yield* speak(ask(text))).bytes), 0.2, text)
      }
      const words = yield* speak(ask("Uno [h@ dos"))
      const phonemes = yield* speak(ask("Uno [[h@ dos"))
      assert.deepStrictEqual(words.bytes, phonemes.bytes)
    })
  )

  it.effect("speaks long texts", () =>
    Effect.gen(function* () {
      const sentence = "Esta es una frase que se repite muchas veces. "
      const audio = yield* speak(ask(sentence.repeat(100)))
      assert.isAbove(secondsOf(audio.bytes), 150)
    })
  )

  it.effect("says so when nobody speaks the language, and how to choose", () =>
    Effect.gen(function* () {
      const error = yield* failure(ask("Kumusta", { language: Language.Language.make("tl") }))
      assert.strictEqual(error.reason._tag, "NotThere")
      assert.match(error.message, /^espeak: eSpeak NG has no voice for \w+ \(tl\)\. Choose one of .*--voice.*--tts/)
    })
  )

  it.effect("says so when the voice is not there", () =>
    Effect.gen(function* () {
      const error = yield* failure(ask("Hola ".repeat(50_000), { voice: "qq-nobody" }))
      assert.strictEqual(error.reason._tag, "NotThere")
      assert.include(error.message, '"qq-nobody" is not there')
      const others = yield* failure(ask("Hola.", { voice: "nova" }))
      assert.strictEqual(
        others.message,
        'espeak: "nova" is a voice of OpenAI, which needs a key: set OPENAI_API_KEY and use --tts openai, or choose one of "dubber voices --tts espeak"'
      )
      const byId = yield* failure(ask("Hola.", { voice: "21m00Tcm4TlvDq8ikWAM" }))
      assert.include(byId.message, "a voice of ElevenLabs, which needs a key: set ELEVENLABS_API_KEY")
    })
  )

  it.effect("says how to install it, when it is asked to speak and not before", () =>
    Effect.gen(function* () {
      const settings = { program: "no-such-espeak" }
      const { provider } = yield* TextToSpeech.pipe(Effect.provide(ESpeak.layer(settings)))
      assert.strictEqual(provider.defaultVoice(Language.Language.make("pt-BR")), "pt-br")
      const error = yield* failure(ask("Hola"), settings)
      assert.strictEqual(error.reason._tag, "NotThere")
      assert.include(error.message, "apt-get install espeak-ng")
    })
  )

  it.effect("ends the process at the deadline and when interrupted", () =>
    Effect.gen(function* () {
      const endless = ask("Una frase. ".repeat(9000))
      const error = yield* failure(endless, { deadlineSeconds: 0.2 })
      assert.strictEqual(error.reason._tag, "TimedOut")
      const fiber = yield* Effect.forkChild(speak(endless))
      yield* Effect.sleep("100 millis")
      yield* Fiber.interrupt(fiber)
    })
  )
})
