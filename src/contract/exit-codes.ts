/** Process exit codes: part of the public interface. */
export const EXIT = {
  ready: 0,
  internal: 1,
  usage: 2,
  notReady: 3,
  remedyFailed: 4,
  unknown: 5,
  hangUp: 129,
  interrupted: 130,
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
