/**
 * In which a disruptive remedy has to be proved, unless `--confirm-within` says otherwise. On Windows a single cmdlet may
 * take more than a minute (see run-step.ts). In milliseconds.
 */
export const DEFAULT_CONFIRM_WITHIN_MS = process.platform === 'win32' ? 300_000 : 60_000
