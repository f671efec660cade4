import {definite, MAYBE, NO, type Ternary, YES} from '../model/ternary.ts'

/** `major.minor.build`; null for anything else. */
export type OsVersion = {readonly major: number; readonly minor: number; readonly build: number} | null

export function parseOsVersion(text: string): OsVersion {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  return match ? {major: Number(match[1]), minor: Number(match[2]), build: Number(match[3] ?? 0)} : null
}

/** Major version of the rule schema that every Windows since Vista reads. */
export const SCHEMA_MAJOR = 2

/** The rule schema's minor version from a build of Windows 10 and later on, oldest first. */
const MINORS: readonly (readonly [build: number, minor: number])[] = [
  [10240, 24],
  [10586, 25],
  [14393, 26],
  [15063, 27],
  [16299, 27],
  [17134, 28],
  [17763, 29],
  [18362, 30],
  [20348, 31],
  [22621, 32],
  [26100, 33],
]

/**
 * The rule schema's minor versions of a Windows release: the host's own is between the two. They are one where the
 * release is listed, which every Server since 2012 is; between two releases it may be that of either.
 * Source: MS-FASP 2.2.42, product behavior note 12; MS-GPFAS 1.7, product behavior note 1.
 */
function schemaMinors({
  major,
  minor,
  build,
}: NonNullable<OsVersion>): readonly [lowest: number, highest: number] {
  if (major < 6) return [0, 0]
  if (major === 6) {
    if (minor === 0) return [0, 1]
    if (minor === 1) return [10, 10]
    return minor === 2 ? [20, 20] : [22, 22]
  }
  const at = MINORS.findLastIndex(([first]) => first <= build)
  const [listed, lowest] = MINORS[at] ?? [0, 24]
  return [lowest, listed === build ? lowest : (MINORS[at + 1]?.[1] ?? 255)]
}

/**
 * Whether a host is new enough to mind a rule that says `SkipVer=value`: it names the newest version that ignores the
 * rule as a whole (MS-GPFAS 2.2.2.19).
 */
export function mindsRule(value: string, os: OsVersion): Ternary {
  const match = /^(\d{1,3})\.(\d{1,3})$/.exec(value)
  if (!match || os === null) return MAYBE
  if (Number(match[1]) !== SCHEMA_MAJOR) return definite(Number(match[1]) < SCHEMA_MAJOR)
  const skipped = Number(match[2])
  const [lowest, highest] = schemaMinors(os)
  return lowest > skipped ? YES : highest <= skipped ? NO : MAYBE
}

/** `VER_PLATFORM_WIN32_NT`, the only platform that there has been since. */
const WINDOWS_NT = 2

/**
 * Whether a rule is for this version of Windows: one of its `Platform=platform:major:minor` names it, or, with
 * `Platform2=GTEQ`, is older for the last of them (MS-GPFAS 2.2.2.17 and 2.2.2.18).
 */
export function isForOs(platforms: readonly string[], operators: readonly string[], os: OsVersion): Ternary {
  if (platforms.length === 0) return YES
  if (os === null || operators.some(operator => operator.toUpperCase() !== 'GTEQ')) return MAYBE
  let doubt = false
  for (const [index, text] of platforms.entries()) {
    const match = /^(\d+):(\d{1,3}):(\d{1,3})$/.exec(text)
    if (!match || Number(match[1]) !== WINDOWS_NT) {
      doubt = true
      continue
    }
    const [major, minor] = [Number(match[2]), Number(match[3])]
    const orLater = operators.length > 0 && index === platforms.length - 1
    const isLater = os.major > major || (os.major === major && os.minor > minor)
    if ((os.major === major && os.minor === minor) || (orLater && isLater)) return YES
  }
  return doubt ? MAYBE : NO
}
