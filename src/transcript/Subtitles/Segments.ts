import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Cue } from "../../domain/Cue.ts"
import { Problem } from "../../domain/Problem.ts"
import { tidyName, tidyText } from "./Markup.ts"

const Segment = Schema.Struct({
  start: Schema.Finite,
  end: Schema.Finite,
  text: Schema.String,
  speaker: Schema.optionalKey(Schema.NullOr(Schema.String))
})

const shape = 'It must be a JSON array of {"start": seconds, "end": seconds, "text": "…"}.'

/**
 * Reads a JSON array of `{start, end, text}` (seconds from the start of the video; `speaker` may be given). A Problem
 * names the first entry that is wrong by its index, counting from 0.
 */
export const parseSegments = Effect.fnUntraced(function* (json: string, fileName: string) {
  const entries = yield* Schema.decodeEffect(Schema.fromJsonString(Schema.Array(Schema.Unknown)))(
    json.replace(/^\ufeff/, "")
  ).pipe(Effect.mapError(() => new Problem({ what: `${fileName} holds no JSON array.`, mend: shape })))
  const segments = yield* Effect.forEach(entries, (entry, index) =>
    Schema.decodeUnknownEffect(Segment)(entry).pipe(
      Effect.mapError((error) => {
        const reason = error.message.replaceAll(/\s+/g, " ").slice(0, 120)
        return new Problem({ what: `${fileName}: entry [${index}] is wrong: ${reason}.`, mend: shape })
      }),
      Effect.filterOrFail(
        ({ start, end }) => end >= start && end > 0,
        ({ start, end }) =>
          new Problem({ what: `${fileName}: entry [${index}] ends (${end}) before it starts (${start}).`, mend: shape })
      )
    )
  )
  const spoken = segments.filter(({ text }) => tidyText(text) !== "").toSorted((a, b) => a.start - b.start)
  if (spoken.length === 0) {
    return yield* new Problem({ what: `${fileName} holds no text.`, mend: shape })
  }
  return spoken.map(({ start, end, text, speaker }, index): Cue => ({
    id: index + 1,
    start: Math.max(0, start),
    end,
    text: tidyText(text),
    speaker: tidyName(speaker ?? "") || null
  }))
})
