import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/Bundle.ts",
    // Most of the time is spent waiting for ffmpeg, voices and servers: two more than vitest would take on two cores keep them busy.
    maxWorkers: 3,
    // Loading the program anew for each file would take as long as a third of the tests; no test leaves anything behind.
    isolate: false,
    // Real servers and processes on a machine that others use too: what fails twice is broken.
    retry: 1,
    // What a test logs is of interest when it fails.
    silent: "passed-only",
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})
