import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { Interval } from "../../domain/Sound.ts"
import { Problem } from "../../domain/Problem.ts"
import { Ffmpeg, file } from "../../media/Ffmpeg.ts"

/** A format of the pieces that are sent. */
export interface PieceFormat {
  readonly fileName: string
  readonly contentType: string
  readonly options: ReadonlyArray<string>
  /** The most that a second takes. */
  readonly bytesPerSecond: number
}

/**
 * MP3 is what every compatible server reads, those that are built on a small decoder too (they know neither Opus nor
 * AAC), in a tenth of the size; its encoder is written down in the file's first frame, so that no delay stays.
 */
const mp3: PieceFormat = {
  fileName: "audio.mp3",
  contentType: "audio/mpeg",
  options: ["-c:a", "libmp3lame", "-b:a", "48k"],
  bytesPerSecond: 6000
}

/** Every ffmpeg has this encoder, and nearly every server reads it. */
const flac: PieceFormat = {
  fileName: "audio.flac",
  contentType: "audio/flac",
  options: ["-c:a", "flac"],
  bytesPerSecond: 32_500
}

/** A sample of a voice: short, and read by every server. */
export const sampleFormat: PieceFormat = {
  fileName: "voice.wav",
  contentType: "audio/wav",
  options: ["-c:a", "pcm_s16le"],
  bytesPerSecond: 32_000
}

/** The format that this ffmpeg can write and most servers read. */
export const pieceFormat = Effect.gen(function* () {
  const ffmpeg = yield* Ffmpeg
  return / libmp3lame /.test(yield* ffmpeg.text(["-encoders"])) ? mp3 : flac
})

/** One span of a sound file, encoded; its first sample is that at `start`. */
export const encodePiece = Effect.fnUntraced(function* (sound: string, { start, end }: Interval, format: PieceFormat) {
  const ffmpeg = yield* Ffmpeg
  const fs = yield* FileSystem.FileSystem
  // Into a file, not a pipe: only where it can go back does the encoder write how many samples are its own.
  const path = yield* fs.makeTempFileScoped({ prefix: "dubber-", suffix: `-${format.fileName}` })
  const span = ["-ss", start.toFixed(6), "-t", (end - start).toFixed(6), "-i", file(sound)]
  yield* ffmpeg.text([...span, "-map_metadata", "-1", ...format.options, "-y", file(path)])
  return yield* fs.readFile(path)
}, Effect.scoped)

/** A failure of the disk under the temporary files. */
export const temporaryProblem = (why: string): Problem =>
  new Problem({
    what: `A temporary file could not be written or read: ${why.slice(0, 150)}.`,
    mend: "Make room on the disk, or set TMPDIR to a folder that has it."
  })
