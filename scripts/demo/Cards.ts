import type { Card } from "./Lesson.ts"

const width = 960
const height = 540

/** A card and the seconds at which it is on the screen. */
export interface Shown {
  readonly card: Card
  readonly start: number
  readonly end: number
}

/** ASS writes colours as blue, green, red. */
const colour = (rgb: string) => `&H${rgb.slice(4, 6)}${rgb.slice(2, 4)}${rgb.slice(0, 2)}&`

const drawn = (position: string, fill: string, path: string, more = "") =>
  `{\\an7\\pos(${position})\\bord0\\shad0\\1c${colour(fill)}${more}\\p1}${path}{\\p0}`

/** A circle around the origin, as four Bézier curves. */
const circle = (radius: number) => {
  const k = Math.round(radius * 0.5523)
  const r = Math.round(radius)
  return `m ${r} 0 b ${r} ${k} ${k} ${r} 0 ${r} b -${k} ${r} -${r} ${k} -${r} 0 b -${r} -${k} -${k} -${r} 0 -${r} b ${k} -${r} ${r} -${k} ${r} 0`
}

const box = (boxWidth: number, boxHeight: number) => `m 0 0 l ${boxWidth} 0 l ${boxWidth} ${boxHeight} l 0 ${boxHeight}`

const rainbow = ["e5484d", "f0883e", "f5d90a", "46a758", "3e9bf0", "4a55d6", "8e4ec6"]

const sun = (x: number, y: number, radius: number, fill: string) => [
  drawn(`${x},${y}`, fill, circle(radius * 1.7), "\\alpha&HD0&\\blur12"),
  drawn(`${x},${y}`, fill, circle(radius), "\\blur2")
]

/** Blue going everywhere from where it meets the air, red going straight on. */
const rays = [
  drawn("140,190", "f04a3e", box(1000, 8), "\\alpha&H30&"),
  ...[-38, -24, -10, 10, 24, 38].map((angle) =>
    drawn("640,194", "2f6bff", box(230, 7), `\\org(640,194)\\frz${angle}\\alpha&H20&`)
  ),
  drawn("140,180", "fff6d8", box(500, 28), "\\blur3")
]

const pictures: Record<Card["picture"], ReadonlyArray<string>> = {
  sun: sun(640, 190, 80, "ffe9a8"),
  spectrum: rainbow.map((fill, index) => drawn(`${290 + index * 100},130`, fill, box(100, 120), "\\blur1")),
  rays,
  sunset: sun(640, 215, 95, "ffb347"),
  none: []
}

const header = `[Script Info]
ScriptType: v4.00+
PlayResX: 1280
PlayResY: 720
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Title,DejaVu Sans,76,&H00FFFFFF,&H00FFFFFF,&H60402000,&H80000000,-1,0,0,0,100,100,1,0,1,1,2,5,60,60,20,1
Style: Subtitle,DejaVu Sans,38,&H00FFFFFF,&H00FFFFFF,&H60402000,&H80000000,0,0,0,0,100,100,1,0,1,1,1,5,60,60,20,1
Style: Picture,DejaVu Sans,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`

/**
 * The text and the drawings of the cards, as subtitles for libass to draw over the sky: card 0 in the first second,
 * card 1 in the next, and so on.
 */
export const cardsAsAss = (cards: ReadonlyArray<Card>): string =>
  header +
  cards
    .flatMap((card, index) => {
      const event = (layer: number, style: string, text: string) =>
        `Dialogue: ${layer},0:00:0${index}.00,0:00:0${index + 1}.00,${style},,0,0,0,,${text}`
      return [
        ...pictures[card.picture].map((picture, at) => event(at, "Picture", picture)),
        event(20, "Title", `{\\pos(640,396)}${card.title}`),
        event(20, "Subtitle", `{\\pos(640,484)}${card.subtitle}`)
      ]
    })
    .join("\n") +
  "\n"

/** Red, green or blue of "1464a5". */
const part = (rgb: string, at: number) => Number.parseInt(rgb.slice(2 * at, 2 * at + 2), 16)

const fadeSeconds = 0.6

/**
 * An ffmpeg filter graph that gives [picture]. Every card is drawn once and held, and fades into the next at the time
 * when that is shown. `ass` is a plain path of what cardsAsAss gives, undefined where libass is missing.
 */
export const filterGraph = (shown: ReadonlyArray<Shown>, framesPerSecond: number, ass: string | undefined): string => {
  const stills = shown.map(({ card, start, end }, index) => {
    const [top, bottom] = card.sky
    const shade = ["r", "g", "b"].map((name, at) => `${name}='lerp(${part(top, at)},${part(bottom, at)},Y/H)'`)
    const frames = Math.ceil((end - start + fadeSeconds) * framesPerSecond)
    return [
      `color=s=${width}x${height}:r=${framesPerSecond}`,
      `trim=end_frame=1`,
      `format=gbrp`,
      `geq=${shade.join(":")}`,
      `setpts=${index * framesPerSecond}`,
      ...(ass === undefined ? [] : [`ass=${ass}`]),
      `format=yuv420p`,
      `loop=loop=${frames - 1}:size=1`,
      `setpts=N[still${index}]`
    ].join(",")
  })
  const fades = shown.slice(1).map(({ start }, index) => {
    const before = index === 0 ? "still0" : `faded${index}`
    const after = index === shown.length - 2 ? "picture" : `faded${index + 1}`
    return `[${before}][still${index + 1}]xfade=duration=${fadeSeconds}:offset=${start.toFixed(3)}[${after}]`
  })
  return [...stills, ...fades].join(";")
}
