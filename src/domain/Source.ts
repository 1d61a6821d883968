import * as Schema from "effect/Schema"

/** One stream of a media file, as ffprobe tells it. `index` is ffmpeg's stream index; times are in seconds. */
export const MediaStream = Schema.Struct({
  index: Schema.Int,
  kind: Schema.Literals(["video", "audio", "subtitle", "attachment", "data"]),
  codec: Schema.String,
  language: Schema.NullOr(Schema.String),
  title: Schema.NullOr(Schema.String),
  startTime: Schema.Finite,
  duration: Schema.NullOr(Schema.Finite),
  isDefault: Schema.Boolean,
  /** Audio only. */
  channels: Schema.optionalKey(Schema.Int),
  sampleRate: Schema.optionalKey(Schema.Int),
  /**
   * Video only; displayed size after rotation, by how many degrees a player turns it (left out where it does not), frames a
   * second, and whether it is a still cover picture.
   */
  width: Schema.optionalKey(Schema.Int),
  height: Schema.optionalKey(Schema.Int),
  rotation: Schema.optionalKey(Schema.Finite),
  frameRate: Schema.optionalKey(Schema.Finite),
  attachedPicture: Schema.optionalKey(Schema.Boolean)
})
export type MediaStream = typeof MediaStream.Type

/**
 * A media file: the shape of source.json.
 * `startTime` is what ffprobe gives for the file (seconds; what players show as 0), `duration` the length in seconds
 * from there to the end of the longest picture or sound. `fingerprint` changes when the file's content does.
 */
export const Source = Schema.Struct({
  path: Schema.String,
  size: Schema.Int,
  format: Schema.String,
  startTime: Schema.Finite,
  duration: Schema.Finite,
  streams: Schema.Array(MediaStream),
  chapters: Schema.Int,
  fingerprint: Schema.String
})
export type Source = typeof Source.Type

/** The streams of moving pictures: cover art is not one. */
export const videoStream = (source: Source): MediaStream | undefined =>
  source.streams.find((stream) => stream.kind === "video" && stream.attachedPicture !== true)

export const audioStreams = (source: Source): ReadonlyArray<MediaStream> =>
  source.streams.filter((stream) => stream.kind === "audio")

/**
 * Whether what starts at so many seconds would never be heard. To the millisecond, as times are written in subtitles: what
 * is past the end when it is heard must be past it when subs.srt is read again.
 */
export const isPastEnd = (start: number, { duration }: Pick<Source, "duration">): boolean =>
  Math.round(start * 1000) >= Math.floor(duration * 1000)
