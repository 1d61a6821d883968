import { assert, describe, it } from "@effect/vitest"
import { parsePcmType, sniff } from "../../src/media/AudioFormat.ts"
import { encodeWav } from "../../src/media/Wav.ts"
import { pcm16, sine } from "../support/Sine.ts"

const text = (words: string) => new TextEncoder().encode(words)

describe("sniff", () => {
  it("knows containers by their first bytes", () => {
    assert.strictEqual(sniff(encodeWav(sine(440, 48_000, 0.1))), "wav")
    assert.strictEqual(sniff(Buffer.from("RF64\xff\xff\xff\xffWAVEds64", "latin1")), "wav")
    assert.strictEqual(sniff(text("ID3\x04\0\0\0\0\0\0")), "mp3")
    assert.strictEqual(sniff(text("OggS\0\x02")), "ogg")
    assert.strictEqual(sniff(text("fLaC\0\0\0\x22")), "flac")
    assert.strictEqual(sniff(text("\0\0\0\x20ftypM4A \0\0")), "mp4")
    assert.strictEqual(sniff(Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 1])), "webm")
  })

  it("knows words", () => {
    assert.strictEqual(sniff(text('{"error": {"message": "no"}}')), "text")
    assert.strictEqual(sniff(text("<!DOCTYPE html><html><body>Bad gateway</body></html>")), "text")
    assert.strictEqual(sniff(text("Lo siento, mañana — 日本語\r\n")), "text")
    assert.strictEqual(sniff(text("é".repeat(600))), "text", "cut within a character")
    assert.strictEqual(sniff(text("#EXTM3U\nfile:///etc/passwd")), "text")
  })

  it("takes the rest for raw sound, whatever its first samples look like", () => {
    assert.strictEqual(sniff(pcm16(sine(440, 24_000, 0.1))), "pcm")
    assert.strictEqual(sniff(new Uint8Array(4800)), "pcm")
    // Samples of -1 look like the beginning of an MPEG frame, and of -5 like one of ADTS.
    assert.strictEqual(sniff(new Uint8Array(4800).fill(0xff)), "pcm")
    assert.strictEqual(sniff(pcm16(new Float32Array(2400).fill(-1 / 32_767))), "pcm")
    const looksFramed = new Uint8Array(4800)
    looksFramed.set([0xff, 0xfb, 0x90, 0x00])
    assert.strictEqual(sniff(looksFramed), "pcm")
    looksFramed.set([0xff, 0xf1, 0x50, 0x80, 0x20, 0x1f, 0xfc])
    assert.strictEqual(sniff(looksFramed), "pcm")
    assert.strictEqual(sniff(new Uint8Array(0)), "pcm")
    assert.strictEqual(sniff(Uint8Array.of(0x20)), "pcm")
  })
})

describe("parsePcmType", () => {
  it("reads rates and channels in the ways servers write them", () => {
    assert.deepStrictEqual(parsePcmType("audio/pcm;rate=22050"), { rate: 22_050, channels: 1 })
    assert.deepStrictEqual(parsePcmType("audio/L16; rate=16000; channels=2"), { rate: 16_000, channels: 2 })
    assert.deepStrictEqual(parsePcmType('Audio/x-PCM; sample_rate="44100"'), { rate: 44_100, channels: 1 })
    assert.deepStrictEqual(parsePcmType("audio/pcm"), { rate: undefined, channels: 1 })
  })

  it("believes no absurd figure and no other type", () => {
    assert.deepStrictEqual(parsePcmType("audio/pcm;rate=0"), { rate: undefined, channels: 1 })
    assert.deepStrictEqual(parsePcmType("audio/pcm;rate=24000.5;channels=-1"), { rate: undefined, channels: 1 })
    assert.deepStrictEqual(parsePcmType("audio/pcm;rate=99999999999"), { rate: undefined, channels: 1 })
    assert.isUndefined(parsePcmType("audio/mpeg"))
    assert.isUndefined(parsePcmType("application/octet-stream; rate=8000"))
    assert.isUndefined(parsePcmType(""))
  })
})
