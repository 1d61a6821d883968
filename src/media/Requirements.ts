/** A part of ffmpeg that is used here. */
export interface Requirement {
  readonly kind: "filter" | "encoder"
  readonly name: string
  /** What it is used for: what does not work without it. */
  readonly purpose: string
  /** Without it no video is dubbed at all. */
  readonly isNeeded: boolean
}

const filters = (purpose: string, isNeeded: boolean, names: string): ReadonlyArray<Requirement> =>
  names.split(" ").map((name) => ({ kind: "filter", name, purpose, isNeeded }))

const encoder = (name: string, purpose: string, isNeeded = false): Requirement => ({
  kind: "encoder",
  name,
  purpose,
  isNeeded
})

/** Every filter and encoder of ffmpeg that some command uses; demuxers and muxers come with any build. */
export const requirements: ReadonlyArray<Requirement> = [
  ...filters("reading the sound", true, "aresample aformat"),
  ...filters("parts (--range, --lines)", false, "fps tpad trim setpts atrim asetpts apad concat"),
  ...filters("parts (--range, --lines) and hard subtitles", false, "pad format"),
  ...filters("scene cuts (--align block, --youtube)", false, "scale scdet metadata"),
  ...filters("hard subtitles (libass)", false, "ass color"),
  encoder("aac", "the sound of mp4, mov and mkv", true),
  encoder("pcm_s16le", "WAV", true),
  encoder("pcm_f32le", "reading clips that services send compressed", true),
  encoder("flac", "FLAC, and listening to what is said", true),
  encoder("mov_text", "subtitles in mp4 and mov"),
  encoder("srt", "subtitles in mkv"),
  encoder("ass", "subtitles of some tracks"),
  encoder("webvtt", "subtitles in webm"),
  encoder("libx264", "hard subtitles and parts"),
  encoder("libmp3lame", "mp3, and small uploads for transcription"),
  encoder("libopus", "the sound of webm, opus"),
  encoder("libvorbis", "ogg"),
  encoder("libvpx-vp9", "hard subtitles in webm"),
  encoder("mpeg4", "hard subtitles in avi")
]

/** The names in what `ffmpeg -filters` or `-encoders` prints. */
export const namesIn = (list: string): ReadonlySet<string> =>
  new Set([...list.matchAll(/^\s*[A-Z.|]{2,6}\s+([a-z0-9_-]+)\s/gim)].map(([, name]) => name!))
