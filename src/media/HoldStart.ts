import type { MediaStream, Source } from "../domain/Source.ts"

const isMain = ({ attachedPicture, kind }: MediaStream) =>
  (kind === "audio" || kind === "video") && attachedPicture !== true

/**
 * In some formats (mpegts) ffmpeg takes for the start of a file the start of the first stream that is *used*. What this
 * gives, put after the output of an ffmpeg that reads only `used` of `source`, uses the stream that starts the file for
 * nothing, so that times count from `source.startTime`; empty where there is no need.
 */
export const holdStart = (source: Source, used: ReadonlyArray<MediaStream>): ReadonlyArray<string> => {
  // The subtitles of a broadcast may begin before all else.
  const counts = (stream: MediaStream) => isMain(stream) || source.format === "mpegts"
  const starts = (stream: MediaStream) => stream.startTime - source.startTime < 0.001 && counts(stream)
  const first = source.streams.find((stream) => isMain(stream) && starts(stream)) ?? source.streams.find(starts)
  const isHeld = used.some(starts)
  return first === undefined || isHeld ? [] : ["-map", `0:${first.index}`, "-c", "copy", "-f", "null", "-"]
}
