import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Language } from "../../src/domain/Language.ts"
import { checkScript, type GivenLines } from "../../src/dub/CheckScript.ts"
import { checkScriptTimes } from "../../src/dub/CheckScriptTimes.ts"
import { Progress } from "../../src/dub/Progress.ts"
import { otherScriptThan, readsLikeOther } from "../../src/script/WrittenIn.ts"

const texts = {
  en: [
    "Good morning, and welcome to the first lesson of the year.",
    "Today we will talk about what the sky is made of."
  ],
  de: ["Guten Morgen und willkommen zur ersten Stunde des Jahres.", "Heute reden wir darüber, woraus der Himmel ist."],
  es: ["Buenos días y bienvenidos a la primera lección.", "Hoy vamos a hablar de qué está hecho el cielo."],
  pt: ["Bom dia e bem-vindos à primeira aula do ano.", "Hoje vamos falar sobre o que há no céu e por que ele é azul."],
  ru: ["Доброе утро и добро пожаловать на первый урок.", "Сегодня мы поговорим о том, из чего состоит небо."],
  ja: ["おはようございます。今年最初の授業へようこそ。", "今日は空が何でできているかについてお話しします。"],
  zh: ["早上好，欢迎来到今年的第一堂课。", "今天我们来谈谈天空是由什么构成的。"],
  ko: ["안녕하세요, 올해 첫 수업에 오신 것을 환영합니다.", "오늘은 하늘이 무엇으로 이루어져 있는지 이야기하겠습니다."],
  sr: ["Добро јутро и добро дошли на први час.", "Данас ћемо причати о томе од чега је небо."],
  names: ["Anna Schmidt, Berlin.", "Johann Sebastian Bach, Leipzig."]
} as const

const check = (words: ReadonlyArray<string>, to: string, more: Partial<GivenLines> = {}) =>
  Effect.gen(function* () {
    const cues = words.map((text, i) => ({ id: i + 1, start: i * 3, end: i * 3 + 2, text, speaker: null }))
    const progress = yield* Progress
    yield* checkScript({ path: "talk.srt", cues, language: Language.make(to), saidBy: "--to", ...more })
    return yield* progress.warnings
  }).pipe(Effect.provide(Progress.layerSilent), Effect.result)

const warningsOf = (words: ReadonlyArray<string>, to: string, more?: Partial<GivenLines>) =>
  Effect.map(check(words, to, more), (result) =>
    result._tag === "Success" ? result.success : [result.failure.message]
  )

