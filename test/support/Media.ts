import { Effect, FileSystem, Option, Path, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { decodeWav } from "../../src/media/Wav.ts"
import { kept } from "./Kept.ts"

/** What is heard from `at` (seconds from the start of its track): a tone, white noise (best for correlation) or eSpeak words. */
export type Heard =
  | { readonly at: number; readonly seconds: number; readonly tone: number; readonly level?: number }
  | { readonly at: number; readonly seconds: number; readonly noise: number; readonly level?: number }
  | { readonly at: number; readonly words: string; readonly voice?: string; readonly level?: number }

export interface SoundTrack {
  /** Defaults to one second of 440 Hz from second 1 on. */
  readonly heard?: ReadonlyArray<Heard>
  /** Defaults to the film's. */
  readonly seconds?: number
  /** ISO 639-2: "eng". */
  readonly language?: string
  readonly title?: string
  readonly channels?: number
  /** Rate of the stored stream; 48,000. */
  readonly sampleRate?: number
  /** Where the track starts on the film's clock; 0. */
  readonly startsAt?: number
  /** An ffmpeg encoder; by container. */
  readonly codec?: string
}

export interface Picture {
  readonly size?: string
  /** "25", "30000/1001". */
  readonly rate?: string
  readonly seconds?: number
  readonly startsAt?: number
  /** Degrees clockwise that a player turns it by; mp4 and mov only. */
  readonly rotation?: 90 | 180 | 270
  readonly variableRate?: boolean
  /** Consecutive B-frames; 0. */
  readonly bFrames?: number
  /** Frames between key frames; 12. */
  readonly keyFrames?: number
  /** Seconds at which the picture changes to another scene. */
  readonly cuts?: ReadonlyArray<number>
  readonly codec?: string
}

export interface Film {
  /** 4 */
  readonly seconds?: number
  /** `null` for sound only. */
  readonly picture?: Picture | null
  /** `[]` for a silent film. */
  readonly sounds?: ReadonlyArray<SoundTrack>
  readonly subtitles?: ReadonlyArray<{
    readonly language?: string
    readonly title?: string
    readonly cues: ReadonlyArray<{ readonly start: number; readonly end: number; readonly text: string }>
  }>
  readonly chapters?: ReadonlyArray<{ readonly start: number; readonly end: number; readonly title: string }>
  readonly cover?: boolean
  /** A font-like attachment; mkv only. */
  readonly attachment?: boolean
  readonly metadata?: Record<string, string>
  /** Written as to a live listener: the header names no duration (mkv, webm). */
  readonly live?: boolean
  /** More options for the output. */
  readonly options?: ReadonlyArray<string>
}

const encoders: Record<string, { readonly video?: string; readonly audio: string; readonly subtitle?: string }> = {
  mp4: { video: "libx264", audio: "aac", subtitle: "mov_text" },
  mov: { video: "libx264", audio: "aac", subtitle: "mov_text" },
  mkv: { video: "libx264", audio: "aac", subtitle: "srt" },
  webm: { video: "libvpx", audio: "libopus", subtitle: "webvtt" },
  avi: { video: "mpeg4", audio: "libmp3lame" },
  ts: { video: "libx264", audio: "aac" },
  mpg: { video: "mpeg2video", audio: "mp2" },
  m4a: { audio: "aac" },
  mka: { audio: "aac" },
  mp3: { audio: "libmp3lame" },
  wav: { audio: "pcm_s16le" },
  flac: { audio: "flac" },
  ogg: { audio: "libvorbis" },
  opus: { audio: "libopus" },
  aac: { audio: "aac" }
}

const rate = 48_000

const bytesOf = (samples: Float32Array) => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)

const fill = "aresample=async=1:first_pts=0"
const rawSound = (channels: number) => ["-ar", `${rate}`, "-ac", `${channels}`, "-f", "f32le", "pipe:1"]

