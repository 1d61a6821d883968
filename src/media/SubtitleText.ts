const joiner = "\u2060"

/**
 * SubRip text in which nothing but <i>, <b> and <u> is taken for a command when ffmpeg makes another format of it: an
 * invisible word joiner stands between what would be one.
 */
export const shieldSrt = (srt: string): string =>
  srt
    .replaceAll(/\\(?=[nNh{}\\])/g, `\\${joiner}`)
    .replaceAll(/\{(?=[\\CcFfoPSsYy])/g, `{${joiner}`)
    .replaceAll(/<(?!\/?[ibu]>)/gi, `<${joiner}`)

/** SubRip as WebVTT, with what WebVTT would take for markup written as it is read. */
export const srtToVtt = (srt: string): string => {
  const lines = srt.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/)
  const made = lines.flatMap((line, at) => {
    if (/^\s*\d+\s*$/.test(line) && /-->/.test(lines[at + 1] ?? "")) return []
    if (/^\s*[\d:.,]+\s*-->/.test(line)) return [line.replaceAll(/(\d),(\d)/g, "$1.$2")]
    return [
      line
        .replaceAll("&", "&amp;")
        .replaceAll(/<(?!\/?[ibu]>)/gi, "&lt;")
        .replaceAll("-->", "--&gt;")
    ]
  })
  return `WEBVTT\n\n${made.join("\n")}\n`
}

/** A line on the screen; seconds. */
export interface ShownCue {
  readonly start: number
  readonly end: number
  readonly text: string
}

const seconds = (text: string): number =>
  text
    .replace(",", ".")
    .split(":")
    .reduce((sum, part) => sum * 60 + Number(part), 0)

const timing = /^\s*((?:\d+:)?\d+:\d+[.,]\d+)\s*-->\s*((?:\d+:)?\d+:\d+[.,]\d+)/

/** The cues of well-formed SubRip or WebVTT, as dubber writes them. */
export const cuesOf = (text: string): ReadonlyArray<ShownCue> =>
  text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n[ \t]*\n/)
    .flatMap((block) => {
      const lines = block.split("\n")
      const at = lines.findIndex((line) => timing.test(line))
      const found = timing.exec(lines[at] ?? "")
      if (found === null) return []
      const shown = lines
        .slice(at + 1)
        .join("\n")
        .trim()
      return shown === "" ? [] : [{ start: seconds(found[1]!), end: seconds(found[2]!), text: shown }]
    })

/** What hard subtitles look like. */
export interface SubtitleStyle {
  /** Height of the letters' line in pixels of the picture; a twentieth of its height, less where it is narrow. */
  readonly fontSize?: number | undefined
  /** A font family that is installed; "sans-serif". */
  readonly font?: string | undefined
  readonly position?: "bottom" | "top" | undefined
  /** A dark box behind the text instead of an outline. */
  readonly box?: boolean | undefined
}

const pad = (value: number) => String(Math.floor(value)).padStart(2, "0")

const assTime = (time: number): string => {
  const hundredths = Math.max(0, Math.round(time * 100))
  const [hours, rest] = [Math.floor(hundredths / 360_000), hundredths % 360_000]
  return `${hours}:${pad(rest / 6000)}:${pad((rest % 6000) / 100)}.${pad(rest % 100)}`
}

/** Text as libass shows it: backslashes and braces are letters, line ends are kept, <i>, <b> and <u> are obeyed. */
export const assText = (text: string): string =>
  text
    .replaceAll("\\", `\\${joiner}`)
    .replaceAll("{", "\\{")
    .replaceAll("}", "\\}")
    .replaceAll(
      /<(\/?)([ibu])>/gi,
      (_, slash: string, letter: string) => `{\\${letter.toLowerCase()}${slash === "" ? 1 : 0}}`
    )
    .replaceAll(/\s*\n\s*/g, "\\N")

/** An ASS script that shows `cues` over a picture of `width` by `height` pixels. */
export const assScript = (
  cues: ReadonlyArray<ShownCue>,
  { width, height }: { readonly width: number; readonly height: number },
  style: SubtitleStyle = {}
): string => {
  // 42 letters of half their height each fit between the margins.
  const size = style.fontSize ?? Math.max(8, Math.round(Math.min(height / 20, width / 23)))
  const font = (style.font ?? "sans-serif").replaceAll(/[,\n\r]/g, " ")
  const edge = (size / 18).toFixed(1)
  // 4: one box behind all lines of a cue, as wide around them as its shadow; of 3, a box a line, the edges would overlap.
  const border = style.box === true ? `4,0,${(size / 6).toFixed(1)}` : `1,${edge},0`
  const margins = `${Math.round(width / 20)},${Math.round(width / 20)},${Math.round(height / 20)}`
  const colours =
    style.box === true ? "&H00FFFFFF,&H00FFFFFF,&H60000000,&H60000000" : "&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000"
  const format = "Name,Fontname,Fontsize,PrimaryColour,SecondaryColour,OutlineColour,BackColour"
  return [
    "[Script Info]",
    "ScriptType: v4.00+",
    `PlayResX: ${width}`,
    `PlayResY: ${height}`,
    "WrapStyle: 0",
    "ScaledBorderAndShadow: yes",
    "",
    "[V4+ Styles]",
    `Format: ${format},BorderStyle,Outline,Shadow,Alignment,MarginL,MarginR,MarginV,Encoding`,
    // Encoding -1: the direction of the text is found from the text.
    `Style: Default,${font},${size},${colours},${border},${style.position === "top" ? 8 : 2},${margins},-1`,
    "",
    "[Events]",
    "Format: Layer,Start,End,Style,Name,MarginL,MarginR,MarginV,Effect,Text",
    ...cues.map(
      ({ start, end, text }) => `Dialogue: 0,${assTime(start)},${assTime(end)},Default,,0,0,0,,${assText(text)}`
    ),
    ""
  ].join("\n")
}

/** A path as the value of a filter's option inside a filter graph. */
export const filterPath = (path: string): string =>
  path.replaceAll(/[\\':]/g, String.raw`\$&`).replaceAll(/[\\'[\],;]/g, String.raw`\$&`)
