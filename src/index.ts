/**
 * Dubbing as a library: the stages as Effect programs, the services they need, the layers that provide them, and the
 * errors. A program of your own picks layers and runs a stage, as scripts/examples shows.
 *
 * @module
 */
export { Clip } from "./domain/Clip.ts"
export { Cue, Transcript, Word } from "./domain/Cue.ts"
export * as Language from "./domain/Language.ts"
export { Problem } from "./domain/Problem.ts"
export { MediaStream, Source } from "./domain/Source.ts"
export { Placement, Timeline } from "./domain/Timeline.ts"
export { Utterance, Utterances } from "./domain/Utterance.ts"

export { dub } from "./dub/Dub.ts"
export { type DubbingOptions, dubbingLayer, noLanguageModel, noTranscription } from "./dub/DubbingLayer.ts"
export { type Heard, hear, prepare, prepareLanguage } from "./dub/Prepare.ts"
export { Progress, type ProgressView, type Stage } from "./dub/Progress.ts"
export { Report, UtteranceReport } from "./dub/Report.ts"
export { defaults, type DubSettings } from "./dub/Settings.ts"
export { partialProblem, synthesize, synthesizeScript } from "./dub/Synthesize.ts"
export { type Artifact, type Format, Workdir } from "./dub/Workdir.ts"

export { Ffmpeg, FfmpegError } from "./media/Ffmpeg.ts"
export { probe } from "./media/Probe.ts"
export { decodeWav, encodeWav } from "./media/Wav.ts"

export * as Deadline from "./requests/Deadline.ts"
export * as Endpoint from "./requests/Endpoint.ts"
export { models, shutdownNotice } from "./requests/Models.ts"
export { RequestLog } from "./requests/RequestLog.ts"
export { RequestPolicy } from "./requests/RequestPolicy.ts"
export * as ResponseErrors from "./requests/ResponseErrors.ts"
export * as ResponseHeaders from "./requests/ResponseHeaders.ts"
export * as ServiceErrors from "./requests/ServiceError.ts"
export { ServiceError } from "./requests/ServiceError.ts"
export * as TransportErrors from "./requests/TransportErrors.ts"

export { LanguageModel } from "./script/LanguageModel.ts"
export * as OpenAiLanguageModel from "./script/LanguageModel/OpenAi.ts"
export { polish } from "./script/Polish.ts"
export * as RetriedLanguageModel from "./script/RetriedLanguageModel.ts"
export { translate } from "./script/Translate.ts"
export { group } from "./script/Utterances.ts"

export { Clips } from "./speech/Clips.ts"
export * as DependableSpeech from "./speech/Dependable.ts"
export { speakAll, type SpokenLine } from "./speech/Speak.ts"
export { type SpeechAudio, type SpeechProvider, type SpeechRequest, TextToSpeech } from "./speech/TextToSpeech.ts"
export * as ElevenLabsSpeech from "./speech/TextToSpeech/ElevenLabs.ts"
export * as ESpeak from "./speech/TextToSpeech/ESpeak.ts"
export * as MockSpeech from "./speech/TextToSpeech/Mock.ts"
export * as OpenAiSpeech from "./speech/TextToSpeech/OpenAi.ts"
export * as RealtimeSpeech from "./speech/TextToSpeech/Realtime.ts"

export { fitMetrics } from "./timeline/Metrics.ts"
export { plan } from "./timeline/Plan.ts"
export { Stretch } from "./timeline/Stretch.ts"
export * as SonicStretch from "./timeline/Stretch/Sonic.ts"

export * as RetriedSpeechToText from "./transcript/RetriedSpeechToText.ts"
export { SpeechToText } from "./transcript/SpeechToText.ts"
export * as OpenAiSpeechToText from "./transcript/SpeechToText/OpenAi.ts"
export * as Subtitles from "./transcript/Subtitles.ts"
export { transcribe } from "./transcript/Transcribe.ts"
