import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { loadavg } from "node:os"
import { keepYoungGenerationSmall } from "../../src/commands/YoungGeneration.ts"
import { Language } from "../../src/domain/Language.ts"
import { sampleRate } from "../../src/domain/Sound.ts"
import { bitRateFor, encodeSound } from "../../src/media/Encode.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { mux } from "../../src/media/Mux.ts"
import { probe } from "../../src/media/Probe.ts"
import { measureSound, type SoundLevels } from "../../src/timeline/BackgroundSound.ts"
import { clipLevels, type ClipLevels, levelGains } from "../../src/timeline/Level.ts"
import { mix, type MixPlacement } from "../../src/timeline/Mix.ts"
import * as Sonic from "../../src/timeline/Stretch/Sonic.ts"
import { trim } from "../../src/timeline/Trim.ts"

const clipsPerMinute = 700 / 60

/** Something with the build of speech: a buzz of harmonics in syllables, some of them quiet. */
const syllables = (seconds: number, pitch: number): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => {
    const t = i / sampleRate
    const envelope = Math.sin(Math.PI * ((t * 4.5) % 1)) ** 0.7 * (0.55 + 0.45 * Math.sin(t * 2.3 + pitch))
    const phase = 2 * Math.PI * (pitch * t + 2 * Math.sin(t * 3))
    let sum = 0
    for (let k = 1; k <= 24; k++) sum += Math.cos(k * phase) / (1 + Math.abs(k * pitch - 600) / 300)
    return 0.09 * envelope * sum
  })

interface Voice {
  readonly samples: Float32Array
  readonly gain: number
  readonly levels: ClipLevels
}

export const voices = (): ReadonlyArray<Voice> => {
  const clips = [2.6, 3.1, 3.5, 4, 4.4].map((seconds, k) => trim(syllables(seconds, 95 + 22 * k)))
  const levels = clips.map(clipLevels)
  const gains = levelGains(levels.map(({ lufs }) => ({ voice: "one", lufs, seconds: 3 })))
  return clips.map((samples, k) => ({ samples, gain: gains[k]!.gain, levels: levels[k]! }))
}

const tempi = [1, 1.08, 1.15, 0.95, 1.25]

export const placements = (minutes: number, clips: ReadonlyArray<Voice>): ReadonlyArray<MixPlacement> => {
  const count = Math.round(minutes * clipsPerMinute)
  return Array.from({ length: count }, (_, k) => {
    const { gain, levels, samples } = clips[k % clips.length]!
    const tempo = tempi[(k * 3 + Math.floor(k / 5)) % tempi.length]!
    const length = Math.round(samples.length / tempo)
    // A copy stands for reading it from disk.
    const clip = Effect.sync(() => samples.slice())
    return { start: Math.round((k / count) * minutes * 60 * sampleRate), length, tempo, gain, levels, clip }
  })
}

/** A video of a still picture and pink noise that comes and goes: made once, repeated by copying. */
const makeVideo = Effect.fn("makeVideo")(function* (folder: string, minutes: number) {
  const ffmpeg = yield* Ffmpeg
  const path = yield* Path.Path
  const minute = path.join(folder, "minute.mp4")
  const video = path.join(folder, `${minutes}.mp4`)
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=60"]
  const noise = "anoisesrc=color=pink:sample_rate=48000:duration=60:amplitude=0.7:seed=7,tremolo=f=0.3:d=0.6"
  const sound = ["-f", "lavfi", "-i", noise, "-ac", "2"]
  const coders = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k"]
  const fs = yield* FileSystem.FileSystem
  if (!(yield* fs.exists(minute))) yield* ffmpeg.text(["-y", ...picture, ...sound, ...coders, file(minute)])
  const length = ["-t", `${minutes * 60}`]
  yield* ffmpeg.text(["-y", "-stream_loop", `${minutes}`, "-i", file(minute), "-c", "copy", ...length, file(video)])
  return video
})

const wall = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.timed(effect), ([took, value]) => ({ seconds: Duration.toSeconds(took), value }))

const cpuSeconds = Effect.sync(() => {
  const { system, user } = process.cpuUsage()
  return (user + system) / 1e6
})

/** ffmpeg's own CPU: it is run by a shell that notes what each process took. */
interface Children {
  readonly program: string
  /** Seconds of CPU of all that have ended since this was last asked. */
  readonly spent: Effect.Effect<number>
}

