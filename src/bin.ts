#!/usr/bin/env node
import module from "node:module"

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`dubber: This is Node ${process.versions.node}; Node 22.19 or newer is needed.\n`)
  process.exitCode = 1
} else {
  // What is imported after this is compiled once and kept: the second start takes half the time of the first.
  module.enableCompileCache()
  await import("./main.ts")
}
