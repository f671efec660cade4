import type {Finding} from '../contract/finding.ts'

export type KeptInstaller = {
  readonly path: string
  /** ISO 8601, UTC. */
  readonly verifiedAt: string
}

/** The file that a person had the verified installer kept in, other than by `--output-installer`; null without one. */
export function keptInstaller(
  findings: readonly Pick<Finding, 'check' | 'evidence'>[],
): KeptInstaller | null {
  for (const {check, evidence} of findings) {
    const {storedAs: path, verifiedAt} = evidence
    if (check === 'installer-download' && typeof path === 'string' && typeof verifiedAt === 'string')
      return {path, verifiedAt}
  }
  return null
}

/** What a person relies on who runs it. */
export function verifiedSentence({path, verifiedAt}: KeptInstaller): string {
  return `Verified: SHA-512 of ${path} matched on ${verifiedAt.slice(0, 10)} at ${verifiedAt.slice(11, 16)} UTC.`
}
