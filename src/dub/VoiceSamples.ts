import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { Cue } from "../domain/Cue.ts"
import type { Interval } from "../domain/Sound.ts"
import type { Source } from "../domain/Source.ts"
import { Ffmpeg, file } from "../media/Ffmpeg.ts"
import { unwritable } from "../media/FileProblem.ts"
import { holdStart } from "../media/HoldStart.ts"
import { replaceOutput } from "../media/ReplaceOutput.ts"
import { decodeWav } from "../media/Wav.ts"
import { makeListener } from "../transcript/SpeechRegions.ts"
import type { KnownVoice } from "../transcript/Transcribe/Recognition.ts"
import { sampleSeconds, samplesOf } from "../transcript/Transcribe/Speakers.ts"
import { chooseAudioTrack } from "./Origin.ts"
import { Progress } from "./Progress.ts"
import type { DubSettings } from "./Settings.ts"

/** The rate and the kind of all samples of voices: what speech services and models work with. */
const asSample = "-ar 16000 -ac 1 -map_metadata -1 -c:a pcm_s16le -f wav".split(" ")

const extensions = [".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus"]
/** More voices are not read. */
const mostVoices = 32
/** Bytes that a file's name may have on most disks, with room for what goes around it. */
const longestName = 200

/**
 * Where samples of voices are kept: a folder beside the file that `--voices` names, with its name ("voices" for
 * voices.yaml). Undefined where no file is named: then nobody's voice is kept.
 */
export const samplesFolder = (settings: Pick<DubSettings, "voices">, paths: Path.Path): string | undefined => {
  if (settings.voices === undefined) return undefined
  const path = paths.resolve(settings.voices)
  const extension = paths.extname(path)
  return extension === "" ? `${path}.samples` : path.slice(0, -extension.length)
}

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)

/** A speaker's name as that of a file, whatever is in it; `nameIn` reads it back. */
export const fileNameOf = (speaker: string): string =>
  [...speaker.normalize("NFC")]
    .map((letter, i) =>
      /[\p{L}\p{M}\p{N}_-]/u.test(letter) || (/[ .']/.test(letter) && i > 0)
        ? letter
        : hex(new TextEncoder().encode(letter)).join("")
    )
    .join("")
    .replace(/[ .]$/, (last) => hex(new TextEncoder().encode(last)).join(""))

/** The speaker whom a file's name, without its extension, stands for. */
export const nameIn = (stem: string): string =>
  Option.getOrElse(Option.liftThrowable(decodeURIComponent)(stem.replaceAll(/%(?![\dA-Fa-f]{2})/g, "%25")), () => stem)

/** The voices that are kept from other videos, each as 2 to 8 seconds of WAV; what cannot be used is a warning. */
export const readVoiceSamples = Effect.fn("readVoiceSamples")(function* (settings: DubSettings) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const ffmpeg = yield* Ffmpeg
  const progress = yield* Progress
  const folder = samplesFolder(settings, paths)
  if (folder === undefined) return []
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), (): Array<string> => [])
  const usable = names
    .filter((name) => !name.startsWith(".") && extensions.includes(paths.extname(name).toLowerCase()))
    .toSorted()
    .slice(0, mostVoices)
  const read = yield* Effect.forEach(
    usable,
    Effect.fnUntraced(function* (name) {
      const path = paths.join(folder, name)
      const wav = yield* Effect.scoped(
        Effect.gen(function* () {
          const copy = yield* fs.makeTempFileScoped({ prefix: "dubber-", suffix: ".wav" })
          yield* ffmpeg.text(["-i", file(path), "-vn", "-t", `${sampleSeconds.most}`, ...asSample, "-y", file(copy)])
          return yield* fs.readFile(copy)
        })
      ).pipe(Effect.option)
      const seconds = Option.match(Option.flatMap(wav, decodeWav), {
        onNone: () => 0,
        onSome: ({ sampleRate, samples }) => samples.length / sampleRate
      })
      if (Option.isSome(wav) && seconds >= 2) {
        const voice: KnownVoice = { name: nameIn(name.slice(0, -paths.extname(name).length)), sample: wav.value }
        return [voice]
      }
      yield* progress.warning(
        `${path} cannot be used to know a voice again: ${seconds > 0 ? "it is shorter than 2 seconds" : "no sound can be read from it"}`
      )
      return []
    })
  )
  return read.flat()
})

