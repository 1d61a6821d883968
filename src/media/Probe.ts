import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Problem } from "../domain/Problem.ts"
import type { MediaStream, Source } from "../domain/Source.ts"
import { Ffmpeg, type FfmpegError, file } from "./Ffmpeg.ts"
import { shown, unreadable } from "./FileProblem.ts"
import { fingerprint } from "./Fingerprint.ts"
import { number, type Packet, ProbeJson, toMediaStream } from "./ProbeJson.ts"

/** Formats whose length ffmpeg guesses from the bit rate: only counting tells it. */
const guessed = /^(aac|mp3|ac3|eac3|dts|dtshd|truehd|mlp|amr.*|loas|h264|hevc|m4v|mpegvideo|obu|adp|adx|gsm|sbc)$/

/** Formats whose headers count from 0 to the end, where ffmpeg's duration is else from the start to the end. */
const countedFromZero = /^(matroska|asf)/

/** How far the data may end before what the header says, in seconds, before a file counts as cut off. */
const tolerance = 2

const cutOff = (path: string, detail: string) =>
  new Problem({ what: `${shown(path)} is cut off: ${detail}.`, mend: "Copy or download it again." })

const notMedia = (path: string) =>
  new Problem({
    what: `${shown(path)} is not a video or sound file that ffmpeg can read.`,
    mend: "Check that it is the right file."
  })

/** Whether the first bytes are those of an mp4 or mov. */
const startsAsMp4 = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const opened = yield* fs.open(path, { flag: "r" })
  const head = Option.getOrElse(yield* opened.readAlloc(8), () => new Uint8Array(0))
  return /^(ftyp|moov|mdat|free|wide|skip)$/.test(new TextDecoder("latin1").decode(head.subarray(4, 8)))
}, Effect.scoped)

const checkFile = Effect.fnUntraced(
  function* (path: string) {
    const fs = yield* FileSystem.FileSystem
    const info = yield* fs.stat(path)
    if (info.type === "Directory") return yield* new Problem({ what: `${shown(path)} is a folder, not a file.` })
    if (info.type !== "File") return yield* new Problem({ what: `${shown(path)} is not a regular file.` })
    if (Number(info.size) === 0) {
      return yield* new Problem({ what: `${shown(path)} is empty (0 bytes).`, mend: "Copy or download it again." })
    }
    return { size: Number(info.size), fingerprint: yield* fingerprint(path), isMp4: yield* startsAsMp4(path) }
  },
  (effect, path) => Effect.catchTag(effect, "PlatformError", (error) => Effect.fail(unreadable(path)(error)))
)

const refused = (path: string, isMp4: boolean) => (error: FfmpegError) => {
  if (error.notInstalled || error.exitCode === undefined) return error
  if (isMp4 && error.stderr.includes("moov atom not found")) return cutOff(path, "its index (moov) is missing")
  return notMedia(path)
}

const packetEntries = "packet=stream_index,pts_time,dts_time,duration_time"

/** So small a file is read to its end sooner than ffprobe starts a second time; in bytes. */
const small = 1 << 20

/** The end of the last packet of `streams`, in seconds; null where there is none. */
const endOf = (packets: ReadonlyArray<Packet>, streams: ReadonlyMap<number, MediaStream>): number | null => {
  let end: number | null = null
  for (const { dts_time, duration_time, pts_time, stream_index } of packets) {
    const stream = stream_index === undefined ? undefined : streams.get(stream_index)
    const at = number(pts_time) ?? number(dts_time)
    if (stream === undefined || at === null) continue
    const frame = stream.frameRate === undefined ? 0 : 1 / stream.frameRate
    end = Math.max(end ?? at, at + (number(duration_time) ?? frame))
  }
  return end
}

/** The packets of a file, from so many seconds on. */
const packetsFrom = Effect.fnUntraced(function* (path: string, from: number) {
  const ffmpeg = yield* Ffmpeg
  const interval = from <= 0 ? [] : ["-read_intervals", `${from.toFixed(3)}%`]
  const lines = yield* ffmpeg.probe([...interval, "-show_entries", packetEntries, "-of", "csv=p=0", file(path)])
  return lines.split("\n").map((line): Packet => {
    const [index = "", pts_time = "", dts_time = "", duration_time = ""] = line.split(",")
    return { ...(index === "" ? {} : { stream_index: Number(index) }), pts_time, dts_time, duration_time }
  })
})

/**
 * Reads what a media file holds, whatever the container. Durations come from where the data ends, not from a header that
 * may be missing or wrong. Fails with a Problem for what is no media file, holds neither picture nor sound, or is cut off.
 */
export const probe = Effect.fn("probe")(function* (path: string) {
  const ffmpeg = yield* Ffmpeg
  const { size, fingerprint: print, isMp4 } = yield* checkFile(path)
  const packets = size > small ? [] : ["-show_entries", packetEntries]
  const text = yield* ffmpeg
    .probe(["-show_format", "-show_streams", "-show_chapters", ...packets, "-of", "json", file(path)])
    .pipe(Effect.mapError(refused(path, isMp4)))
  const json = yield* Schema.decodeEffect(ProbeJson)(text).pipe(Effect.mapError(() => notMedia(path)))
  const format = json.format.format_name
  const streams = json.streams.map(toMediaStream)
  if (format === "tty") return yield* notMedia(path)
  if (/_pipe$|^image2$/.test(format)) {
    return yield* new Problem({
      what: `${shown(path)} is a picture, not a video.`,
      mend: "Give a video or sound file."
    })
  }
  const heardOrSeen = streams.filter(
    ({ kind, attachedPicture }) => kind === "audio" || (kind === "video" && attachedPicture !== true)
  )
  if (heardOrSeen.length === 0) {
    const what = `${shown(path)} holds neither picture nor sound.`
    return yield* new Problem({ what, mend: "Give a video or sound file." })
  }
  const startTime = number(json.format.start_time) ?? 0
  const header = number(json.format.duration)
  const countedFrom = (start: number) => (countedFromZero.test(format) ? 0 : start)
  const ends = heardOrSeen.map(({ duration, startTime: start }) =>
    duration === null ? null : countedFrom(start) + duration
  )
  const known = ends.every((end) => end !== null) ? Math.max(...ends) : null
  const said = known ?? (header === null ? null : countedFrom(startTime) + header)
  const indexes = new Map(heardOrSeen.map((stream) => [stream.index, stream]))
  const wholly = said === null || guessed.test(format)
  const endFrom = (from: number) =>
    json.packets === undefined
      ? Effect.map(packetsFrom(path, from), (read) => endOf(read, indexes))
      : Effect.succeed(endOf(json.packets, indexes))
  const tail = wholly ? null : yield* endFrom(said - 10)
  const near = tail !== null && said !== null && tail >= said - tolerance
  const measured = near ? tail : yield* endFrom(0)
  if (measured === null) return yield* cutOff(path, "there is no sound or picture after its header")
  // A track of subtitles may make the file longer than what is seen and heard.
  const promised = known ?? (streams.some(({ kind }) => kind === "subtitle") ? null : said)
  if (!wholly && promised !== null && measured < promised - tolerance) {
    const told = `${(promised - startTime).toFixed(1)} s`
    return yield* cutOff(path, `its header says ${told}, its data ends after ${(measured - startTime).toFixed(1)} s`)
  }
  const duration = (near ? (known ?? measured) : measured) - startTime
  const source: Source = {
    path,
    size,
    format,
    startTime,
    duration: Math.round(duration * 1e6) / 1e6,
    streams,
    chapters: json.chapters?.length ?? 0,
    fingerprint: print
  }
  return source
})
