import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Csv from "effect/encoding/Csv"
import * as Yaml from "effect/encoding/Yaml"
import { Problem } from "../domain/Problem.ts"

/**
 * One word or phrase: how it is translated (null: kept as it is), and what a voice is given for it where it is to be
 * pronounced otherwise than it is written.
 */
export const GlossaryTerm = Schema.Struct({
  term: Schema.String,
  translation: Schema.NullOr(Schema.String),
  sayAs: Schema.NullOr(Schema.String)
})
export type GlossaryTerm = typeof GlossaryTerm.Type

export const Glossary = Schema.Array(GlossaryTerm)
export type Glossary = typeof Glossary.Type

const problem = (fileName: string, what: string) =>
  new Problem({
    what: `The glossary ${JSON.stringify(fileName).slice(1, -1).slice(-120)} ${what.replaceAll(/\s+/gu, " ").slice(0, 100)}`,
    mend: "Write one term a line: term,translation,say-as (or a YAML list of those)."
  })

const termOf = (cells: ReadonlyArray<string | undefined>): GlossaryTerm => {
  const [term = "", translation = "", sayAs = ""] = cells.map((cell) => (cell ?? "").trim())
  return { term, translation: translation === "" ? null : translation, sayAs: sayAs === "" ? null : sayAs }
}

const columnNames: ReadonlyArray<RegExp> = [
  /^(?:term|source|word)$/iu,
  /^(?:translation|target)$/iu,
  /^(?:say[-_ ]?as|pronunciation)$/iu
]

const fromRows = (rows: ReadonlyArray<Csv.Row>): Glossary => {
  const filled = rows.filter((row) => row.some((cell) => cell.trim() !== "") && !row[0]!.trim().startsWith("#"))
  const header = filled[0]?.map((cell) => columnNames.findIndex((name) => name.test(cell.trim())))
  const places = header?.includes(0) === true ? columnNames.map((_, column) => header.indexOf(column)) : undefined
  if (places === undefined) return filled.map(termOf)
  return filled.slice(1).map((row) => termOf(places.map((place) => row[place])))
}

const parseCsv = (text: string, fileName: string) => {
  const delimiter = /^(?:"[^"]*"|[^"\r\n,;\t])*([,;\t])/u.exec(text)?.[1] ?? ","
  return Stream.make(text).pipe(
    Stream.pipeThroughChannel(Csv.decodeString({ delimiter, ignoreEmptyLines: true })),
    Stream.runCollect,
    Effect.map(fromRows),
    Effect.mapError(({ message, line }) => problem(fileName, `can't be read at line ${line}: ${message}.`))
  )
}

const Scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null])
const Rest = Schema.Struct({
  translation: Schema.optionalKey(Scalar),
  "say-as": Schema.optionalKey(Scalar),
  say_as: Schema.optionalKey(Scalar),
  sayAs: Schema.optionalKey(Scalar)
})
const Entry = Schema.Struct({ term: Scalar, ...Rest.fields })
const YamlGlossary = Schema.Union([
  Schema.Null,
  Schema.Array(Entry),
  Schema.Record(Schema.String, Schema.Union([Scalar, Rest]))
])

const written = (scalar: typeof Scalar.Type | undefined): string =>
  scalar === null || scalar === undefined ? "" : String(scalar)

const isEntries = (value: typeof YamlGlossary.Type): value is ReadonlyArray<typeof Entry.Type> => Array.isArray(value)

const fromYaml = (value: typeof YamlGlossary.Type): Glossary => {
  const entries: ReadonlyArray<readonly [term: string, rest: typeof Rest.Type]> = isEntries(value)
    ? value.map((entry) => [written(entry.term), entry])
    : Object.entries(value ?? {}).map(([term, rest]) => [
        term,
        typeof rest === "object" && rest !== null ? rest : { translation: rest }
      ])
  return entries.map(([term, rest]) =>
    termOf([term, written(rest.translation), written(rest["say-as"] ?? rest.say_as ?? rest.sayAs)])
  )
}