const watchedFfmpeg = (folder: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const program = path.join(folder, "ffmpeg")
    const notes = path.join(folder, "times")
    yield* fs.writeFileString(program, `#!/bin/sh\nffmpeg "$@"\ncode=$?\ntimes >> '${notes}'\nexit $code\n`)
    yield* fs.chmod(program, 0o755)
    const spent = Effect.gen(function* () {
      const text = yield* fs.readFileString(notes)
      yield* fs.remove(notes)
      return [...text.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0)
    }).pipe(Effect.orElseSucceed(() => 0))
    const children: Children = { program, spent }
    return children
  })

/** The highest resident memory (MiB) of this process while `effect` runs, looked at ten times a second. */
const withResident = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    let highest = 0
    const look = Effect.sync(() => {
      highest = Math.max(highest, process.memoryUsage.rss() / 2 ** 20)
    })
    const value = yield* Effect.raceFirst(
      effect,
      Effect.repeat(look, Schedule.spaced("100 millis")).pipe(Effect.andThen(Effect.never))
    )
    return { resident: highest, value }
  })

const english = Language.make("en")

const mixOf = (
  video: string,
  folder: string,
  minutes: number,
  bed: boolean,
  clips: ReadonlyArray<Voice>,
  originalLevels: SoundLevels
) =>
  mix({
    duration: minutes * 60,
    channels: bed ? 2 : 1,
    placements: placements(minutes, clips),
    background: { kind: bed ? "duck" : "drop", original: { path: video }, originalLevels },
    loudness: { ceilingDbtp: -1.5 },
    temporaryFolder: folder
  })

/** From the clips to the finished video. */
const dub = Effect.fn("dub")(function* (
  video: string,
  folder: string,
  minutes: number,
  bed: boolean,
  clips: ReadonlyArray<Voice>,
  originalLevels: SoundLevels,
  children: Children
) {
  const path = yield* Path.Path
  const source = yield* probe(video)
  yield* children.spent
  const before = yield* cpuSeconds
  const channels = bed ? 2 : 1
  const run = Effect.gen(function* () {
    const mixed = yield* wall(mixOf(video, folder, minutes, bed, clips, originalLevels))
    const { sourceLufs, totalSamples } = mixed.value
    const { measured, sound } = mixed.value.render()
    const output = path.join(folder, "dub.aac")
    const encoded = yield* wall(encodeSound({ sound, totalSamples, channels, codec: "aac", output, parallel: 2 }))
    const muxed = yield* wall(
      mux({
        source,
        sound: encoded.value,
        soundLanguage: english,
        keepOriginal: false,
        subtitles: [],
        output: path.join(folder, "dub.mp4")
      })
    )
    return { mixed, encoded, muxed, sourceLufs, measured: yield* measured }
  })
  const { resident, value } = yield* withResident(run)
  const { encoded, measured, mixed, muxed } = value
  const own = (yield* cpuSeconds) - before
  return {
    plan: mixed.seconds,
    encode: encoded.seconds,
    mux: muxed.seconds,
    wall: mixed.seconds + encoded.seconds + muxed.seconds,
    cpu: own,
    allCpu: own + (yield* children.spent),
    resident,
    measured
  }
}, Effect.scoped)

/** What bare ffmpeg takes for the same sound: one process encodes it from a file, another puts it beside the picture. */
const bare = Effect.fn("bare")(function* (
  video: string,
  folder: string,
  raw: string,
  channels: number,
  children: Children
) {
  const ffmpeg = yield* Ffmpeg
  const path = yield* Path.Path
  const sound = path.join(folder, "bare.aac")
  const input = ["-f", "f32le", "-ar", `${sampleRate}`, "-ac", `${channels}`, "-i", file(raw)]
  const coder = ["-c:a", "aac", "-aac_coder", "fast", "-b:a", `${bitRateFor("aac", channels)}`, "-f", "adts"]
  yield* children.spent
  const encoded = yield* wall(ffmpeg.text(["-y", ...input, ...coder, file(sound)]))
  const maps = ["-map", "0:v", "-map", "1:a", "-c", "copy", "-movflags", "+faststart"]
  const output = file(path.join(folder, "bare.mp4"))
  const muxed = yield* wall(ffmpeg.text(["-y", "-i", file(video), "-i", file(sound), ...maps, output]))
  return { wall: encoded.seconds + muxed.seconds, cpu: yield* children.spent }
})

/** The sound of a dub as ffmpeg reads it. */
const writeRaw = Effect.fn("writeRaw")(function* (
  video: string,
  folder: string,
  minutes: number,
  bed: boolean,
  clips: ReadonlyArray<Voice>,
  originalLevels: SoundLevels,
  raw: string
) {
  const fs = yield* FileSystem.FileSystem
  const mixed = yield* mixOf(video, folder, minutes, bed, clips, originalLevels)
  const bytes = Stream.map(mixed.render().sound, (samples) => new Uint8Array(samples.slice().buffer))
  yield* Stream.run(bytes, fs.sink(raw))
}, Effect.scoped)

