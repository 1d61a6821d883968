import type { PlatformError } from "effect/PlatformError"
import { Problem } from "../domain/Problem.ts"

const systemCode = (error: PlatformError): string => {
  const cause = error.reason.cause
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined
  return typeof code === "string" ? code : error.reason._tag
}

/** What went wrong with a file, as a person says it, and what to do. */
export const fromPlatform =
  (path: string) =>
  (error: PlatformError): Problem => {
    switch (systemCode(error)) {
      case "ENOENT":
      case "NotFound":
        return new Problem({ what: `There is no file ${path}.`, mend: "Check the name and the folder." })
      case "EISDIR":
        return new Problem({ what: `${path} is a folder, not a file.` })
      case "ENOTDIR":
        return new Problem({ what: `A part of ${path} is a file, not a folder.` })
      case "EACCES":
      case "EPERM":
      case "PermissionDenied":
        return new Problem({
          what: `${path} may not be read or written here.`,
          mend: "Change its permissions, or choose another place with --output and --workdir."
        })
      case "EROFS":
        return new Problem({
          what: `${path} is on a read-only disk.`,
          mend: "Choose another place with --output and --workdir."
        })
      case "ENOSPC":
      case "EDQUOT":
        return new Problem({
          what: `The disk is full: ${path} could not be written.`,
          mend: "Free some space and run the same command again: it goes on where it was."
        })
      case "ENAMETOOLONG":
        return new Problem({ what: `The name ${path.slice(0, 80)}… is too long for this disk.` })
      default:
        return new Problem({ what: `${path}: ${error.message.replaceAll(/\s+/g, " ").slice(0, 160)}` })
    }
  }
