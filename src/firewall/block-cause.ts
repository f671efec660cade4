import type {CauseCode} from '../contract/cause-codes.ts'
import type {Answer} from '../contract/judgement.ts'

/** The cause code for what stops a connection in the rules of a host. */
export function blockCause({
  stage,
  blocker,
  how,
  nothingListens,
  routing,
}: Pick<Answer, 'stage' | 'blocker' | 'how' | 'nothingListens' | 'routing'>): CauseCode {
  if (routing) return 'firewall.routing'
  if (nothingListens) return 'firewall.redirected'
  if (blocker?.engine === 'windows') {
    if (blocker.table !== 'local') return 'firewall.managed'
    return blocker.rule === 'policy' ? 'firewall.default-block' : 'firewall.block-rule'
  }
  if (stage === 'in-synack') return 'firewall.reply-blocked'
  if (stage === 'out-data' || stage === 'in-data') return 'firewall.half-open'
  if (blocker?.rule === 'policy') return 'firewall.policy'
  return how === 'reject' ? 'firewall.reject' : 'firewall.drop'
}
