import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Bytes as text. `encoding` is the name that the WHATWG encoding standard gives. */
export interface Decoded {
  readonly text: string
  readonly encoding: string
}

const newline = 0x0a
const carriageReturn = 0x0d

const read = (encoding: string, bytes: Uint8Array): Decoded => ({
  encoding,
  text: new TextDecoder(encoding).decode(bytes)
})

const strictUtf8 = Option.liftThrowable((bytes: Uint8Array) => new TextDecoder("utf-8", { fatal: true }).decode(bytes))

/** A file cut in the middle of a letter is UTF-8 all the same. */
const isUtf8 = (bytes: Uint8Array): boolean =>
  [0, 1, 2, 3].some((cut) => Option.isSome(strictUtf8(bytes.subarray(0, bytes.length - cut))))

/** UTF-16 without a byte-order mark shows in the zeros: every digit, arrow and line end has one. */
const utf16 = (bytes: Uint8Array): string | undefined => {
  const pairs = Math.min(bytes.length >> 1, 4096)
  let even = 0
  let odd = 0
  for (let i = 0; i < pairs; i++) {
    if (bytes[2 * i] === 0) even++
    if (bytes[2 * i + 1] === 0) odd++
  }
  if (odd > pairs * 0.2 && even < pairs * 0.02) return "utf-16le"
  if (even > pairs * 0.2 && odd < pairs * 0.02) return "utf-16be"
  return undefined
}

/** The lines that are not plain ASCII: numbers and arrows would only mislead a detector. */
const tellingLines = (bytes: Uint8Array): Uint8Array => {
  const kept: Array<number> = []
  let start = 0
  for (let i = 0; i <= bytes.length && kept.length < 50_000; i++) {
    if (i < bytes.length && bytes[i] !== newline && bytes[i] !== carriageReturn) continue
    const line = bytes.subarray(start, i)
    if (line.some((byte) => byte >= 0x80 || byte === 0x1b)) kept.push(...line.subarray(0, 1000), newline)
    start = i + 1
  }
  return Uint8Array.from(kept)
}

const decoder = Option.liftThrowable((encoding: string) => new TextDecoder(encoding))

const legacy = Effect.fnUntraced(function* (bytes: Uint8Array) {
  const { analyse } = yield* Effect.promise(() => import("chardet"))
  const found = analyse(tellingLines(bytes)).find(
    ({ name }) => !name.startsWith("UTF-") && Option.isSome(decoder(name))
  )
  return read(found?.name ?? "windows-1252", bytes)
})

const startsWith = (bytes: Uint8Array, ...mark: ReadonlyArray<number>) =>
  mark.every((byte, index) => bytes[index] === byte)

/**
 * Reads bytes as text, whatever they are encoded in: by their byte-order mark, by the zeros of UTF-16, as UTF-8, else
 * in the legacy encoding that the letters look most like. Undefined where they are no text at all.
 */
export const decode = Effect.fnUntraced(function* (padded: Uint8Array) {
  const bytes = padded.subarray(0, padded.findLastIndex((byte) => byte !== 0) + 1)
  if (startsWith(bytes, 0xff, 0xfe, 0, 0)) return undefined
  if (startsWith(bytes, 0xff, 0xfe)) return read("utf-16le", padded)
  if (startsWith(bytes, 0xfe, 0xff)) return read("utf-16be", bytes)
  const wide = utf16(padded)
  if (wide !== undefined) return read(wide, padded)

  const zeros = bytes.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
  const controls = bytes.reduce((count, byte) => count + (byte < 9 || (byte > 13 && byte < 27) ? 1 : 0), 0)
  if (zeros > bytes.length / 100 || controls > bytes.length / 50) return undefined
  if (isUtf8(bytes) && !bytes.includes(0x1b)) return read("utf-8", bytes)

  // Some bytes of UTF-8 broken on the way still leave most letters whole.
  const lossy = read("utf-8", bytes)
  const broken = lossy.text.split("\ufffd").length - 1
  const letters = (lossy.text.match(/[^\0-\x7f\ufffd]/g) ?? []).length
  if (broken < letters / 4) return lossy
  return yield* legacy(bytes)
})
