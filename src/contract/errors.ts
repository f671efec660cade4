import {EXIT, type ExitCode} from './exit-codes.ts'

/**
 * Something the user can act on. `message` is one sentence that says what happened, to what, and what to do next;
 * it is printed as it is, without a stack.
 */
export class UserError extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, exitCode: ExitCode = EXIT.usage, options?: ErrorOptions) {
    super(message, options)
    this.name = 'UserError'
    this.exitCode = exitCode
  }
}

/** A value that cannot be used. The message completes the sentence "--flag …". */
export class InvalidValue extends Error {}

/** A file would be replaced, and nobody has agreed to that. */
export class FileExists extends UserError {
  constructor(path: string) {
    super(`${path} already exists; choose another file, or confirm to replace it.`)
  }
}

/** The run was ended from outside: Ctrl-C, hang-up, termination. */
export class Interrupted extends Error {
  readonly exitCode: ExitCode

  constructor(signal: 'SIGINT' | 'SIGHUP' | 'SIGTERM') {
    super(`terminated by ${signal}`)
    this.name = 'Interrupted'
    this.exitCode = {SIGINT: EXIT.interrupted, SIGHUP: EXIT.hangUp, SIGTERM: EXIT.terminated}[signal]
  }
}
