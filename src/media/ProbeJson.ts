import * as Schema from "effect/Schema"
import type { MediaStream } from "../domain/Source.ts"

const optional = Schema.optionalKey

const RawStream = Schema.Struct({
  index: Schema.Int,
  codec_type: optional(Schema.String),
  codec_name: optional(Schema.String),
  codec_tag_string: optional(Schema.String),
  start_time: optional(Schema.String),
  duration: optional(Schema.String),
  channels: optional(Schema.Finite),
  sample_rate: optional(Schema.String),
  width: optional(Schema.Finite),
  height: optional(Schema.Finite),
  avg_frame_rate: optional(Schema.String),
  r_frame_rate: optional(Schema.String),
  disposition: optional(Schema.Record(Schema.String, Schema.Finite)),
  tags: optional(Schema.Record(Schema.String, Schema.String)),
  side_data_list: optional(Schema.Array(Schema.Struct({ rotation: optional(Schema.Finite) })))
})
type RawStream = typeof RawStream.Type

const RawPacket = Schema.Struct({
  stream_index: optional(Schema.Int),
  pts_time: optional(Schema.String),
  dts_time: optional(Schema.String),
  duration_time: optional(Schema.String)
})
/** One packet of a stream; times in seconds, as ffprobe writes them. */
export type Packet = typeof RawPacket.Type

/** What `ffprobe -show_format -show_streams -show_chapters -of json` prints, with `-show_packets` or not, as far as it is used. */
export const ProbeJson = Schema.fromJsonString(
  Schema.Struct({
    packets: optional(Schema.Array(RawPacket)),
    streams: Schema.Array(RawStream),
    chapters: optional(Schema.Array(Schema.Struct({}))),
    format: Schema.Struct({
      format_name: Schema.String,
      start_time: optional(Schema.String),
      duration: optional(Schema.String),
      tags: optional(Schema.Record(Schema.String, Schema.String))
    })
  })
)

/** A number of ffprobe's, null for "N/A". */
export const number = (text: string | undefined): number | null => {
  const value = text === undefined || text === "" ? Number.NaN : Number(text)
  return Number.isFinite(value) ? value : null
}

/** "30000/1001" as a number; undefined for "0/0". */
const rate = (text: string | undefined): number | undefined => {
  const [over = 0, under = 1] = (text ?? "").split("/").map(Number)
  const value = over / under
  return Number.isFinite(value) && value > 0 ? value : undefined
}

const tag = (stream: RawStream, name: string): string | null => {
  const found = Object.entries(stream.tags ?? {})
    .find(([key]) => key.toLowerCase() === name)?.[1]
    .trim()
  return found === undefined || found === "" ? null : found
}

const kinds = { video: "video", audio: "audio", subtitle: "subtitle", attachment: "attachment" } as const

/** Of data ffmpeg knows no codec, and calls it after its tag: gpmd of a GoPro, mebx of an iPhone, text of chapters. */
const codecOf = ({ codec_name: name, codec_tag_string: called = "" }: RawStream): string =>
  name !== undefined && name !== "bin_data" ? name : /^\w+$/.test(called) ? called : (name ?? "unknown")

export const toMediaStream = (stream: RawStream): MediaStream => {
  const kind = kinds[stream.codec_type as keyof typeof kinds] ?? "data"
  const language = tag(stream, "language")
  const sampleRate = number(stream.sample_rate)
  const rotation = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0
  const turned = Math.abs(Math.round(rotation)) % 180 === 90
  const [width, height] = turned ? [stream.height, stream.width] : [stream.width, stream.height]
  const frameRate = rate(stream.avg_frame_rate) ?? rate(stream.r_frame_rate)
  return {
    index: stream.index,
    kind,
    codec: codecOf(stream),
    language: language === "und" ? null : language,
    title: tag(stream, "title"),
    startTime: number(stream.start_time) ?? 0,
    duration: number(stream.duration),
    isDefault: stream.disposition?.["default"] === 1,
    ...(kind === "audio" && stream.channels !== undefined ? { channels: stream.channels } : {}),
    ...(kind === "audio" && sampleRate !== null ? { sampleRate } : {}),
    ...(kind === "video" && width !== undefined && height !== undefined ? { width, height } : {}),
    ...(kind === "video" && rotation !== 0 ? { rotation } : {}),
    ...(kind === "video" && frameRate !== undefined ? { frameRate } : {}),
    ...(kind === "video" && stream.disposition?.["attached_pic"] === 1 ? { attachedPicture: true } : {})
  }
}
