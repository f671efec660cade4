/** For reg, sc, netsh and chcp: they take a moment, and a busy host many. In milliseconds. */
export const CONSOLE_QUESTION_MS = 20_000

/** A cold start of PowerShell that loads a module takes seconds, and tens of them on a busy host. In milliseconds. */
export const POWERSHELL_QUESTION_MS = 45_000
