import {MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'
import type {WindowsRule} from './rule.ts'

/** What the variables in rules' paths stand for where nobody has moved them; lower case. */
const USUAL: Readonly<Record<string, string>> = {
  systemroot: 'c:\\windows',
  windir: 'c:\\windows',
  systemdrive: 'c:',
  programfiles: 'c:\\program files',
  'programfiles(x86)': 'c:\\program files (x86)',
  programw6432: 'c:\\program files',
  commonprogramfiles: 'c:\\program files\\common files',
  'commonprogramfiles(x86)': 'c:\\program files (x86)\\common files',
  programdata: 'c:\\programdata',
  allusersprofile: 'c:\\programdata',
  public: 'c:\\users\\public',
}

/** Names of environment variables, in any case, to their values. */
export type Environment = Readonly<Record<string, string>>

/**
 * Whether a rule for the program `app` is about the program at `path`. Variables are expanded, a device path
 * (`\device\harddiskvolume2\…`) may be any drive, and a short name (`PROGRA~1`) any directory that begins like it.
 */
export function matchesProgram(app: string, path: string, environment: Environment): Ternary {
  const wanted = expand(normalized(app), environment)
  const program = expand(normalized(path), environment)
  if (wanted === null || program === null || unreadable(wanted) || unreadable(program)) return MAYBE
  if (wanted === program) return YES
  const device = /^\\device\\[^\\]+(\\.*)$/
  const [ours, theirs] = [device.exec(wanted)?.[1], device.exec(program)?.[1]]
  if (ours !== undefined || theirs !== undefined) {
    return sameOrMaybe(ours ?? withoutDrive(wanted), theirs ?? withoutDrive(program))
  }
  // A bare name may be that of any directory's program.
  if (!wanted.includes('\\') || !program.includes('\\')) {
    return sameOrMaybe(baseName(wanted), baseName(program))
  }
  return wanted.includes('~') || program.includes('~') ? shortNames(wanted, program) : NO
}

/** Case and direction of slashes mean nothing in paths; quotes and `\\?\` say nothing. */
function normalized(path: string): string {
  const plain = path
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replaceAll('/', '\\')
    .toLowerCase()
  return plain.replace(/^\\\\\?\\/, '').replace(/(?<=.)\\{2,}/g, '\\')
}

/** Null where it names a variable whose value is not known. */
function expand(path: string, environment: Environment): string | null {
  const given = new Map(Object.entries(environment).map(([name, value]) => [name.toLowerCase(), value]))
  let known = true
  const expanded = path.replace(/%([^%\\]+)%/g, (_, name: string) => {
    const value = given.get(name)?.toLowerCase() ?? USUAL[name]
    if (value === undefined) known = false
    return value?.replace(/\\$/, '') ?? ''
  })
  return known ? expanded : null
}

/** Holds what a code page could not show. */
const unreadable = (path: string) => path.includes('\uFFFD') || path.includes('?')

const withoutDrive = (path: string) => path.replace(/^[a-z]:/, '')

const baseName = (path: string) => path.slice(path.lastIndexOf('\\') + 1)

function sameOrMaybe(a: string, b: string): Ternary {
  return a === b ? MAYBE : NO
}

function shortNames(a: string, b: string): Ternary {
  const [left, right] = [a.split('\\'), b.split('\\')]
  const alike = (one: string, other: string) =>
    one === other || mayBeShort(one, other) || mayBeShort(other, one)
  return left.length === right.length && left.every((part, index) => alike(part, right[index] ?? ''))
    ? MAYBE
    : NO
}

/** 8.3 names: up to six characters of the name without blanks and dots, `~`, a number. Source: [MS-FSCC] 2.1.5.2.1. */
function mayBeShort(short: string, long: string): boolean {
  const start = /^([^~]*)~\d+(?:\.[^.]*)?$/.exec(short)?.[1]
  return start !== undefined && long.replace(/[ .]/g, '').startsWith(start.slice(0, 2))
}

/** The programs that enabled outbound rules name, each once. */
export function programsOf(
  rules: readonly Pick<WindowsRule, 'apps' | 'active' | 'outbound'>[],
): readonly string[] {
  return [
    ...new Set(rules.flatMap(({apps, active, outbound}) => (active !== NO && outbound !== NO ? apps : []))),
  ]
}

/** Whether a path is one that app packages are installed in: only programs there can have a package's identity. */
export function mayBePackaged(path: string): boolean {
  return /\\(windowsapps|systemapps)\\/i.test(path.replaceAll('/', '\\'))
}