/** Any sound file or stream as mono Float32 at 48 kHz, with a late start filled with silence. */
export const listen = Effect.fnUntraced(function* (
  path: string,
  options: { readonly track?: number; readonly channels?: number } = {}
) {
  const ffmpeg = yield* Ffmpeg
  const args = ["-i", file(path), "-map", `0:a:${options.track ?? 0}`, "-af", fill, ...rawSound(options.channels ?? 1)]
  const raw = yield* Stream.mkUint8Array(ffmpeg.pipe(args))
  return new Float32Array(raw.buffer, raw.byteOffset, Math.floor(raw.byteLength / 4)).slice()
})

/** As `listen`, of the first track of several files, by one start of ffmpeg. */
export const listenTo = Effect.fnUntraced(function* (files: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const ffmpeg = yield* Ffmpeg
  const folder = yield* fs.makeTempDirectoryScoped()
  const outputs = files.map((_, at) => {
    return ["-map", `${at}:a:0`, "-af", fill, ...rawSound(1).slice(0, -1), file(`${folder}/${at}`)]
  })
  yield* ffmpeg.text([...files.flatMap((path) => ["-i", file(path)]), ...outputs.flat()])
  return yield* Effect.forEach(files, (_, at) =>
    Effect.map(fs.readFile(`${folder}/${at}`), (bytes) => {
      const raw = Uint8Array.from(bytes)
      return new Float32Array(raw.buffer, 0, Math.floor(raw.byteLength / 4))
    })
  )
}, Effect.scoped)

