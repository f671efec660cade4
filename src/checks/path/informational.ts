import type {Finding} from '../../contract/finding.ts'

/** A finding about an endpoint that only the staging area subnet needs: its failure is a warning. */
export function informational(found: Finding): Finding {
  if (found.status !== 'fail') return found
  return {
    ...found,
    status: 'warn',
    nextStep: `No change is needed on this server. Make sure that the staging area subnet can reach ${found.target}.`,
  }
}
