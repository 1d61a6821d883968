import { describe, expect, it } from "@effect/vitest"
import { Schema } from "effect"
import { Language } from "../../src/domain/Language.ts"
import type { Glossary } from "../../src/script/Glossary.ts"
import { voiceText } from "../../src/script/VoiceText.ts"

type Cases = ReadonlyArray<readonly [written: string, said: string]>

const cases: Readonly<Record<string, Cases>> = {
  en: [
    ["It took 5 km at 100 km/h.", "It took 5 kilometers at 100 kilometers per hour."],
    ["1 km, 1.5 km", "1 kilometer, 1.5 kilometers"],
    ["At 20 °C it draws 5 W at 3.5 GHz.", "At 20 degrees Celsius it draws 5 watts at 3.5 gigahertz."],
    ["It costs $20, or $3.50 each.", "It costs 20 dollars, or 3 dollars and 50 cents each."],
    ["$1.5 million, $10k and €20", "1.5 million dollars, 10 thousand dollars and 20 euros"],
    ["Pages 5-10, 10–20 people", "Pages 5 to 10, 10 to 20 people"],
    ["Released on 2024-05-12.", "Released on May 12, 2024."],
    ["At 10:00, not 10:00 am or 10:30.", "At 10 o'clock, not 10 am or 10:30."],
    ["Use it, e.g. here, i.e. No. 5 vs. #6.", "Use it, for example here, that is number 5 versus number 6."],
    ["Set user_id in getUserById(), v1.2.3.", "Set user id in get User By Id, version 1 point 2 point 3."],
    ["C++ and/or C#", "C++ and or C sharp"],
    ["See https://www.example.com/docs/api?x=1.", "See example.com docs api."],
    ["Mail me@example.com.", "Mail me at example dot com."],
    ["≥ 5, ± 2, 3 × 4, x², 2½", "greater than or equal to 5, plus or minus 2, 3 times 4, x squared, 2 and a half"]
  ],
  de: [
    ["Z. B. 5 km, d.h. ca. 20 Min.", "Zum Beispiel 5 Kilometer, das heißt circa 20 Min."],
    ["Das kostet 3,50 € bzw. 5 Mio. Euro.", "Das kostet 3 Euro 50 beziehungsweise 5 Millionen Euro."],
    ["Äpfel usw. Dann um 10:00 Uhr.", "Äpfel und so weiter. Dann um 10 Uhr."],
    ["Am 12.05.2024, Nr. 5, S. 7", "Am 12. Mai 2024, Nummer 5, Seite 7"],
    ["10-20 % bei 5 GB/s", "10 bis 20 % bei 5 Gigabyte pro Sekunde"],
    ["1.234.567 Leute, Fr. Müller", "1.234.567 Leute, Frau Müller"]
  ],
  es: [
    ["Cuesta $20, p. ej. aquí.", "Cuesta 20 dólares, por ejemplo aquí."],
    ["3,50 € o $5 millones", "3 euros con 50 o 5 millones de dólares"],
    ["A las 10:00 el Sr. López corrió 1 km.", "A las 10 el señor López corrió 1 kilómetro."],
    ["Nació en EE. UU. el 12/05/2024, etc.", "Nació en Estados Unidos el 12 de mayo de 2024, etcétera."],
    ["n.º 5, 10–20 °C, 2,4 GHz", "número 5, 10 a 20 grados Celsius, 2,4 gigahercios"],
    [
      "Escribe a ana@example.com y/o visita https://example.com/docs/",
      "Escribe a ana arroba example punto com y o visita example punto com docs"
    ]
  ],
  fr: [
    ["M. Dupont et Mme Martin, c.-à-d. eux", "monsieur Dupont et madame Martin, c'est-à-dire eux"],
    ["16 Go, 5 MHz, 20 °C", "16 gigaoctets, 5 mégahertz, 20 degrés Celsius"],
    ["À 10h30 ou 10 h, n° 5", "À 10 heures 30 ou 10 heures, numéro 5"],
    ["5 millions € en 44 av. J.-C. déjà", "5 millions d'euros en 44 avant Jésus-Christ déjà"],
    ["p. ex. 3,50 €", "par exemple 3 euros 50"]
  ],
  pt: [
    ["Custa R$ 20, p. ex. às 10h30.", "Custa 20 reais, por exemplo às 10 horas e 30."],
    ["O Sr. Silva mora a 5 km, n.º 5.", "O senhor Silva mora a 5 quilômetros, número 5."],
    ["−5 °C em 12/05/2024", "menos 5 graus Celsius em 12 de maio de 2024"]
  ],
  it: [
    ["Il Sig. Rossi e la Sig.ra Bianchi, ecc.", "Il signor Rossi e la signora Bianchi, eccetera."],
    ["Alle 10:00 a 100 km/h", "Alle 10 a 100 chilometri orari"],
    ["3,50 € e 5 milioni €, p. es.", "3 euro e 50 e 5 milioni di euro, per esempio."]
  ],
  nl: [["Bijv. 5 km, enz. bij Philips BV.", "Bijvoorbeeld 5 kilometer, enzovoort bij Philips BV."]],
  no: [["F.eks. 5 km, kl. 10:00", "For eksempel 5 kilometer, kl. 10"]],
  pl: [["np. 2 GB i 5 km", "na przykład 2 gigabajty i 5 kilometrów"]],
  ru: [
    ["1 км, 2 км, 5 км, т. е. $22 и т. д.", "1 километр, 2 километра, 5 километров, то есть 22 доллара и так далее."]
  ],
  zh: [["5 km，16 GB", "5公里，16 GB"]],
  ja: [["16 GB と 5 km", "16 ギガバイト と 5 キロメートル"]]
}

