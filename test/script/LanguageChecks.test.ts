import { describe, expect, it } from "@effect/vitest"
import { Language } from "../../src/domain/Language.ts"
import { readsAsOtherThan } from "../../src/script/FunctionWords.ts"
import { complaintsOfLanguage } from "../../src/script/LanguageChecks.ts"

const sources = [
  "Good morning, and thank you all for coming to this lecture.",
  "The clock on the wall tells you when it is over.",
  "Docker Compose",
  "And that is why every town had its own noon.",
  "It is not what they wanted, but they had to live with it."
]
const spanish = [
  "Buenos días, y gracias a todos por venir a esta conferencia.",
  "El reloj de la pared les dice cuándo se acaba.",
  "Docker Compose",
  "Y por eso cada pueblo tenía su propio mediodía.",
  "No es lo que querían, pero tuvieron que vivir con ello."
]
const french = "Et c'est pourquoi chaque ville avait son propre midi dans les journaux."
const english = "And that is why every town had a noon of its own."

const judged = (texts: ReadonlyArray<string | undefined>, to = "es", others: ReadonlyArray<string> = []) =>
  [...complaintsOfLanguage(sources, texts, others, { from: Language.make("en"), to: Language.make(to) })].map(
    ([index, { used, what }]) => `${index} ${what} (${used})`
  )

const withLine = (text: string) => spanish.map((line, i) => (i === 3 ? text : line))

describe("a text in another language than the rest of its batch", () => {
  it("is none where all are in the right one, or hold only names", () => {
    expect(judged(spanish)).toEqual([])
    expect(judged(withLine("Google Maps API, OK"))).toEqual([])
    expect(judged(withLine("Dijo: «that is why every town had its own noon», y se fue."))).toEqual([])
    expect(judged([undefined, ...spanish.slice(1)])).toEqual([])
  })

  it("is noticed, whether it is the source's or a third", () => {
    expect(judged(withLine(english))).toEqual(["3 the model gave back the same words (never)"])
    expect(judged(withLine(french))).toEqual(["3 the model gave another language (never)"])
    expect(judged(withLine("E é por isso que cada cidade tinha o seu próprio meio-dia, não uma só."))).toEqual([
      "3 the model gave another language (never)"
    ])
  })

  it("is noticed when it was asked for alone", () => {
    expect(
      complaintsOfLanguage([sources[3]!], [french], spanish, { from: Language.make("en"), to: Language.make("es") })
        .size
    ).toBe(1)
  })

  it("is not what a stand-in for a model gives, who leaves the words as they are, but is among those", () => {
    const marked = sources.map((text) => `[es] ${text}`)
    expect(judged(marked)).toEqual([])
    expect(judged(marked.map((text, i) => (i === 3 ? french : text)))).toEqual([
      "3 the model gave another language (never)"
    ])
  })

  it("is doubted, and used all the same, where all lines are in one other language", () => {
    const all = [...spanish.slice(0, 2), ...spanish.slice(3), ...spanish.slice(0, 2)]
    const found = complaintsOfLanguage(
      all.map(() => "a"),
      all,
      [],
      { from: Language.make("en"), to: Language.make("de") }
    )
    expect([...new Set([...found.values()].map(({ used }) => used))]).toEqual(["asked again"])
    expect(judged(spanish.slice(0, 2), "de")).toEqual([])
  })

  it("is allowed where the source has a line in that language too", () => {
    const mixed = sources.map((text, i) => (i === 3 ? french : text))
    const languages = { from: Language.make("en"), to: Language.make("es") }
    expect(complaintsOfLanguage(mixed, withLine(french), [], languages).size).toBe(0)
  })

  it("of a language whose small words are not known is only the source's own", () => {
    const galician = [
      "O reloxo da parede dilles cando remata e non máis.",
      "E por iso cada vila tiña o seu propio mediodía."
    ]
    expect(judged(galician, "gl")).toEqual([])
    expect(judged([...galician, ...galician.toReversed(), english], "gl")).toEqual([
      "4 the model gave back the same words (never)"
    ])
  })
})

describe("readsAsOtherThan", () => {
  const texts: Readonly<Record<string, string>> = {
    de: "Das ist nicht der Punkt, den ich machen wollte.",
    fr: "Ceci n'est pas la langue que vous avez demandée.",
    it: "Questa non è la lingua che avete chiesto, ma è più bella.",
    pt: "Você pode ver isso aqui, mas não é o mesmo.",
    nl: "Dit is niet wat ik bedoel met de nieuwe versie.",
    sv: "Det här är inte vad jag menade med den nya versionen.",
    pl: "To nie jest tylko to, czego się po tej wersji można było spodziewać.",
    ru: "Мы не знаем, что это такое, но это не так.",
    uk: "Це не те, що ми шукали, але це так.",
    tr: "Bu ne demek bilmiyorum ama çok güzel bir şey."
  }
  for (const [language, text] of Object.entries(texts)) {
    it(`tells ${language} from the others`, () => {
      expect(readsAsOtherThan(text, Language.make(language))).toBeUndefined()
      for (const other of Object.keys(texts)) {
        if (other !== language) expect(readsAsOtherThan(text, Language.make(other)), other).toBe(language)
      }
    })
  }
})
