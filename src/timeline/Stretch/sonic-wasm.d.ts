/** The package comes without types: what we use of its Emscripten module (sonic.h). */
declare module "@echogarden/sonic-wasm" {
  export interface SonicModule {
    /** Replaced when the memory grows. */
    readonly HEAPF32: Float32Array
    readonly _malloc: (bytes: number) => number
    readonly _sonicCreateStream: (sampleRate: number, channels: number) => number
    readonly _sonicDestroyStream: (stream: number) => void
    readonly _sonicSetSpeed: (stream: number, speed: number) => void
    readonly _sonicWriteFloatToStream: (stream: number, pointer: number, samples: number) => number
    readonly _sonicReadFloatFromStream: (stream: number, pointer: number, samples: number) => number
    readonly _sonicFlushStream: (stream: number) => number
  }
  const load: () => Promise<SonicModule>
  export default load
}