/** A stretch of the sound as a sample, where somebody really speaks for most of it. */
const takeSample = Effect.fnUntraced(function* (source: Source, audio: number, { end, start }: Interval, path: string) {
  const ffmpeg = yield* Ffmpeg
  const fs = yield* FileSystem.FileSystem
  const span = ["-ss", start.toFixed(3), "-t", (end - start).toFixed(3), "-i", file(source.path)]
  const clock = holdStart(
    source,
    source.streams.filter(({ index }) => index === audio)
  )
  yield* ffmpeg.text([...span, "-map", `0:${audio}`, ...asSample, "-y", file(path), ...clock])
  const sound = decodeWav(yield* fs.readFile(path))
  if (Option.isNone(sound)) return false
  const { samples, sampleRate } = sound.value
  const listener = makeListener()
  listener.push(samples)
  const spoken = listener
    .heard()
    .regions()
    .reduce((sum, region) => sum + region.end - region.start, 0)
  return samples.length / sampleRate >= 2 && spoken >= (samples.length / sampleRate) * 0.5
})

/** Where the sample of a speaker's voice is, if there is one. */
const sampleFile = Effect.fnUntraced(function* (folder: string, speaker: string) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const found = extensions.map((extension) => paths.join(folder, `${fileNameOf(speaker)}${extension}`))
  return (yield* Effect.filter(found, (path) => Effect.orElseSucceed(fs.exists(path), () => false)))[0]
})

/** Keeps the first of some stretches that will do under a name; which one, or undefined where none does. */
const keepOne = Effect.fnUntraced(function* (
  source: Source,
  audio: number,
  samples: ReadonlyArray<Interval>,
  path: string
) {
  const fs = yield* FileSystem.FileSystem
  const copy = yield* fs.makeTempFileScoped({ prefix: "dubber-", suffix: ".wav" })
  for (const sample of samples) {
    if (!(yield* takeSample(source, audio, sample, copy))) continue
    yield* replaceOutput(path, (temporary) => fs.copyFile(copy, temporary).pipe(Effect.mapError(unwritable(path))))
    return sample
  }
  return undefined
}, Effect.scoped)

/**
 * Keeps a few seconds of each speaker's voice beside the file that `--voices` names, to know it again in other videos;
 * nothing where no file is named. A sample that is there stays; that of a speaker who was renamed goes with the name.
 * What cannot be kept is a warning.
 */
export const keepVoiceSamples = Effect.fn("keepVoiceSamples")(function* (
  source: Source,
  cues: ReadonlyArray<Cue>,
  renames: ReadonlyMap<string, string>,
  settings: DubSettings
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const progress = yield* Progress
  const folder = samplesFolder(settings, paths)
  const audio = yield* chooseAudioTrack(source, settings.audioTrack)
  if (folder === undefined || audio === undefined) return
  const ordered = cues.toSorted((a, b) => a.start - b.start)
  const keep = Effect.fnUntraced(
    function* (speaker: string) {
      const name = fileNameOf(speaker)
      const isTooLong = new TextEncoder().encode(name).length > longestName
      if (isTooLong || (yield* sampleFile(folder, speaker)) !== undefined) return
      const before = renames.get(speaker)
      const old = before === undefined ? undefined : yield* sampleFile(folder, before)
      if (old !== undefined) {
        const path = paths.join(folder, `${name}${paths.extname(old)}`)
        yield* fs.rename(old, path).pipe(Effect.mapError(unwritable(path)))
        return yield* progress.note(`the voice of ${before} is now that of ${speaker}: ${path}`)
      }
      const path = paths.join(folder, `${name}.wav`)
      const taken = yield* keepOne(source, audio.index, samplesOf(ordered, speaker).slice(0, 3), path)
      if (taken === undefined) return
      const seconds = (taken.end - taken.start).toFixed(1)
      yield* progress.note(`${seconds} s of the voice of ${speaker} are kept, to know it again: ${path}`)
    },
    (effect, speaker) =>
      effect.pipe(
        Effect.catch((error) =>
          progress.warning(`The voice of ${speaker} was not kept: ${error.message.slice(0, 200)}`)
        )
      )
  )
  const speakers = [...new Set(ordered.flatMap(({ speaker }) => speaker ?? []))]
  yield* Effect.forEach(speakers.slice(0, mostVoices), keep, { discard: true })
})
