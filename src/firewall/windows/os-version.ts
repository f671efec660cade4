import {definite, MAYBE, NO, type Ternary, YES} from '../ternary.ts'

/** `major.minor.build`; null for anything else. */
export type OsVersion = {readonly major: number; readonly minor: number; readonly build: number} | null

export function parseOsVersion(text: string): OsVersion {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text)
  return match ? {major: Number(match[1]), minor: Number(match[2]), build: Number(match[3] ?? 0)} : null
}

/** Major version of the rule schema that every Windows since Vista reads. */
export const SCHEMA_MAJOR = 2

/**
 * The rule schema's minor versions of Windows releases: the host's own is between the two. Wide on purpose where
 * updates have raised it. Source: MS-FASP 2.2.42 (FW_GLOBAL_CONFIG_POLICY_VERSION) and its product behaviour notes.
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
  if (build < 14393) return [24, 25]
  if (build < 15063) return [26, 26]
  return build < 17763 ? [27, 29] : [29, 255]
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