describe("lines that somebody wrote", () => {
  it.effect("are told to read like another language than they are to be spoken in, by which file and what to do", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* warningsOf(texts.de, "es"), [
        "talk.srt reads like German, not Spanish as --to asks; it is spoken as it is. Give another file with --script, or --to de."
      ])
      assert.deepStrictEqual(yield* warningsOf(texts.de, "es", { path: "talk.es.srt", saidBy: "name" }), [
        "talk.es.srt reads like German, not Spanish as its name says; it is spoken as it is. Give the Spanish words with --script FILE, or rename the file."
      ])
      assert.include((yield* warningsOf(texts.de, "en", { saidBy: "video" }))[0], "not English as the video is")
      assert.include((yield* warningsOf(texts.pt, "es"))[0], "Portuguese")
      // A whole talk in another language, and one that only quotes it.
      const talk = Array.from({ length: 300 }, (_, i) => texts.de[i % 2]!)
      assert.strictEqual((yield* warningsOf(talk, "fr")).length, 1)
      assert.deepStrictEqual(yield* warningsOf([...texts.es, ...texts.es, texts.de[0]], "es"), [])
    })
  )

  it.effect("are refused in letters that no voice of the language can say", () =>
    Effect.gen(function* () {
      for (const [words, to, says] of [
        [texts.ru, "es", "Cyrillic letters (it looks like Russian), not in Spanish"],
        [texts.ja, "de", "letters (it looks like Japanese), not in German"],
        [texts.ko, "ja", "Hangul letters"],
        [texts.en, "ja", "Latin letters (it looks like English), not in Japanese"],
        [texts.zh, "pt-BR", "Chinese characters"]
      ] as const) {
        const result = yield* check(words, to)
        assert.strictEqual(result._tag, "Failure", to)
        if (result._tag !== "Failure") continue
        assert.include(result.failure.what, says)
        assert.strictEqual(result.failure.exitCode, 2)
        assert.isBelow(result.failure.message.length, 300)
      }
    })
  )

  it.effect("are left alone where they are right, or where nothing can be told", () =>
    Effect.gen(function* () {
      for (const [language, words] of Object.entries(texts)) {
        if (language !== "names") assert.deepStrictEqual(yield* warningsOf(words, language), [], language)
      }
      assert.deepStrictEqual(yield* warningsOf(texts.names, "es"), [])
      assert.deepStrictEqual(yield* warningsOf(["OK", "¡Sí!"], "ja"), [])
      // Hindi as people type it has small words that look like English ones.
      const typed = [
        "Namaste doston, main aapko is video me do cheezein bataunga.",
        "Aap isko use karo to sab theek ho jaega."
      ]
      assert.strictEqual((yield* check(typed, "hi"))._tag, "Success")
      // Written in either script.
      assert.deepStrictEqual(yield* warningsOf(["Dobro jutro i dobro došli na prvi čas, danas je lep dan."], "sr"), [])
      // Two languages in each line are nobody's mistake.
      const both = texts.es.map((text, i) => `${text} ${texts.en[i]}`)
      assert.deepStrictEqual(yield* warningsOf(both, "es"), [])
    })
  )

  it("are told by most of their letters, and by small words in most of their pieces", () => {
    assert.strictEqual(otherScriptThan("Das ist ein Wort, und Москва ist auch eins.", Language.make("de")), undefined)
    assert.strictEqual(otherScriptThan(texts.sr.join(" "), Language.make("sr-Latn")), "Cyrl")
    assert.strictEqual(otherScriptThan(texts.sr.join(" "), Language.make("sr")), undefined)
    assert.strictEqual(readsLikeOther(texts.pt, Language.make("gl")), undefined)
    assert.strictEqual(readsLikeOther(texts.en, Language.make("es")), "en")
  })
})

const every = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => {
    const start = (first + i) * 3.5
    return { id: i + 1, start, end: start + 3, text: `Line ${i}`, speaker: null }
  })

const timesOf = (...given: Parameters<typeof checkScriptTimes>) =>
  Effect.gen(function* () {
    const progress = yield* Progress
    yield* checkScriptTimes(...given)
    return yield* progress.warnings
  }).pipe(Effect.provide(Progress.layerSilent))

describe("lines that somebody wrote for a part of what is said", () => {
  it.effect("are told by where they end and where what is said does", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* timesOf("short.srt", every(5), every(11), true), [
        "short.srt ends at 0:17, what is said goes on to 0:38: the original is heard from there."
      ])
      assert.deepStrictEqual(yield* timesOf("late.srt", every(5, 6), every(11), false), [
        "late.srt begins at 0:21, what is said begins at 0:00: nobody is heard until then."
      ])
    })
  )

  it.effect("are left alone where little is missed", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* timesOf("a.srt", every(9), every(11), true), [])
      assert.deepStrictEqual(yield* timesOf("a.srt", every(90), every(100), true), [])
      const music = every(11).map((cue) => (cue.id > 5 ? { ...cue, text: "♪ [music] ♪" } : cue))
      assert.deepStrictEqual(yield* timesOf("a.srt", every(5), music, true), [])
      const whole = [{ id: 1, start: 0, end: 39, text: "One line for all.", speaker: null }]
      assert.deepStrictEqual(yield* timesOf("a.srt", every(5), whole, true), [])
      assert.deepStrictEqual(yield* timesOf("a.srt", [], every(11), true), [])
    })
  )
})