/** What may look like more than it is. */
const asTheyAre: Readonly<Record<string, ReadonlyArray<string>>> = {
  en: [
    "No. It is not.",
    "1,234,567 people in 1984, 10% of them",
    "Call 555-1234, they won 3–2.",
    "The 90s, 5G, AT&T, 24/7, covid-19",
    "iPhone, YouTube, JavaScript and Node.js",
    "at 10:30 or 3 pm",
    "p. and s."
  ],
  de: ["Um 10:30 Uhr kamen 1.234 Leute.", "Am 3. Oktober", "Version 2"],
  es: ["El siglo XX, a las 10:30, 1.234.567", "Mi 5 y tu 6"],
  "es-MX": ["Cuesta $20."],
  fr: ["No 5 l'eau, 1er mai, 1 234 567"],
  sw: ["hii ni 5 km"],
  eo: ["ĝi kostas $20"]
}

const said = (text: string, language: string, glossary?: Glossary) => voiceText(text, Language.make(language), glossary)

describe("voiceText writes out what voices read badly", () => {
  for (const [language, all] of Object.entries(cases)) {
    for (const [written, expected] of all) {
      it(`${language}: ${written}`, () => {
        expect(said(written, language)).toBe(expected)
        expect(said(expected, language), "once more").toBe(expected)
      })
    }
  }
})

describe("voiceText leaves alone what voices read well, or what may be something else", () => {
  for (const [language, texts] of Object.entries(asTheyAre)) {
    for (const text of texts) it(`${language}: ${text}`, () => expect(said(text, language)).toBe(text))
  }

  it.prop(
    "plain words and numbers in any language",
    [
      Schema.Array(
        Schema.Literals(["word", "Ärger", "3,5", "1.234", "it's", "well-known", "20%", "no,", "2024", "пять"])
      ),
      Schema.Literals(["en", "de", "es", "fr", "pt", "it", "nl", "pl", "ru", "ja", "tlh"])
    ],
    ([words, language]) => expect(said(words.join(" "), language)).toBe(words.join(" "))
  )
})

describe("what the glossary says in a certain way", () => {
  const glossary: Glossary = [
    { term: "GB", translation: null, sayAs: "gigs" },
    { term: "user_id", translation: null, sayAs: "user I D" },
    { term: "example.com", translation: null, sayAs: "our site" },
    { term: "gateway", translation: "pasarela", sayAs: "pasa 5 km rela" }
  ]

  it("goes before everything else, and is not looked at again", () => {
    expect(said("16 GB for user_id", "en", glossary)).toBe("16 gigs for user I D")
    expect(said("See https://example.com/docs.", "en", glossary)).toBe("See our site docs.")
    expect(said("La pasarela a 5 km", "es", glossary)).toBe("La pasa 5 km rela a 5 kilómetros")
    expect(said("<i>GB</i> [noise] GB", "en", glossary)).toBe("gigs gigs")
  })

  it("leaves no place of its own behind", () => {
    expect(said("a\u{f0000}b GB", "en", glossary)).toBe("ab gigs")
  })
})

describe("a hostile text", () => {
  const pieces = [
    "1\u00a0",
    "a.",
    "a-",
    "a_",
    "1.",
    "1-",
    "$",
    "$1 ",
    "10:00",
    "a@",
    "a@a.",
    "No. ",
    "z. B. ",
    "aB",
    "&",
    "5 k",
    "«"
  ]
  for (const piece of pieces) {
    it(`costs little more than its length: ${JSON.stringify(piece)}`, () => {
      for (const language of ["en", "de", "fr"]) {
        expect(said(`${piece.repeat(50_000 / piece.length)}x`, language).length).toBeLessThan(1_500_000)
      }
    })
  }
})
