import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Ffmpeg, file } from "./Ffmpeg.ts"
import { marker } from "./MuxArguments.ts"
import { number } from "./ProbeJson.ts"

const Tags = Schema.Record(Schema.String, Schema.String)
const Shown = Schema.fromJsonString(
  Schema.Struct({
    format: Schema.optionalKey(
      Schema.Struct({ duration: Schema.optionalKey(Schema.String), tags: Schema.optionalKey(Tags) })
    ),
    streams: Schema.optionalKey(Schema.Array(Schema.Struct({ tags: Schema.optionalKey(Tags) })))
  })
)

/** What one quick look at a media file tells. */
export interface Glance {
  /** As its header says, which may be wrong; null where it says nothing. */
  readonly seconds: number | null
  /** Whether dubber made it. */
  readonly isOurs: boolean
}

/** One call of ffprobe, to the header only. */
const header = Effect.fn("header")(function* (path: string) {
  const ffmpeg = yield* Ffmpeg
  const entries = "format=duration:format_tags:stream_tags"
  const text = yield* ffmpeg.probe(["-show_entries", entries, "-of", "json", file(path)])
  const { format, streams = [] } = yield* Schema.decodeEffect(Shown)(text)
  const tags = [format?.tags, ...streams.map((stream) => stream.tags)].flatMap((each) => Object.entries(each ?? {}))
  const comment = tags.find(([key]) => key.toLowerCase() === "comment")?.[1] ?? ""
  return { seconds: number(format?.duration), comment }
})

/** The comment in a file's metadata, "" where there is none. */
export const commentOf = (path: string) => Effect.map(header(path), ({ comment }) => comment)

/** Looks at a file; nothing is known of what cannot be read. */
export const glance = (path: string) =>
  header(path).pipe(
    Effect.map(({ comment, seconds }): Glance => ({ seconds, isOurs: comment.split("\n").includes(marker) })),
    Effect.orElseSucceed((): Glance => ({ seconds: null, isOurs: false }))
  )

/** Whether a file was made by dubber: false for any other, and for what cannot be read. */
export const isOurs = (path: string) => Effect.map(glance(path), (seen) => seen.isOurs)
