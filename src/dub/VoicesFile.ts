import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Yaml from "effect/encoding/Yaml"
import { Problem } from "../domain/Problem.ts"
import type { VoicesOf } from "../speech/VoiceDeal.ts"

/** The voices of each speaker by service: the shape of voices.yaml. Numbers are voices of some services. */
const Voices = Schema.NullOr(
  Schema.Record(
    Schema.String,
    Schema.NullOr(Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Finite])))
  )
)

const heading = "# Which voice speaks for whom, by service. Edit it as you like: whoever stands here keeps the voice."

const decode = (text: string, path: string) =>
  Effect.try({
    try: () => Yaml.parse(text),
    catch: (error) => String((error as Error).message)
  }).pipe(
    Effect.flatMap((value) =>
      Effect.mapError(Schema.decodeUnknownEffect(Voices)(value), (error) => String(error.message))
    ),
    Effect.mapError(
      (why) =>
        new Problem({
          what: `${path} cannot be read: ${why.replaceAll(/\s+/g, " ").slice(0, 140)}.`,
          mend: 'It is written as "openai:" with lines such as "  Anna: nova" under it.'
        })
    )
  )

/** What voices.yaml says for one service. Fails with a Problem where it is no such file. */
export const voicesIn = Effect.fnUntraced(function* (text: string, path: string, service: string) {
  const section = (yield* decode(text, path))?.[service] ?? {}
  const voices: VoicesOf = new Map(Object.entries(section).map(([speaker, voice]) => [speaker, String(voice)]))
  return voices
})

/** Everybody who has a voice in voices.yaml, of whatever service. */
export const namesIn = Effect.fnUntraced(function* (text: string, path: string) {
  const sections = Object.values((yield* decode(text, path)) ?? {})
  return [...new Set(sections.flatMap((section) => Object.keys(section ?? {})))]
})

const plain = /^[\p{L}][\p{L}\p{N} _.-]*$/u

/** A name as YAML reads it back: as it is where nothing in it is YAML's, else quoted. */
const quoted = (name: string): string =>
  plain.test(name) && name === name.trim() && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(name)

const entries = (voices: VoicesOf, indent: string) =>
  [...voices].map(([speaker, voice]) => `${indent}${quoted(speaker)}: ${quoted(voice)}`)

/** The text of voices.yaml with more speakers under one service; what a person wrote there, remarks too, stays. */
export const addVoices = (text: string, service: string, voices: VoicesOf): string => {
  const lines = (text.trim() === "" ? heading : text.trimEnd()).split(/\r?\n/)
  const at = lines.findIndex((line) => new RegExp(`^["']?${service}["']?:\\s*(?:#.*)?$`).test(line))
  if (at === -1) return [...lines, `${service}:`, ...entries(voices, "  "), ""].join("\n")
  const after = lines.slice(at + 1)
  const length = after.findIndex((line) => /^[^\s#]/.test(line))
  const section = length === -1 ? after : after.slice(0, length)
  const last = section.findLastIndex((line) => line.trim() !== "")
  const indent = /^\s+(?=[^\s#])/.exec(section.find((line) => /^\s+[^\s#]/.test(line)) ?? "")?.[0] ?? "  "
  return [
    ...lines.slice(0, at + 1),
    ...section.slice(0, last + 1),
    ...entries(voices, indent),
    ...section.slice(last + 1),
    ...after.slice(section.length),
    ""
  ].join("\n")
}
