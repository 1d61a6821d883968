import type { MediaStream, Source } from "../domain/Source.ts"

/**
 * In some formats (mpegts) ffmpeg takes for the start of a file the start of the first stream that is *used*. What this
 * gives, put after the output of an ffmpeg that reads only `used` of `source`, uses the stream that starts the file for
 * nothing, so that times count from `source.startTime`; empty where there is no need.
 */
export const holdStart = (source: Source, used: ReadonlyArray<MediaStream>): ReadonlyArray<string> => {
  const starts = ({ startTime }: MediaStream) => startTime - source.startTime < 0.001
  const first = source.streams.find(
    (stream) =>
      (stream.kind === "audio" || stream.kind === "video") && stream.attachedPicture !== true && starts(stream)
  )
  const isHeld = used.some((stream) => (stream.kind === "audio" || stream.kind === "video") && starts(stream))
  return first === undefined || isHeld ? [] : ["-map", `0:${first.index}`, "-c", "copy", "-f", "null", "-"]
}
