import type { PlatformError } from "effect/PlatformError"
import { Problem } from "../domain/Problem.ts"
import type { FfmpegError } from "./Ffmpeg.ts"

const codeOf = ({ reason }: PlatformError): string => {
  const cause: unknown = reason.cause
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : reason._tag
}

/** A name as one line of a message shows it: control characters made visible, the middle of a long one left out. */
export const shown = (path: string): string => {
  const plain = path.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1))
  return plain.length <= 120 ? plain : `${plain.slice(0, 40)}…${plain.slice(-79)}`
}

const diskFull = (path: string) =>
  new Problem({ what: `The disk is full: ${shown(path)} could not be written.`, mend: "Make room and run it again." })

const notPermitted = (path: string) =>
  new Problem({ what: `${shown(path)} may not be written.`, mend: "Change the permissions, or choose another place." })

/** Why a file could not be read, as a person mends it. */
export const unreadable =
  (path: string) =>
  (error: PlatformError): Problem => {
    const code = codeOf(error)
    if (code === "ENOENT" || code === "NotFound" || code === "ENOTDIR") {
      return new Problem({ what: `There is no file ${shown(path)}.`, mend: "Check its name and folder." })
    }
    if (code === "EISDIR") return new Problem({ what: `${shown(path)} is a folder, not a file.` })
    if (code === "EACCES" || code === "EPERM" || code === "PermissionDenied") {
      return new Problem({ what: `${shown(path)} may not be read.`, mend: "Change its permissions." })
    }
    return new Problem({ what: `${shown(path)} could not be read (${code}).` })
  }

/** Why a file could not be written, as a person mends it. */
export const unwritable =
  (path: string) =>
  (error: PlatformError): Problem => {
    const code = codeOf(error)
    if (code === "ENOSPC" || code === "EDQUOT") return diskFull(path)
    if (["EACCES", "EPERM", "EROFS", "PermissionDenied"].includes(code)) return notPermitted(path)
    if (code === "EISDIR" || code === "ENOTEMPTY") return new Problem({ what: `${shown(path)} is a folder.` })
    if (code === "EEXIST" || code === "AlreadyExists") {
      return new Problem({ what: `${shown(path)} is a file, not a folder.`, mend: "Name another place, or move it." })
    }
    if (code === "ENOTDIR") {
      return new Problem({
        what: `${shown(path)} cannot be written: a part of it is a file, not a folder.`,
        mend: "Name another place."
      })
    }
    // What Node says of a folder that it cannot make on a disk that is only read.
    if (code === "ENOENT" || code === "NotFound") {
      return new Problem({
        what: `${shown(path)} cannot be written: its folder is not there, or its disk may only be read.`,
        mend: "Name another place."
      })
    }
    if (code === "ENAMETOOLONG") return new Problem({ what: `The name ${shown(path)} is too long for this disk.` })
    return new Problem({
      what: `${shown(path)} could not be written (${code}).`,
      mend: "Check that its folder is there and may be written."
    })
  }

/** What a person can mend of a failure of ffmpeg that was writing `path`; anything else stays as it is. */
export const writing =
  (path: string) =>
  (error: FfmpegError): Problem | FfmpegError => {
    if (error.diskFull) return diskFull(path)
    return error.notPermitted ? notPermitted(path) : error
  }
