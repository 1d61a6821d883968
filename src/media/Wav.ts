import * as Option from "effect/Option"

/** What a WAV file held, mixed down to one channel. */
export interface WavSound {
  readonly samples: Float32Array
  /** Hertz. */
  readonly sampleRate: number
  /** Channels of the file. */
  readonly channels: number
  /** Bytes of sound that the header promises beyond those that came; 0 where its size is only a placeholder. */
  readonly missingBytes: number
}

/** What a service writes for a size it does not know yet: nothing, or some number that no answer has, from 1 GiB on. */
const isPlaceholder = (size: number): boolean => size === 0 || size >= 0x4000_0000

const integerPcm = 1
const float = 3
const extensible = 0xfffe

const tag = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))

const readerOf = (view: DataView, code: number, bytes: number): ((at: number) => number) | undefined => {
  if (code === float && bytes === 4) return (at) => view.getFloat32(at, true)
  if (code === float && bytes === 8) return (at) => view.getFloat64(at, true)
  if (code !== integerPcm) return undefined
  switch (bytes) {
    case 1:
      return (at) => (view.getUint8(at) - 0x80) / 0x80
    case 2:
      return (at) => view.getInt16(at, true) / 0x8000
    case 3:
      return (at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 0x80_0000
    case 4:
      return (at) => view.getInt32(at, true) / 0x8000_0000
    default:
      return undefined
  }
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

const readSamples = (
  start: number,
  length: number,
  channels: number,
  bytes: number,
  read: (at: number) => number
): Float32Array => {
  const frames = Math.floor(length / (bytes * channels))
  const samples = new Float32Array(frames)
  for (let frame = 0; frame < frames; frame++) {
    const at = start + frame * channels * bytes
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += read(at + channel * bytes)
    samples[frame] = sum / channels
  }
  return samples
}

/** Headerless 16-bit PCM of one channel; an odd last byte is left out. */
export const decodePcm16 = (bytes: Uint8Array, littleEndian = true): Float32Array => {
  if (littleEndian && isLittleEndian) {
    const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice()
    const values = new Int16Array(aligned.buffer, aligned.byteOffset, bytes.length >> 1)
    const samples = new Float32Array(values.length)
    for (let i = 0; i < values.length; i++) samples[i] = values[i]! / 0x8000
    return samples
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const samples = new Float32Array(bytes.length >> 1)
  for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, littleEndian) / 0x8000
  return samples
}

/**
 * Reads RIFF and RF64 WAV: integers of 8, 16, 24 and 32 bits, floats of 32 and 64, WAVE_FORMAT_EXTENSIBLE, further
 * chunks, sizes that are placeholders (0, 0x7FFFFFFF, 0xFFFFFFFF), a last frame that is cut. None for anything else,
 * and for WAV with compressed sound.
 */
export const decodeWav = (bytes: Uint8Array): Option.Option<WavSound> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 12 || tag(view, 8) !== "WAVE" || !["RIFF", "RF64"].includes(tag(view, 0))) return Option.none()
  let format: { channels: number; sampleRate: number; bytes: number; code: number } | undefined
  let at = 12
  while (at + 8 <= bytes.length) {
    const name = tag(view, at)
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (name === "fmt " && size >= 16 && start + 16 <= bytes.length) {
      const code = view.getUint16(start, true)
      const isExtensible = code === extensible && size >= 26 && start + 26 <= bytes.length
      format = {
        channels: view.getUint16(start + 2, true),
        sampleRate: view.getUint32(start + 4, true),
        bytes: Math.ceil(view.getUint16(start + 14, true) / 8),
        code: isExtensible ? view.getUint16(start + 24, true) : code
      }
    }
    if (name === "data") {
      if (format === undefined || format.channels === 0 || format.sampleRate === 0) return Option.none()
      const { channels, sampleRate } = format
      const there = bytes.length - start
      const length = isPlaceholder(size) ? there : Math.min(size, there)
      const missingBytes = isPlaceholder(size) ? 0 : Math.max(0, size - there)
      if (format.code === integerPcm && format.bytes === 2 && channels === 1) {
        const samples = decodePcm16(bytes.subarray(start, start + length))
        return Option.some({ samples, sampleRate, channels, missingBytes })
      }
      const read = readerOf(view, format.code, format.bytes)
      if (read === undefined) return Option.none()
      const samples = readSamples(start, length, channels, format.bytes, read)
      return Option.some({ samples, sampleRate, channels, missingBytes })
    }
    at = start + size + (size & 1)
  }
  return Option.none()
}

/** Rounded and clipped to 16 bits, 0 for what is no number. */
const quantize = (samples: Float32Array, values: Int16Array): void => {
  for (let i = 0; i < samples.length; i++) {
    const level = samples[i]! * 0x8000 + 0.5
    const within = level > 0x7fff ? 0x7fff : level < -0x8000 ? -0x8000 : level
    // Above zero the whole part is cut off as it should be, and quicker than by Math.floor.
    values[i] = Number.isNaN(within) ? 0 : ((within + 0x8000) | 0) - 0x8000
  }
}

/** A RIFF WAV of one channel and 16 bits; samples beyond ±1 are clipped, what is no number becomes silence. */
export const encodeWav = (samples: Float32Array, sampleRate = 48_000): Uint8Array<ArrayBuffer> => {
  const length = samples.length * 2
  const bytes = new Uint8Array(44 + length)
  const view = new DataView(bytes.buffer)
  const write = (at: number, text: string) => new TextEncoder().encodeInto(text, bytes.subarray(at))
  write(0, "RIFF")
  view.setUint32(4, 36 + length, true)
  write(8, "WAVEfmt ")
  view.setUint32(16, 16, true)
  view.setUint16(20, integerPcm, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  write(36, "data")
  view.setUint32(40, length, true)
  const values = new Int16Array(bytes.buffer, 44)
  quantize(samples, values)
  if (!isLittleEndian) for (let i = 0; i < values.length; i++) view.setInt16(44 + i * 2, values[i]!, true)
  return bytes
}
