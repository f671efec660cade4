import {readlinkSync, realpathSync} from 'node:fs'
import {delimiter, isAbsolute, join, resolve} from 'node:path'
import type {Command} from '../../contract/remedy.ts'

/** Set by the build of the executable, in which Node.js and this program are one file. */
declare const BUILT_AS_ONE_FILE: true | undefined

/** How this process was started. */
export type Start = {
  readonly execPath: string
  /**
   * The script that Node.js runs, absolute or relative to the working directory; null where there is none, since this
   * program is an executable of its own: what Node.js then has in place of it is the executable's name as it was typed.
   */
  readonly script: string | null
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  /** POSIX user id; null where there is none. */
  readonly user: number | null
}

const thisStart = (): Start => ({
  execPath: thisProgram(),
  script: typeof BUILT_AS_ONE_FILE === 'undefined' ? (process.argv[1] ?? '') : null,
  env: process.env,
  platform: process.platform,
  user: process.getuid?.() ?? null,
})

/** The argv that starts this program again, from any working directory and with any PATH. */
export function selfCommand({execPath, script}: Start = thisStart()): Command {
  return script === null ? [execPath] : [execPath, resolve(script)]
}

/**
 * The file that this process runs, absolute: Node.js, or the executable. proc(5) follows a file that is moved meanwhile,
 * and says so of one that is gone, which nothing can start again.
 */
export function thisProgram(): string {
  if (process.platform !== 'linux') return process.execPath
  try {
    const now = readlinkSync('/proc/self/exe')
    return now.endsWith(' (deleted)') ? process.execPath : now
  } catch {
    // Without /proc Node.js has only what was typed: a path, or a name that PATH leads to.
    return process.execPath.includes('/') ? resolve(process.execPath) : process.execPath
  }
}

/**
 * The argv that a person types to start this program the way this run was started: through npm or npx (npm sets
 * `npm_command`, `npm_lifecycle_event` and `npm_lifecycle_script` for what it runs), by its short name where PATH leads to this very script, else by path.
 * Under sudo(8) with `sudo` in front, since the person's own shell is not root's.
 */
export function typedCommand(start: Start = thisStart()): Command {
  const [program, ...words] = asTyped(start)
  return start.user === 0 && start.env.SUDO_UID !== undefined
    ? ['sudo', program, ...words]
    : [program, ...words]
}

function asTyped(start: Start): Command {
  const {env, execPath} = start
  if (start.script === null) return [leadsTo('drs-onboard', execPath, start) ? 'drs-onboard' : execPath]
  if (env.npm_package_name === 'drs-onboard' && env.npm_lifecycle_event === 'start')
    return ['npm', 'start', '--silent', '--']
  if (env.npm_command === 'exec' && /^"?drs-onboard\b/.test(env.npm_lifecycle_script ?? ''))
    return ['npx', 'drs-onboard']
  const script = resolve(start.script)
  if (leadsTo('drs-onboard', script, start)) return ['drs-onboard']
  return [leadsTo('node', execPath, start) ? 'node' : execPath, script]
}

/** Whether the first program of that name on PATH is that file, through links or not. */
function leadsTo(name: string, file: string, {env, platform}: Start): boolean {
  const directories = (env.PATH ?? '').split(delimiter).filter(isAbsolute)
  const names = platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name]
  for (const directory of directories) {
    const found = names.map(each => real(join(directory, each))).find(path => path !== null)
    if (found !== undefined) return found === real(file)
  }
  return false
}

function real(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
