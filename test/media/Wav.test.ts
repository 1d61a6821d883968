import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { decodePcm16, decodeWav, encodeWav } from "../../src/media/Wav.ts"

interface Chunk {
  readonly name: string
  readonly body: Buffer
  /** The size to write, where it is not the body's own. */
  readonly size?: number
}

const wav = (chunks: ReadonlyArray<Chunk>, form = "RIFF"): Buffer => {
  const content = Buffer.concat(
    chunks.map(({ name, body, size }) => {
      const head = Buffer.alloc(8)
      head.write(name, "latin1")
      head.writeUInt32LE(size ?? body.length, 4)
      return Buffer.concat([head, body, Buffer.alloc(body.length % 2)])
    })
  )
  const head = Buffer.alloc(12)
  head.write(form, "latin1")
  head.writeUInt32LE(content.length + 4, 4)
  head.write("WAVE", 8, "latin1")
  return Buffer.concat([head, content])
}

const fmt = (code: number, channels: number, rate: number, bits: number, subFormat?: number): Chunk => {
  const body = Buffer.alloc(subFormat === undefined ? 16 : 40)
  body.writeUInt16LE(code, 0)
  body.writeUInt16LE(channels, 2)
  body.writeUInt32LE(rate, 4)
  body.writeUInt32LE((rate * channels * bits) / 8, 8)
  body.writeUInt16LE((channels * bits) / 8, 12)
  body.writeUInt16LE(bits, 14)
  if (subFormat !== undefined) {
    body.writeUInt16LE(22, 16)
    body.writeUInt16LE(bits, 18)
    body.writeUInt16LE(subFormat, 24)
  }
  return { name: "fmt ", body }
}

const wanted = [0, 0.5, -0.5, 0.25, -1]

const encodings: Record<string, { code: number; bits: number; write: (body: Buffer, at: number, x: number) => void }> =
  {
    "8-bit": { code: 1, bits: 8, write: (body, at, x) => body.writeUInt8(128 + x * 128, at) },
    "16-bit": { code: 1, bits: 16, write: (body, at, x) => body.writeInt16LE(x * 0x8000, at) },
    "24-bit": { code: 1, bits: 24, write: (body, at, x) => body.writeIntLE(x * 0x80_0000, at, 3) },
    "32-bit": { code: 1, bits: 32, write: (body, at, x) => body.writeInt32LE(x * 0x8000_0000, at) },
    "32-bit float": { code: 3, bits: 32, write: (body, at, x) => body.writeFloatLE(x, at) },
    "64-bit float": { code: 3, bits: 64, write: (body, at, x) => body.writeDoubleLE(x, at) }
  }

const data = (encoding: keyof typeof encodings, samples: ReadonlyArray<number>): Chunk => {
  const { bits, write } = encodings[encoding]!
  const body = Buffer.alloc((samples.length * bits) / 8)
  samples.forEach((x, i) => write(body, (i * bits) / 8, x))
  return { name: "data", body }
}

const read = (bytes: Uint8Array) => Option.getOrThrow(decodeWav(bytes))
const none = (bytes: Uint8Array) => assert.isTrue(Option.isNone(decodeWav(bytes)))
const values = (bytes: Uint8Array) => Array.from(read(bytes).samples)