const columns = [10, 8, 8, 8, 8, 10, 10, 14, 10, 8, 10, 12]
const row = (cells: ReadonlyArray<string>) => cells.map((cell, i) => cell.padStart(columns[i]!)).join("")
const heading = row([
  "sound",
  "plan",
  "encode",
  "mux",
  "wall",
  "Node CPU",
  "all CPU",
  "bare: wall",
  "CPU",
  "ratio",
  "resident",
  "LUFS/dBTP"
])
const seconds = (value: number) => `${value.toFixed(1)} s`

const judge = (met: boolean, text: string) =>
  Effect.andThen(
    Effect.sync(() => {
      if (!met) process.exitCode = 1
    }),
    Console.log(`  ${met ? "pass" : "FAIL"}  ${text}`)
  )

const benchLength = Effect.fn("benchLength")(function* (
  minutes: number,
  folder: string,
  clips: ReadonlyArray<Voice>,
  children: Children
) {
  const path = yield* Path.Path
  const count = Math.round(minutes * clipsPerMinute)
  yield* Console.log(`\n${minutes} minutes, ${count} clips, load ${loadavg()[0]!.toFixed(1)}\n${heading}`)
  const video = yield* makeVideo(folder, minutes)
  // A run knows this long before the last clip is there.
  const levels = yield* wall(measureSound({ path: video }, 2))
  const raw = path.join(folder, "mix.f32")
  const walls: Array<number> = []
  for (const bed of [false, true]) {
    yield* writeRaw(video, folder, minutes, bed, clips, levels.value, raw)
    const theirs = yield* bare(video, folder, raw, bed ? 2 : 1, children)
    const ours = yield* dub(video, folder, minutes, bed, clips, levels.value, children)
    const { integratedLufs, truePeakDbtp } = ours.measured
    const ratio = ours.wall / theirs.wall
    walls.push(ours.wall)
    yield* Console.log(
      row([
        bed ? "stereo bed" : "no bed",
        ...[ours.plan, ours.encode, ours.mux, ours.wall, ours.cpu, ours.allCpu, theirs.wall, theirs.cpu].map(seconds),
        ratio.toFixed(2),
        `${ours.resident.toFixed(0)} MiB`,
        `${integratedLufs.toFixed(1)}/${truePeakDbtp.toFixed(1)}`
      ])
    )
    yield* judge(ours.resident <= 300, "300 MiB resident at most")
    if (minutes === 60) yield* judge(ratio <= (bed ? 1.3 : 1), `at most ${bed ? 1.3 : 1} x bare ffmpeg`)
  }
  yield* Console.log(`  the source's loudness, measured while clips are spoken: ${seconds(levels.seconds)}`)
  return walls
})

/**
 * From the last clip to the finished video, without a background and with a stereo one that is decoded, ducked and
 * measured, against ffmpeg encoding as much sound and copying the picture. Minutes are the arguments: 10, 60 and 240
 * without any, which takes eleven minutes; 10 and 60 with `--short`. CPU is user and system; memory is this process's
 * own. Exit code 1 where a goal is missed.
 */
export const bench = Effect.fn("sound")(
  function* (args: ReadonlyArray<string>) {
    const asked = args.filter((arg) => /^\d+$/.test(arg)).map(Number)
    const lengths = asked.length > 0 ? asked : args.includes("--short") ? [10, 60] : [10, 60, 240]
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped({ prefix: "dubber-bench-" })
    const children = yield* watchedFfmpeg(folder)
    // As the program does: its memory is measured here.
    yield* keepYoungGenerationSmall
    const clips = voices()
    const walls = new Map<number, ReadonlyArray<number>>()
    yield* Effect.gen(function* () {
      for (const minutes of lengths) walls.set(minutes, yield* benchLength(minutes, folder, clips, children))
    }).pipe(Effect.provide(Ffmpeg.layerWith({ ffmpeg: children.program, ffprobe: "ffprobe" })))
    const hour = walls.get(60)
    for (const [k, long] of (walls.get(240) ?? []).entries()) {
      if (hour !== undefined)
        yield* judge(long <= 4.4 * hour[k]!, `240 minutes at most 4.4 x 60: ${(long / hour[k]!).toFixed(2)}`)
    }
  },
  Effect.scoped,
  Effect.provide(Layer.provideMerge(Sonic.layer, NodeServices.layer))
)
