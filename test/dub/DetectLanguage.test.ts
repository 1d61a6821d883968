import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { containerCode, Language } from "../../src/domain/Language.ts"
import { contradicts, detectLanguage } from "../../src/dub/DetectLanguage.ts"

const english =
  "Good morning everybody, and thank you for coming. Today I want to talk about time: how we measure it, how we waste it, " +
  "and what happens to it when nobody is looking. We will begin with a clock, because a clock is what most of us think of."
const spanish =
  "Buenos días a todos, y gracias por venir. Hoy quiero hablar del tiempo: cómo lo medimos, cómo lo perdemos, y qué le pasa " +
  "cuando nadie está mirando. Vamos a empezar por un reloj, porque es en un reloj en lo que casi todos pensamos al principio."
const texts: Record<string, string> = {
  en: english,
  es: spanish,
  ar: "سنتحدث اليوم عن كيفية وضع كل جملة في مكانها الصحيح دون تغيير الصورة.",
  fa: "امروز درباره این صحبت می‌کنیم که چگونه هر جمله را در جای درست خود بگذاریم، بدون آنکه تصویر تغییر کند.",
  zh: "今天我们来谈谈时间的问题，这是非常重要的事情。",
  ja: "今日は、時間についてお話しします。とても大切なことです。",
  ko: "오늘은 시간에 대해 이야기하겠습니다.",
  ru: "Сегодня мы поговорим о времени и о том, как мы его измеряем.",
  sw: "Leo tutazungumza kuhusu wakati, jinsi tunavyoupima na jinsi tunavyoupoteza kila siku bila kujua."
}

const reads = (text: string, code: string) => contradicts(text, Language.make(code))

describe("the language of a text", () => {
  for (const [code, text] of Object.entries(texts)) {
    it.effect(`is told: ${code}`, () =>
      Effect.map(detectLanguage(text), (found) => assert.strictEqual(found, Language.make(code)))
    )
  }

  it.effect("is doubted only where the text is clearly in another one", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* reads(spanish, "en"), Language.make("es"))
      assert.strictEqual(yield* reads(english, "es"), Language.make("en"))
      assert.strictEqual(yield* reads(texts["zh"]!, "en"), Language.make("zh"))
      assert.strictEqual(yield* reads(texts["ru"]!, "ja"), Language.make("ru"))
      // The same, whatever the region; a related language; a short text; a language whose letters are not known.
      assert.isUndefined(yield* reads(english, "en-GB"))
      assert.isUndefined(yield* reads(spanish, "pt"))
      assert.isUndefined(yield* reads("Docker, Kubernetes, API, cluster", "en"))
      assert.isUndefined(yield* reads(spanish, "ca"))
      assert.isUndefined(yield* reads("", "en"))
    })
  )

  it("has a code of three letters for containers", () => {
    for (const [tag, code] of [
      ["es", "spa"],
      ["pt-BR", "por"],
      ["de", "deu"],
      ["yue", "yue"],
      ["fil", "fil"],
      ["zh-Hant", "zho"]
    ] as const) {
      assert.strictEqual(containerCode(Language.make(tag)), code)
    }
  })
})
