import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Csv from "effect/encoding/Csv"
import * as Yaml from "effect/encoding/Yaml"
import { Problem } from "../domain/Problem.ts"
import { shown } from "../media/FileProblem.ts"
import { decode } from "../transcript/Subtitles/Encoding.ts"

/** A video of a list, and what stands beside it there: options by the long names of their flags, without dashes. */
export interface Listed {
  readonly path: string
  readonly options: Readonly<Record<string, ReadonlyArray<string>>>
  /** Where it stands, for messages: "lessons.csv, video 3". */
  readonly where: string
}

const unreadableList = (name: string, what: string, mend: string) =>
  new Problem({ what: `The list ${shown(name)} ${what.replaceAll(/\s+/gu, " ").slice(0, 120)}`, mend, exitCode: 2 })

const videoColumns = new Set(["video", "file", "path"])

/** "Voice For" and "voice_for" are voice-for. */
const nameOf = (column: string): string =>
  column
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/gu, "-")

const listed = (
  name: string,
  index: number,
  cells: ReadonlyArray<readonly [column: string, values: ReadonlyArray<string>]>
): Listed => {
  const path = cells.find(([column]) => videoColumns.has(column))?.[1][0] ?? ""
  const given = cells.filter(([column, values]) => !videoColumns.has(column) && values.length > 0)
  return { path, options: Object.fromEntries(given), where: `${shown(name)}, video ${index + 1}` }
}

/** A line a video; what comes from `find -print0` is divided by zero bytes, and may hold line breaks. */
const fromLines = (text: string, name: string): ReadonlyArray<Listed> => {
  const divided = text.includes("\0")
  return text.split(divided ? "\0" : /\r\n|\n|\r/u).flatMap((line, index) => {
    const path = divided ? line : line.trim()
    if (path === "" || (!divided && path.startsWith("#"))) return []
    return [{ path, options: {}, where: `${shown(name)}, line ${index + 1}` }]
  })
}

/** A cell holds one value; the voices of several speakers are divided by semicolons. */
const cellValues = (column: string, cell: string): ReadonlyArray<string> =>
  (column === "voice-for" ? cell.split(";") : [cell]).map((value) => value.trim()).filter((value) => value !== "")

const fromCsv = Effect.fnUntraced(function* (text: string, name: string) {
  const mend = "Begin it with a header such as: video,to,voice. Quote what has commas in it."
  const delimiter = /^(?:"[^"]*"|[^"\r\n,;\t])*([,;\t])/u.exec(text)?.[1] ?? ","
  const rows = yield* Stream.make(text).pipe(
    Stream.pipeThroughChannel(Csv.decodeString({ delimiter, ignoreEmptyLines: true })),
    Stream.runCollect,
    Effect.mapError(({ line, message }) => unreadableList(name, `can't be read at line ${line}: ${message}.`, mend))
  )
  const [header, ...videos] = rows.filter(
    (row) => row.some((cell) => cell.trim() !== "") && !row[0]!.trim().startsWith("#")
  )
  if (header === undefined) return []
  const columns = header.map(nameOf)
  if (!columns.some((column) => videoColumns.has(column))) {
    return yield* unreadableList(name, `has no column "video" in its first line.`, mend)
  }
  const long = videos.findIndex((row) => row.slice(columns.length).some((cell) => cell.trim() !== ""))
  if (long !== -1) {
    return yield* new Problem({
      what: `${shown(name)}, video ${long + 1}: it has more values than the first line has columns.`,
      mend: `Quote what has commas in it, as "es,de".`,
      exitCode: 2
    })
  }
  return videos.map((row, index) =>
    listed(
      name,
      index,
      columns.flatMap((column, at) => (column === "" ? [] : [[column, cellValues(column, row[at] ?? "")] as const]))
    )
  )
})

const Scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean, Schema.Null])
const Value = Schema.Union([Scalar, Schema.Array(Scalar), Schema.Record(Schema.String, Scalar)])
const YamlList = Schema.NullOr(
  Schema.Array(Schema.Union([Schema.String, Schema.Finite, Schema.Record(Schema.String, Value)]))
)

const isList = (value: typeof Value.Type): value is ReadonlyArray<typeof Scalar.Type> => Array.isArray(value)

/** `voice-for` is a mapping or a list, `to` may be a list of languages; all else is one value. */
const yamlValues = (column: string, value: typeof Value.Type): ReadonlyArray<string> => {
  if (value === null || value === "") return []
  if (isList(value)) return column === "to" ? [value.join(",")] : value.map(String)
  return typeof value === "object" ? Object.entries(value).map(([key, one]) => `${key}=${one}`) : [String(value)]
}

const fromYaml = Effect.fnUntraced(function* (text: string, name: string) {
  const kind = /\.json$/iu.test(name) ? "JSON" : "YAML"
  const mend =
    kind === "JSON"
      ? 'Write a list: ["talk.mp4"], or [{"video": "talk.mp4", "to": "es"}].'
      : 'Write a list: "- talk.mp4", or "- video: talk.mp4" with options such as "to: es" under it.'
  const value = yield* Effect.try({
    try: () => Yaml.parse(text),
    catch: (error) =>
      unreadableList(name, `is no ${kind}: ${error instanceof Error ? error.message : "it can't be read"}.`, mend)
  })
  const list = yield* Schema.decodeUnknownEffect(YamlList)(value).pipe(
    Effect.mapError(() => unreadableList(name, `is ${kind}, but no list of videos.`, mend))
  )
  return (list ?? []).map((entry, index) =>
    listed(
      name,
      index,
      typeof entry === "object"
        ? Object.entries(entry).map(([key, one]) => [nameOf(key), yamlValues(nameOf(key), one)] as const)
        : [["video", [String(entry)]]]
    )
  )
})

const textOf = Effect.fnUntraced(function* (bytes: Uint8Array, name: string) {
  const decoded = yield* decode(bytes)
  const text = decoded?.text ?? (bytes.includes(0) ? new TextDecoder().decode(bytes) : undefined)
  if (text === undefined) return yield* unreadableList(name, "is no text.", "Write one video a line.")
  return text.replace(/^\ufeff+/u, "")
})

/**
 * Reads a list of videos: csv with a header (commas, semicolons or tabs), yaml or json (a list of names, or of
 * mappings), else one name a line with `#` for remarks. Which one is told by the name of the list.
 */
export const parseBatchList = Effect.fn("parseBatchList")(function* (bytes: Uint8Array, name: string) {
  const text = bytes.length === 0 ? "" : yield* textOf(bytes, name)
  const list = /\.(?:ya?ml|json)$/iu.test(name)
    ? yield* fromYaml(text, name)
    : /\.[ct]sv$/iu.test(name)
      ? yield* fromCsv(text, name)
      : fromLines(text, name)
  const nameless = list.find(({ path }) => path === "")
  if (nameless !== undefined) {
    return yield* new Problem({ what: `${nameless.where}: no file is named.`, mend: "Name it as video.", exitCode: 2 })
  }
  return list
})
