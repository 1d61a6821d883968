import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { missedTerms, parseGlossary, sayAs, termsIn } from "../../src/script/Glossary.ts"

const wanted = [
  { term: "API Gateway", translation: "pasarela de API", sayAs: "pasarela de a pe i" },
  { term: 'the "real" one, here', translation: null, sayAs: null },
  { term: "C++", translation: null, sayAs: "ce más más" }
]

describe("parseGlossary", () => {
  const files: ReadonlyArray<readonly [string, string]> = [
    [
      "a.csv",
      '\ufeffterm,translation,say-as\r\n# a comment\r\nAPI Gateway,pasarela de API,pasarela de a pe i\r\n\r\n"the ""real"" one, here",,\r\nC++,,ce más más'
    ],
    ["b.csv", 'API Gateway,pasarela de API,pasarela de a pe i\n"the ""real"" one, here"\nC++,,ce más más\n'],
    [
      "c.csv",
      'say_as;Term;Translation\npasarela de a pe i;API Gateway;pasarela de API\n;"the ""real"" one, here";\nce más más;C++;\n'
    ],
    ["d.csv", 'API Gateway\tpasarela de API\tpasarela de a pe i\n"the ""real"" one, here"\t\nC++\t\tce más más\n'],
    [
      "e.yaml",
      '- term: API Gateway\n  translation: pasarela de API\n  say-as: pasarela de a pe i\n- term: the "real" one, here\n- { term: C++, say-as: ce más más }\n'
    ],
    [
      "f.yml",
      "API Gateway:\n  translation: pasarela de API\n  say-as: pasarela de a pe i\n'the \"real\" one, here':\nC++: { say-as: ce más más }\n"
    ]
  ]
  for (const [name, text] of files) {
    it.effect(name, () =>
      Effect.gen(function* () {
        expect(yield* parseGlossary(text, name)).toEqual(wanted)
      })
    )
  }

  it.effect("an empty one has no terms", () =>
    Effect.gen(function* () {
      expect(yield* parseGlossary("", "a.csv")).toEqual([])
      expect(yield* parseGlossary("\n", "a.yaml")).toEqual([])
    })
  )

  const broken: ReadonlyArray<readonly [string, string]> = [
    ["a.csv", 'term,translation\n"never closed,x\n'],
    ["b.csv", "term,translation\n,x\n"],
    ["c.yaml", "- term: [unclosed"],
    ["d.yaml", "just words"]
  ]
  for (const [name, text] of broken) {
    it.effect(`${name} that can't be read is a problem in one line`, () =>
      Effect.gen(function* () {
        const problem = yield* Effect.flip(parseGlossary(text, name))
        expect(problem.message).toContain(name)
        expect(problem.message).not.toContain("\n")
        expect(problem.message.length).toBeLessThan(300)
      })
    )
  }
})

describe("terms", () => {
  it("are found as whole words, whatever the case", () => {
    const glossary = [
      { term: "cat", translation: "gato", sayAs: null },
      { term: "C++", translation: null, sayAs: null },
      { term: "東京", translation: "Tokio", sayAs: null }
    ]
    expect(termsIn(glossary, ["Concatenate."])).toEqual([])
    expect(termsIn(glossary, ["The Cat.", "I like C++!", "私は東京に"])).toEqual(glossary)
    expect(missedTerms(glossary, "The cat likes C++", "Al gato le gusta C++")).toEqual([])
    const inflected = [{ term: "gateway", translation: "шлюзовая станция", sayAs: null }]
    expect(missedTerms(inflected, "A gateway", "Две шлюзовые станции")).toEqual([])
    expect(missedTerms(glossary, "The cat likes C++", "Al perro le gusta C#")).toEqual(glossary.slice(0, 2))
  })

  it("are said as the glossary wants, the longest first", () => {
    expect(sayAs("The api  gateway and C++, not concatenation.", wanted)).toBe(
      "The pasarela de a pe i and ce más más, not concatenation."
    )
    expect(sayAs("Una pasarela de API.", wanted)).toBe("Una pasarela de a pe i.")
    expect(sayAs("Nothing.", undefined)).toBe("Nothing.")
    expect(
      sayAs("A B", [
        { term: "A", translation: null, sayAs: "B" },
        { term: "B", translation: null, sayAs: "$&" }
      ])
    ).toBe("B $&")
  })
})
