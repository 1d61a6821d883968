import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Ref from "effect/Ref"
import type { Cue } from "../domain/Cue.ts"
import type { Language } from "../domain/Language.ts"
import { Problem } from "../domain/Problem.ts"
import type { Interval } from "../domain/Sound.ts"
import { shown } from "../media/FileProblem.ts"
import { type Doubt, type KnownSpeaker, SpeechToText, type Transcription } from "./SpeechToText.ts"
import { listenForSpeech, silences, type Heard } from "./SpeechRegions.ts"
import { encodePiece, pieceFormat, temporaryProblem, type PieceFormat } from "./Transcribe/Encode.ts"
import { withoutNoise } from "./Transcribe/Noise.ts"
import { longestSeconds, planPieces, planWindows, type Piece, wantedSeconds, type Window } from "./Transcribe/Pieces.ts"
import { joinPieces, type HeardPiece } from "./Transcribe/Seams.ts"
import { makeRecognition, type KnownVoice } from "./Transcribe/Recognition.ts"
import { timedByRegions } from "./Transcribe/TextOnly.ts"
import { textOf, timedSegments, type TimedSegment } from "./Transcribe/Tokens.ts"

export interface TranscribeOptions {
  readonly path: string
  /** ffmpeg's index of the stream that is listened to. */
  readonly audioStream: number
  /** ffmpeg options that hold the video's clock where only this stream is read (`holdStart`). */
  readonly clock?: ReadonlyArray<string> | undefined
  /** Seconds that the video lasts. */
  readonly duration: number
  readonly language: Language | undefined
  /** A name for this sound as it is cut, for whoever keeps answers. */
  readonly sound?: string | undefined
  /** Pieces that are sent at once. */
  readonly concurrency: number
  /** Words and names to expect. */
  readonly prompt?: string | undefined
  /** How many speak, where it is known. */
  readonly speakers?: number | undefined
  /** Voices that may be heard, for services that know speakers again. */
  readonly voices?: ReadonlyArray<KnownVoice> | undefined
  /** Names that speakers without a name must not be given. */
  readonly takenNames?: ReadonlyArray<string> | undefined
  /** How much of the work is done, and what is being done. */
  readonly onProgress?: ((done: number, total: number, doing: string) => Effect.Effect<void>) | undefined
}

export interface Transcribed {
  readonly language: Language | undefined
  readonly cues: ReadonlyArray<Cue>
  /** What was left out or may be wrong, with its time. */
  readonly warnings: ReadonlyArray<string>
  /** Requests that were answered. */
  readonly pieces: number
}

const windowLimits = { least: 5, most: 30 }
/** What four samples of voices take in a request, as text. */
const referenceBytes = 4 * 8 * 32_000 * 1.4

const nothingSaid = (path: string, why: string) =>
  new Problem({
    what: `Nothing is said in ${shown(path)}: ${why}.`,
    mend: "Choose another track with --audio-track, or give what is said with --subs FILE."
  })

const toCue = (segment: TimedSegment, duration: number): ReadonlyArray<Cue> => {
  const text = textOf(segment.tokens).trim()
  const start = Math.min(segment.start, duration)
  if (text === "" || start >= duration) return []
  const cue = { id: 0, start, end: Math.max(start, Math.min(segment.end, duration)), text, speaker: segment.speaker }
  return [segment.words.length === 0 ? cue : { ...cue, words: segment.words }]
}

const numbered = (cue: Cue, id: number): Cue => ({ ...cue, id })

const hasTimes = (answer: Transcription) => answer.segments.length > 0 || answer.words.length > 0

/** Windows are as long as the service takes them. */
const windowsOf = (heard: Heard, within: Interval, longest: number): ReadonlyArray<Window> => {
  const inside = ({ start, end }: Interval) => {
    const middle = (start + end) / 2
    return middle >= within.start && middle < within.end
  }
  return planWindows(heard.regions().filter(inside), heard.regions({ minGap: 0.06 }), heard.seconds, {
    least: windowLimits.least,
    most: Math.min(windowLimits.most, longest)
  })
}

/** The share of the work that is over when it is known where somebody speaks. */
const listening = 0.1

/**
 * Writes down what is said in one audio stream of a file. Long sound is sent in pieces that are cut at pauses, at once up to
 * the concurrency; models that give no times are asked one stretch of speech at a time, and the speech heard gives the
 * times. Times are seconds from the start of the video. Fails with a Problem where nothing is said.
 */