describe("decodeWav", () => {
  for (const [name, { code, bits }] of Object.entries(encodings)) {
    it(`reads ${name}, plain and extensible`, () => {
      const plain = read(wav([fmt(code, 1, 22_050, bits), data(name, wanted)]))
      assert.deepStrictEqual(Array.from(plain.samples), wanted)
      assert.strictEqual(plain.sampleRate, 22_050)
      assert.strictEqual(plain.channels, 1)
      assert.deepStrictEqual(values(wav([fmt(0xfffe, 1, 48_000, bits, code), data(name, wanted)])), wanted)
    })
  }

  it("mixes channels down to their mean", () => {
    const sound = read(wav([fmt(1, 2, 44_100, 16), data("16-bit", [0.5, 0.25, -1, -0.5, 0.5, -0.5])]))
    assert.deepStrictEqual(Array.from(sound.samples), [0.375, -0.75, 0])
    assert.strictEqual(sound.channels, 2)
  })

  it("passes over other chunks, odd ones with their padding", () => {
    const chunks = [
      { name: "JUNK", body: Buffer.alloc(28) },
      fmt(1, 1, 24_000, 16),
      { name: "LIST", body: Buffer.from("INFOx") },
      { name: "fact", body: Buffer.alloc(4) },
      data("16-bit", wanted),
      { name: "LIST", body: Buffer.from("INFOISFT") }
    ]
    assert.deepStrictEqual(values(wav(chunks)), wanted)
    assert.deepStrictEqual(values(wav(chunks, "RF64")), wanted)
  })

  for (const size of [0, 0x4000_0000, 0x7fff_ffff, 0x7fff_f000, 0xffff_ffff, 0xffff_ffdb]) {
    it(`takes a data size of ${size.toString(16)} as unknown`, () => {
      const sound = read(wav([fmt(1, 1, 24_000, 16), { ...data("16-bit", wanted), size }]))
      assert.deepStrictEqual(Array.from(sound.samples), wanted)
      assert.strictEqual(sound.missingBytes, 0)
    })
  }

  it("says how much is missing of a file that was cut", () => {
    const whole = encodeWav(Float32Array.from({ length: 1000 }, (_, i) => i / 1000))
    const sound = read(whole.subarray(0, 44 + 501))
    assert.strictEqual(sound.samples.length, 250)
    assert.strictEqual(sound.missingBytes, 2000 - 501)
  })

  it("reads from the middle of a larger buffer", () => {
    const whole = encodeWav(Float32Array.from(wanted))
    const shifted = new Uint8Array(whole.length + 3)
    shifted.set(whole, 3)
    assert.deepStrictEqual(values(shifted.subarray(3)), [0, 0.5, -0.5, 0.25, -1])
  })

  it("gives none for what it cannot read", () => {
    none(new Uint8Array(0))
    none(Buffer.from("RIFF"))
    none(Buffer.from("RIFFxxxxAVI LIST"))
    none(wav([data("16-bit", wanted)]))
    none(wav([fmt(1, 1, 24_000, 16)]))
    none(wav([fmt(7, 1, 8000, 8), { name: "data", body: Buffer.alloc(20) }]))
    none(wav([fmt(1, 0, 24_000, 16), data("16-bit", wanted)]))
    none(wav([fmt(1, 1, 0, 16), data("16-bit", wanted)]))
    none(encodeWav(Float32Array.from(wanted)).subarray(0, 30))
  })

  it.prop("never fails, whatever follows the first words", [Schema.Uint8Array], ([tail]) => {
    decodeWav(Buffer.concat([Buffer.from("RIFF\0\0\0\0WAVEfmt "), tail]))
    decodeWav(Buffer.concat([wav([fmt(1, 2, 24_000, 24)]), tail]))
    return true
  })
})

describe("encodeWav", () => {
  it("writes a canonical header", () => {
    const bytes = Buffer.from(encodeWav(new Float32Array(480)))
    assert.strictEqual(bytes.length, 44 + 960)
    assert.strictEqual(bytes.toString("latin1", 0, 4), "RIFF")
    assert.strictEqual(bytes.readUInt32LE(4), 36 + 960)
    assert.strictEqual(bytes.toString("latin1", 8, 16), "WAVEfmt ")
    assert.strictEqual(bytes.readUInt32LE(24), 48_000)
    assert.strictEqual(bytes.readUInt32LE(28), 96_000)
    assert.strictEqual(bytes.toString("latin1", 36, 40), "data")
    assert.strictEqual(bytes.readUInt32LE(40), 960)
  })

  it("clips beyond full scale and writes silence for what is no number", () => {
    const bytes = Buffer.from(encodeWav(Float32Array.from([1, 1.5, -1, -1.5, Infinity, -Infinity, NaN])))
    assert.deepStrictEqual(
      [0, 1, 2, 3, 4, 5, 6].map((i) => bytes.readInt16LE(44 + i * 2)),
      [32_767, 32_767, -32_768, -32_768, 32_767, -32_768, 0]
    )
  })

  it.prop(
    "is read back to the same sample values",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: -32_768, maximum: 32_767 })))],
    ([steps]) => {
      const sound = read(
        encodeWav(
          Float32Array.from(steps, (x) => x / 32_768),
          16_000
        )
      )
      assert.deepStrictEqual(
        Array.from(sound.samples, (x) => x * 32_768),
        steps.map((x) => x + 0)
      )
      assert.strictEqual(sound.sampleRate, 16_000)
    }
  )
})

describe("decodePcm16", () => {
  it("reads both byte orders and leaves out an odd last byte", () => {
    const bytes = Buffer.from([0x00, 0x40, 0x00, 0xc0, 0x7f])
    assert.deepStrictEqual(Array.from(decodePcm16(bytes)), [0.5, -0.5])
    assert.deepStrictEqual(Array.from(decodePcm16(Buffer.from([0x40, 0x00, 0xc0, 0x00]), false)), [0.5, -0.5])
  })
})
