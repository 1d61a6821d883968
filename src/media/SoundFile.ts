import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Problem } from "../domain/Problem.ts"
import { containerOf, type SoundCodec } from "./Container.ts"
import { bitRateFor } from "./Encode.ts"
import { Ffmpeg, file, FfmpegError } from "./Ffmpeg.ts"
import { shown, writing } from "./FileProblem.ts"
import { marker } from "./MuxArguments.ts"
import { replaceOutput } from "./ReplaceOutput.ts"

const encoders: Record<SoundCodec, ReadonlyArray<string>> = {
  aac: ["-c:a", "aac"],
  mp3: ["-c:a", "libmp3lame"],
  opus: ["-c:a", "libopus"],
  vorbis: ["-c:a", "libvorbis"],
  flac: ["-c:a", "flac"],
  pcm: ["-c:a", "pcm_s16le"]
}

/** What a sound file's name asks for; a Problem where it is no ending of a sound file that says whose it is. */
export const soundFileOf = (output: string) => {
  const container = containerOf(output)
  // A bare stream of AAC has no room for a word on where it comes from.
  if (container !== undefined && container.video?.length === 0 && container.format !== "adts") {
    return Effect.succeed(container)
  }
  return Effect.fail(
    new Problem({
      what: `${shown(output)} has no ending of a sound file.`,
      mend: "Name an output ending in .wav, .mp3, .m4a, .ogg, .opus or .flac.",
      exitCode: 2
    })
  )
}

/** Writes a WAV as the sound file that the name of `output` asks for: whole, or not at all. */
export const writeSoundFile = Effect.fn("writeSoundFile")(function* (wav: Uint8Array, output: string) {
  const ffmpeg = yield* Ffmpeg
  const { format, soundCodec } = yield* soundFileOf(output)
  const isExact = soundCodec === "pcm" || soundCodec === "flac"
  const rate = isExact ? [] : ["-b:a", `${bitRateFor(soundCodec, 1)}`]
  const args = ["-y", "-f", "wav", "-i", "pipe:0", ...encoders[soundCodec], ...rate]
  const tags = ["-metadata", `comment=${marker}`, "-f", format]
  yield* replaceOutput(output, (temporary) =>
    ffmpeg.pipe([...args, ...tags, file(temporary)], Stream.make(wav)).pipe(
      Stream.runDrain,
      Effect.mapError((error) => (error instanceof FfmpegError ? writing(output)(error) : error))
    )
  )
})