export const transcribe = Effect.fn("transcribe")(
  function* (options: TranscribeOptions) {
    const { provider, transcribe: ask } = yield* SpeechToText
    const fs = yield* FileSystem.FileSystem
    const sound = yield* fs.makeTempFileScoped({ prefix: "dubber-", suffix: ".flac" })
    const tell = (share: number, doing: string) => options.onProgress?.(Math.min(1, share), 1, doing) ?? Effect.void
    const heard = yield* listenForSpeech(options.path, options.audioStream, sound, options.clock, (seconds) =>
      tell((listening * seconds) / Math.max(options.duration, seconds, 1), "looking for speech")
    )
    const speech = heard.regions()
    if (speech.length === 0) return yield* nothingSaid(options.path, "no speech is heard in its sound")

    const format: PieceFormat = yield* pieceFormat
    const room = provider.largestBytes * 0.97 - (provider.knowsSpeakersAgain === true ? referenceBytes : 0)
    const longest = Math.min(longestSeconds(provider), Math.floor(room / format.bytesPerSecond))
    const done = yield* Ref.make({ done: 0, total: 0 })
    const progress = Effect.fnUntraced(function* (more: { readonly done?: number; readonly total?: number }) {
      const now = yield* Ref.updateAndGet(done, (count) => ({
        done: count.done + (more.done ?? 0),
        total: count.total + (more.total ?? 0)
      }))
      yield* tell(listening + ((1 - listening) * now.done) / now.total, `${now.done} of ${now.total} pieces`)
    })

    const send = Effect.fnUntraced(function* (
      piece: Piece,
      subject: string,
      knownSpeakers: ReadonlyArray<KnownSpeaker> = []
    ) {
      const answer = yield* ask({
        subject,
        audio: yield* encodePiece(sound, piece, format),
        fileName: format.fileName,
        contentType: format.contentType,
        seconds: piece.end - piece.start,
        start: piece.start,
        sound: options.sound,
        language: options.language,
        prompt: options.prompt,
        speakers: options.speakers,
        knownSpeakers
      })
      yield* progress({ done: 1 })
      return answer
    })

    const recognition = yield* makeRecognition({
      sound,
      ask,
      voices: provider.knowsSpeakersAgain === true ? (options.voices ?? []) : [],
      takenNames: options.takenNames ?? []
    })

    const sendWindows = Effect.fnUntraced(function* (windows: ReadonlyArray<Window>) {
      yield* progress({ total: windows.length })
      return yield* Effect.forEach(
        windows,
        (window, index) =>
          Effect.map(send(window, `region ${index + 1}`), (answer) => ({
            language: answer.language,
            piece: window as Piece,
            segments: hasTimes(answer) ? timedSegments(answer, window) : timedByRegions(answer.text, window)
          })),
        { concurrency: options.concurrency }
      )
    })

    const sendPieces = Effect.fnUntraced(function* (pieces: ReadonlyArray<Piece>) {
      yield* progress({ total: pieces.length })
      // Who speaks in a piece is known from the pieces before it: one after the other.
      const inTurn = provider.knowsSpeakersAgain === true
      const answers = yield* Effect.forEach(
        pieces,
        Effect.fnUntraced(function* (piece, index) {
          const known = inTurn ? yield* recognition.known : []
          const subject = `piece ${index + 1}`
          const answer = yield* send(piece, subject, known)
          const segments = timedSegments(answer, piece)
          const request = { subject, language: options.language ?? answer.language }
          return { piece, answer, segments: inTurn ? yield* recognition.recognise(segments, known, request) : segments }
        }),
        { concurrency: inTurn ? 1 : options.concurrency }
      )
      const timed = answers.filter(({ answer }) => hasTimes(answer) || answer.text.trim() === "")
      const windows = answers
        .filter((entry) => !timed.includes(entry))
        .flatMap(({ piece }) => windowsOf(heard, { start: piece.start + piece.overlap, end: piece.end }, longest))
      const again = windows.length === 0 ? [] : yield* sendWindows(windows)
      const inTime = yield* Effect.forEach(timed, ({ piece, answer, segments }) =>
        Effect.map(
          inTurn
            ? Effect.succeed(segments)
            : recognition.recognise(segments, [], { subject: "", language: answer.language }),
          (named) => ({ language: answer.language, piece, segments: named })
        )
      )
      return [...inTime, ...again].toSorted((a, b) => a.piece.start - b.piece.start)
    })

    const heardPieces: ReadonlyArray<HeardPiece & { readonly language: Language | undefined }> = provider.hasTimes
      ? yield* sendPieces(
          planPieces(silences(speech, heard.seconds), heard.seconds, {
            longest,
            shared: 6,
            wanted: Math.min(longest, wantedSeconds(provider, heard.seconds, options.concurrency))
          })
        )
      : yield* sendWindows(windowsOf(heard, { start: 0, end: Infinity }, longest))

    const doubts = new Map<Cue, Doubt>()
    const written = joinPieces(heardPieces)
      .flatMap((segment) => {
        const cues = toCue(segment, Math.max(options.duration, 0) || heard.seconds)
        if (segment.doubt !== undefined) for (const cue of cues) doubts.set(cue, segment.doubt)
        return cues
      })
      .toSorted((a, b) => a.start - b.start)
    // Whoever says one short word is believed: only where nothing at all stands out was nothing said.
    const { cues, warnings } = withoutNoise(written, heard.regions({ minSpeech: 0.06 }), doubts)
    if (cues.length === 0) {
      const why = written.length === 0 ? `${provider.service} (${provider.model}) wrote nothing down` : warnings[0]!
      return yield* nothingSaid(options.path, why.replace(/\.$/, ""))
    }
    const lost = yield* recognition.lost
    const { done: answered } = yield* Ref.get(done)
    return {
      language: options.language ?? heardPieces.find(({ language }) => language !== undefined)?.language,
      cues: cues.map((cue, index) => numbered(cue, index + 1)),
      warnings: lost
        ? [
            ...warnings,
            `The sound was sent in ${heardPieces.length} pieces, and ${provider.service} did not know the speakers again: one may have several labels. Mend them in subs.srt.`
          ]
        : warnings,
      pieces: answered
    } satisfies Transcribed
  },
  Effect.scoped,
  Effect.catchTags({
    PlatformError: (error) => Effect.fail(temporaryProblem(error.message)),
    FfmpegError: (error) => Effect.fail(error.diskFull ? temporaryProblem("the disk is full") : error)
  })
)
