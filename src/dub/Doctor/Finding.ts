/**
 * What was found of one thing that was looked at. `broken`: something that would be used does not work; `warning`: it
 * works, but not for everything or not for long; `absent`: it is not set up, and not used.
 */
export interface Finding {
  readonly subject: string
  readonly status: "ok" | "broken" | "warning" | "absent"
  readonly detail: string
  /** What to do about it: a command to copy, where there is one. */
  readonly mend?: string
}

export const ok = (subject: string, detail: string): Finding => ({ subject, status: "ok", detail })

export const broken = (subject: string, detail: string, mend: string): Finding => ({
  subject,
  status: "broken",
  detail,
  mend
})

export const warning = (subject: string, detail: string, mend: string): Finding => ({
  subject,
  status: "warning",
  detail,
  mend
})

export const absent = (subject: string, detail: string, mend: string): Finding => ({
  subject,
  status: "absent",
  detail,
  mend
})

/** How a program is installed, whatever the system. */
export const install = (name: string): string => `apt-get install ${name}, dnf install ${name}, or brew install ${name}`
