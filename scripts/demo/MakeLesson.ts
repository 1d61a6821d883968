import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import * as ChildProcess from "effect/process/ChildProcess"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import type { Cue } from "../../src/domain/Cue.ts"
import { Problem } from "../../src/domain/Problem.ts"
import { sampleRate } from "../../src/domain/Sound.ts"
import { Ffmpeg, file } from "../../src/media/Ffmpeg.ts"
import { formatSrt } from "../../src/transcript/Subtitles/Format.ts"
import { cardsAsAss, filterGraph } from "./Cards.ts"
import { closing, lesson, opening, voices, type Line } from "./Lesson.ts"
import { mix } from "./Score.ts"

const framesPerSecond = 25

/** One line as eSpeak NG says it: mono Float32 at 48 kHz. */
const say = Effect.fnUntraced(function* (folder: string, line: Line, index: number) {
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const ffmpeg = yield* Ffmpeg
  const path = `${folder}/${index}.wav`
  const exitCode = yield* spawner
    .exitCode(ChildProcess.make("espeak-ng", ["-v", voices[line.speaker], "-s", "155", "-w", path, "--", line.english]))
    .pipe(Effect.orElseSucceed(() => -1))
  if (exitCode !== 0) {
    return yield* new Problem({ what: "eSpeak NG could not speak the lesson.", mend: "Run: sh scripts/setup.sh" })
  }
  const bytes = yield* Stream.mkUint8Array(
    ffmpeg.pipe(["-i", file(path), "-ar", `${sampleRate}`, "-ac", "1", "-f", "f32le", "pipe:1"])
  )
  return { line, samples: new Float32Array(bytes.slice().buffer) }
})

type Spoken = Effect.Success<ReturnType<typeof say>>

/** When each line and each card comes, given how long the voices take; seconds. */
const schedule = (spoken: ReadonlyArray<Spoken>) => {
  const starts: Array<number> = []
  let at = opening
  for (const { line, samples } of spoken) {
    starts.push(at)
    at += samples.length / sampleRate + line.pause
  }
  const seconds = at + closing
  const placed = spoken.map(({ line, samples }, index) => ({ line, samples, start: starts[index]! }))

  const firstLines = lesson.map((card) => spoken.findIndex(({ line }) => line === card.lines[0]))
  const cardStarts = firstLines.map((first, card) => (card === 0 ? 0 : starts[first]! - 0.35))
  const shown = lesson.map((card, index) => ({
    card,
    start: cardStarts[index]!,
    end: cardStarts[index + 1] ?? seconds
  }))
  return { seconds, placed, shown }
}

const subtitles = (placed: ReturnType<typeof schedule>["placed"], words: (line: Line) => string): string =>
  formatSrt(
    placed.map(({ line, samples, start }, index): Cue => ({
      id: index + 1,
      start,
      end: start + samples.length / sampleRate,
      text: words(line),
      speaker: line.speaker
    }))
  )

/** What this ffmpeg can do: builds differ in their H.264 encoder and in whether they draw text. */
const abilities = Effect.gen(function* () {
  const ffmpeg = yield* Ffmpeg
  const encoders = yield* ffmpeg.text(["-encoders"])
  const filters = yield* ffmpeg.text(["-filters"])
  const encoder = ["libx264", "libopenh264"].find((name) => encoders.includes(` ${name} `)) ?? "mpeg4"
  return { encoder, drawsText: filters.includes(" ass ") }
})

/** Files of the lesson, in `folder`. */
export const filesIn = (folder: string) => ({
  video: `${folder}/lesson.mp4`,
  english: `${folder}/lesson.en.srt`,
  spanish: `${folder}/lesson.es.srt`,
  /** What they were made from, to know whether they are still the same. */
  recipe: `${folder}/.lesson.json`
})

const recipe = JSON.stringify({ lesson, voices, opening, closing })

/** Whether the lesson is there as it would be made now. */
export const isMade = Effect.fn("isMade")(function* (folder: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const files = filesIn(folder)
  const there = yield* Effect.forEach([files.video, files.english, files.spanish], (path) => fileSystem.exists(path))
  const made = yield* fileSystem.readFileString(files.recipe).pipe(Effect.orElseSucceed(() => ""))
  return there.every(Boolean) && made === recipe
})

/**
 * Makes the lesson: a video with title cards, two English voices and music, English subtitles of what is said, and
 * Spanish ones of what shall be said. `folder` must be a plain relative path: it stands in a filter graph.
 * Gives the length in seconds.
 */
export const makeLesson = Effect.fn("makeLesson")(function* (folder: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const ffmpeg = yield* Ffmpeg
  const files = filesIn(folder)
  yield* fileSystem.makeDirectory(folder, { recursive: true })
  yield* fileSystem.remove(files.recipe, { force: true })
  const making = `${folder}/.making`
  yield* Effect.acquireRelease(fileSystem.makeDirectory(making, { recursive: true }), () =>
    fileSystem.remove(making, { recursive: true, force: true }).pipe(Effect.ignore)
  )

  const lines = lesson.flatMap((card) => card.lines)
  const spoken = yield* Effect.forEach(lines, (line, index) => say(making, line, index), { concurrency: 2 })
  const { seconds, placed, shown } = schedule(spoken)
  const { encoder, drawsText } = yield* abilities

  const cards = `${making}/cards.ass`
  yield* fileSystem.writeFileString(cards, cardsAsAss(lesson))
  const sound = mix(seconds, placed)
  const graph = filterGraph(shown, framesPerSecond, drawsText ? cards : undefined)
  const video = `${making}/lesson.mp4`
  yield* Stream.runDrain(
    ffmpeg.pipe(
      [
        ["-f", "f32le", "-ar", `${sampleRate}`, "-ac", "1", "-i", "pipe:0"],
        ["-filter_complex", graph, "-map", "[picture]", "-map", "0:a", "-t", seconds.toFixed(3)],
        ["-c:v", encoder, ...(encoder === "libx264" ? ["-preset", "ultrafast", "-crf", "23"] : ["-b:v", "2M"])],
        ["-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k", "-metadata:s:a:0", "language=eng"],
        ["-metadata", "title=Why is the sky blue?", "-movflags", "+faststart", "-y", file(video)]
      ].flat(),
      Stream.make(new Uint8Array(sound.buffer))
    )
  )

  yield* fileSystem.writeFileString(
    files.english,
    subtitles(placed, (line) => line.english)
  )
  yield* fileSystem.writeFileString(
    files.spanish,
    subtitles(placed, (line) => line.spanish)
  )
  yield* fileSystem.rename(video, files.video)
  yield* fileSystem.writeFileString(files.recipe, recipe)
  return { seconds, drawsText }
}, Effect.scoped)