const parseYaml = (text: string, fileName: string) =>
  Effect.try({
    try: () => Yaml.parse(text),
    catch: (error) => problem(fileName, `is no YAML: ${error instanceof Error ? error.message : "it can't be read"}.`)
  }).pipe(
    Effect.flatMap((value) =>
      Schema.decodeUnknownEffect(YamlGlossary)(value).pipe(
        Effect.mapError(() => problem(fileName, "is YAML, but no list of terms."))
      )
    ),
    Effect.map(fromYaml)
  )

/**
 * Reads a glossary: csv (commas, semicolons or tabs; with or without a header of `term,translation,say-as`), or yaml
 * (a list of `{term, translation, say-as}`, or a mapping of terms to translations). Which one is told by the file name.
 */
export const parseGlossary = Effect.fn("parseGlossary")(function* (text: string, fileName: string) {
  const plain = text.replace(/^\ufeff/u, "")
  const glossary = yield* /\.ya?ml$/iu.test(fileName) ? parseYaml(plain, fileName) : parseCsv(plain, fileName)
  const nameless = glossary.findIndex(({ term }) => term === "")
  if (nameless >= 0) return yield* problem(fileName, `has no term in entry ${nameless + 1}.`)
  return glossary
})

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`)

const unspaced = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}`
const letter = String.raw`(?![${unspaced}])[\p{L}\p{N}\p{M}_]`

/** A term as a whole word, whatever the case; in scripts without spaces, wherever it stands. */
const pattern = (term: string): string => {
  const first = [...term][0]!
  const last = [...term].at(-1)!
  const isLetter = new RegExp(`^${letter}$`, "u")
  const before = isLetter.test(first) ? `(?<!${letter})` : ""
  const after = isLetter.test(last) ? `(?!${letter})` : ""
  return `${before}${escape(term).replaceAll(/\s+/gu, String.raw`\s+`)}${after}`
}

const occurs = (term: string, text: string): boolean => new RegExp(pattern(term), "iu").test(text)

/** The terms that stand in any of the texts. */
export const termsIn = (glossary: Glossary | undefined, texts: ReadonlyArray<string>): Glossary =>
  (glossary ?? []).filter(({ term }) => texts.some((text) => occurs(term, text)))

/** A word without its last letters, where endings change with case and number. */
const stem = (word: string): string => (word.length > 5 ? word.slice(0, -2) : word)

/** The terms of a line that its translation doesn't render as the glossary wants; endings of translations may differ. */
export const missedTerms = (glossary: Glossary | undefined, source: string, translated: string): Glossary => {
  const text = translated.toLowerCase()
  return termsIn(glossary, [source]).filter(({ term, translation }) =>
    translation === null
      ? !text.includes(term.toLowerCase())
      : !translation
          .toLowerCase()
          .split(/\s+/u)
          .every((word) => text.includes(stem(word)))
  )
}

/**
 * A text with the terms that have a `say-as`, and their translations, replaced by what `put` gives for it. Longer terms
 * go before shorter ones, and what was put in is not looked at again.
 */
export const replacing = (text: string, glossary: Glossary | undefined, put: (sayAs: string) => string): string => {
  const said = new Map<string, string>()
  for (const { term, translation, sayAs: wanted } of glossary ?? []) {
    if (wanted === null) continue
    for (const word of [term, translation ?? term]) said.set(word.toLowerCase().replaceAll(/\s+/gu, " "), wanted)
  }
  if (said.size === 0) return text
  const words = [...said.keys()].toSorted((a, b) => b.length - a.length)
  return text.replaceAll(new RegExp(words.map(pattern).join("|"), "giu"), (word) => {
    const wanted = said.get(word.toLowerCase().replaceAll(/\s+/gu, " "))
    return wanted === undefined ? word : put(wanted)
  })
}

/** What a voice is given for a text: the terms that have a `say-as`, and their translations, said so. */
export const sayAs = (text: string, glossary: Glossary | undefined): string =>
  replacing(text, glossary, (wanted) => wanted)