/** What ffmpeg's ebur128 measures of a file: integrated loudness (LUFS) and true peak (dBTP). */
export const ebur128 = Effect.fnUntraced(function* (path: string) {
  const log = yield* (yield* Ffmpeg).log([
    "-i",
    file(path),
    "-map",
    "0:a:0",
    "-af",
    "ebur128=peak=true",
    "-f",
    "null",
    "-"
  ])
  const summary = log.slice(log.lastIndexOf("Summary:"))
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(-?[\\d.]+)`).exec(summary)?.[1])
  return { integrated: read("I"), truePeak: read("Peak") }
})

/** `samples` at 48 kHz by windowed sinc: from a lower rate, as here, nothing has to be filtered out. */
const toRate = (samples: Float32Array, sampleRate: number): Float32Array => {
  const reach = 16
  const made = new Float32Array(Math.floor((samples.length * rate) / sampleRate))
  for (let at = 0; at < made.length; at++) {
    const place = (at * sampleRate) / rate
    const first = Math.max(0, Math.ceil(place - reach))
    const last = Math.min(samples.length - 1, Math.floor(place + reach))
    for (let from = first; from <= last; from++) {
      const away = Math.PI * (place - from)
      const weight = away === 0 ? 1 : (Math.sin(away) / away) * Math.cos(away / (2 * reach)) ** 2
      made[at] = made[at]! + samples[from]! * weight
    }
  }
  return made
}

const saying = Effect.fnUntraced(function* (words: string, voice: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const folder = yield* fs.makeTempDirectoryScoped()
  const wav = path.join(folder, "said.wav")
  yield* spawner.exitCode(ChildProcess.make("espeak-ng", ["-v", voice, "-w", wav, "--", words]))
  const { samples, sampleRate } = Option.getOrThrow(decodeWav(yield* fs.readFile(wav)))
  return toRate(samples, sampleRate)
}, Effect.scoped)

const said = new Map<string, Float32Array>()

/** Words as eSpeak NG says them: mono Float32 at 48 kHz. */
export const say = Effect.fnUntraced(function* (words: string, voice = "en") {
  const name = `${voice} ${words}`
  const sound = said.get(name) ?? (yield* saying(words, voice))
  said.set(name, sound)
  return sound.slice()
})

/** White noise that is the same for the same seed, in [-1, 1]. */
export const noise = (samples: number, seed: number): Float32Array => {
  const made = new Float32Array(samples)
  let state = (seed * 2_654_435_761 + 1) >>> 0
  for (let at = 0; at < samples; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    made[at] = state / 2_147_483_648 - 1
  }
  return made
}

const tone = (hertz: number, seconds: number): Float32Array => {
  const made = new Float32Array(Math.round(seconds * rate))
  for (let at = 0; at < made.length; at++) made[at] = Math.sin((2 * Math.PI * hertz * at) / rate)
  return made
}

/** A track's sound, mono Float32 at 48 kHz. */
export const sound = Effect.fnUntraced(function* (track: SoundTrack, seconds: number) {
  const made = new Float32Array(Math.round((track.seconds ?? seconds) * rate))
  for (const heard of track.heard ?? [{ at: 1, seconds: 1, tone: 440 }]) {
    const start = Math.round(heard.at * rate)
    const level = heard.level ?? 0.3
    const part =
      "words" in heard
        ? yield* say(heard.words, heard.voice)
        : "noise" in heard
          ? noise(Math.round(heard.seconds * rate), heard.noise)
          : tone(heard.tone, heard.seconds)
    for (let at = 0; at < part.length && start + at < made.length; at++) {
      made[start + at] = made[start + at]! + part[at]! * level
    }
  }
  return made
})

const srtTime = (seconds: number) => {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) =>
    String(Math.floor(part)).padStart(2, "0")
  )
  return `${parts.join(":")},${String(Math.round((seconds % 1) * 1000)).padStart(3, "0")}`
}

/** SubRip text of `cues`; seconds. */
export const srt = (
  cues: ReadonlyArray<{ readonly start: number; readonly end: number; readonly text: string }>
): string => cues.map((cue, at) => `${at + 1}\n${srtTime(cue.start)} --> ${srtTime(cue.end)}\n${cue.text}\n`).join("\n")

const pictureInput = (picture: Picture, seconds: number) => {
  const size = picture.size ?? "160x120"
  const length = picture.seconds ?? seconds
  const frames = picture.rate ?? "25"
  if (picture.cuts === undefined) return `testsrc2=size=${size}:rate=${frames}:duration=${length}`
  const colours = ["navy", "gold", "darkgreen", "white", "maroon", "cyan"]
  const edges = [0, ...picture.cuts, length]
  const scenes = picture.cuts.map(
    (cut, at) =>
      `color=${colours[(at + 1) % 6]}:size=${size}:rate=${frames}:duration=${edges[at + 2]! - cut}[s${at + 1}];`
  )
  const joined = edges.slice(1).map((_, at) => `[s${at}]`)
  return [
    `color=${colours[0]}:size=${size}:rate=${frames}:duration=${edges[1]}[s0];`,
    ...scenes,
    `${joined.join("")}concat=n=${joined.length}`
  ].join("")
}

/** A PNG of 64 by 64 orange pixels. */
const orange =
  "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAATklEQVR42u3PQQkAAAgEsOvfw5xeBN/CYAWWnbwWAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAYFLAT6TQYeexRUQAAAAAElFTkSuQmCC"

/** Turns the picture of an mp4 or mov by writing the matrix of its track header, as a telephone does. */
const rotate = Effect.fnUntraced(function* (path: string, degrees: 90 | 180 | 270) {
  const fs = yield* FileSystem.FileSystem
  const bytes = Buffer.from(yield* fs.readFile(path))
  const matrices = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] } as const
  const [a, b, c, d] = matrices[degrees]
  for (let at = bytes.indexOf("tkhd"); at >= 0; at = bytes.indexOf("tkhd", at + 4)) {
    const matrix = at + (bytes[at + 4] === 1 ? 56 : 44)
    if (bytes.readUInt32BE(matrix + 36) === 0) continue
    const x = a + c < 0 ? bytes.readInt32BE(matrix + (c === 0 ? 36 : 40)) : 0
    const y = b + d < 0 ? bytes.readInt32BE(matrix + (d === 0 ? 40 : 36)) : 0
    for (const [index, value] of [a << 16, b << 16, 0, c << 16, d << 16, 0, x, y, 1 << 30].entries()) {
      bytes.writeInt32BE(value, matrix + index * 4)
    }
  }
  yield* fs.writeFile(path, bytes)
})

const makeFilm = Effect.fnUntraced(function* (path: string, wanted: Film) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const ffmpeg = yield* Ffmpeg
  const extension = paths.extname(path).slice(1).toLowerCase()
  const encoder = encoders[extension] ?? encoders.mkv!
  const folder = yield* fs.makeTempDirectoryScoped()
  const seconds = wanted.seconds ?? 4
  const picture = wanted.picture === null || encoder.video === undefined ? undefined : (wanted.picture ?? {})
  const sounds = wanted.sounds ?? [{}]
  const inputs: Array<string> = []
  const outputs: Array<string> = []
  let input = 0
  if (picture !== undefined) {
    const source = pictureInput(picture, seconds)
    inputs.push("-itsoffset", `${picture.startsAt ?? 0}`, "-f", "lavfi", "-i", source)
    outputs.push("-map", `${input++}:v`, "-c:v:0", picture.codec ?? encoder.video!, "-pix_fmt:v:0", "yuv420p")
    if ((picture.codec ?? encoder.video) === "libx264") {
      outputs.push("-preset", "ultrafast", "-bf:v:0", `${picture.bFrames ?? 0}`)
    }
    if ((picture.codec ?? encoder.video) === "libvpx") outputs.push("-deadline", "realtime", "-cpu-used", "8")
    outputs.push("-g:v:0", `${picture.keyFrames ?? 12}`, "-b:v:0", "200k")
    if (picture.variableRate === true) {
      outputs.push("-filter:v:0", "setpts='PTS+if(gt(mod(N,5),2),0.011/TB,0)',select='not(eq(mod(n,7),3))'")
    }
    if (picture.variableRate === true || picture.startsAt !== undefined) outputs.push("-fps_mode:v:0", "vfr")
  }
  for (const [at, track] of sounds.entries()) {
    const raw = paths.join(folder, `${at}.f32`)
    yield* fs.writeFile(raw, bytesOf(yield* sound(track, seconds)))
    inputs.push("-itsoffset", `${track.startsAt ?? 0}`, "-f", "f32le", "-ar", `${rate}`, "-ac", "1", "-i", file(raw))
    outputs.push("-map", `${input++}:a`, `-c:a:${at}`, track.codec ?? encoder.audio)
    outputs.push(`-ar:a:${at}`, `${track.sampleRate ?? rate}`, `-ac:a:${at}`, `${track.channels ?? 1}`)
    if (track.language !== undefined) outputs.push(`-metadata:s:a:${at}`, `language=${track.language}`)
    if (track.title !== undefined) outputs.push(`-metadata:s:a:${at}`, `title=${track.title}`)
  }
  for (const [at, track] of (wanted.subtitles ?? []).entries()) {
    const text = paths.join(folder, `${at}.srt`)
    yield* fs.writeFileString(text, srt(track.cues))
    inputs.push("-i", file(text))
    outputs.push("-map", `${input++}:s`, `-c:s:${at}`, encoder.subtitle ?? "srt")
    if (track.language !== undefined) outputs.push(`-metadata:s:s:${at}`, `language=${track.language}`)
    if (track.title !== undefined) outputs.push(`-metadata:s:s:${at}`, `title=${track.title}`)
  }
  if (wanted.cover === true) {
    const cover = paths.join(folder, "cover.png")
    yield* fs.writeFile(cover, Buffer.from(orange, "base64"))
    const at = picture === undefined ? 0 : 1
    if (extension === "mkv" || extension === "mka") {
      outputs.push("-attach", cover, "-metadata:s:t", "mimetype=image/png", "-metadata:s:t", "filename=cover.png")
    } else {
      inputs.push("-i", file(cover))
      outputs.push("-map", `${input++}:v`, `-c:v:${at}`, "mjpeg", `-disposition:v:${at}`, "attached_pic")
    }
  }
  if (wanted.attachment === true) {
    const font = paths.join(folder, "letters.ttf")
    yield* fs.writeFileString(font, "not a font")
    outputs.push("-attach", font, "-metadata:s:t:0", "mimetype=application/x-truetype-font")
  }
  if (wanted.chapters !== undefined) {
    const text = paths.join(folder, "chapters.txt")
    const chapters = wanted.chapters.map(
      ({ start, end, title }) =>
        `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${Math.round(start * 1000)}\nEND=${Math.round(end * 1000)}\ntitle=${title}\n`
    )
    yield* fs.writeFileString(text, `;FFMETADATA1\n${chapters.join("")}`)
    inputs.push("-f", "ffmetadata", "-i", file(text))
    outputs.push("-map_chapters", `${input++}`)
  }
  for (const [name, value] of Object.entries(wanted.metadata ?? {})) outputs.push("-metadata", `${name}=${value}`)
  const args = [...inputs, ...outputs, ...(wanted.options ?? [])]
  if (wanted.live === true) {
    const format = extension === "mkv" ? "matroska" : extension
    yield* Stream.run(ffmpeg.pipe([...args, "-f", format, "pipe:1"]), fs.sink(path))
  } else {
    yield* ffmpeg.text(["-y", ...args, file(path)])
  }
  if (picture?.rotation !== undefined) yield* rotate(path, picture.rotation)
}, Effect.scoped)

/** Makes a media file whose container is told by the extension of `path`; gives `path`. One that was made before is copied. */
export const film = Effect.fnUntraced(function* (path: string, wanted: Film = {}) {
  const paths = yield* Path.Path
  yield* kept(path, `${paths.extname(path)} ${JSON.stringify(wanted)}`, makeFilm(path, wanted))
  return path
})

/** Root mean square of `samples` from `start` to `end` (seconds), in dB of full scale; -Infinity for silence. */
export const levelBetween = (samples: Float32Array, start: number, end: number): number => {
  const part = samples.subarray(Math.max(0, Math.round(start * rate)), Math.round(end * rate))
  let sum = 0
  for (const sample of part) sum += sample * sample
  return 10 * Math.log10(sum / Math.max(1, part.length))
}

/**
 * By how many samples `heard` is later than `reference` in the `seconds` from `at` on, by cross-correlation within
 * `reach` samples; `likeness` is the correlation there, 1 for the same sound.
 */
export const lag = (
  reference: Float32Array,
  heard: Float32Array,
  { at, seconds = 0.25, reach = 2048 }: { readonly at: number; readonly seconds?: number; readonly reach?: number }
): { readonly samples: number; readonly likeness: number } => {
  const length = Math.round(seconds * rate)
  const wanted = new Float32Array(length)
  wanted.set(reference.subarray(Math.round(at * rate), Math.round(at * rate) + length))
  // Silence stands where `heard` does not reach.
  const around = new Float32Array(length + 2 * reach)
  const first = Math.round(at * rate) - reach
  around.set(heard.subarray(Math.max(0, first), Math.max(0, first + around.length)), Math.max(0, -first))
  const energy = wanted.reduce((sum, sample) => sum + sample * sample, 0)
  const best = { samples: 0, likeness: -1 }
  let other = 0
  for (let index = 0; index < length; index++) other += around[index]! ** 2
  for (let shift = 0; shift <= 2 * reach; shift++) {
    if (shift > 0) other += around[shift + length - 1]! ** 2 - around[shift - 1]! ** 2
    let cross = 0
    for (let index = 0; index < length; index++) cross += wanted[index]! * around[index + shift]!
    const likeness = cross / Math.sqrt(energy * Math.max(0, other) + 1e-12)
    if (likeness > best.likeness) Object.assign(best, { samples: shift - reach, likeness })
  }
  return best
}
