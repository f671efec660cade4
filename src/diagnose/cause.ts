import type {CauseCode, Owner} from '../contract/cause-codes.ts'
import {type CheckId, checksWhere, factsOf} from '../contract/checks.ts'
import type {Page} from './pages.ts'

/** A cause code of the report where one fits, else a code of an agent prerequisite or of the installation itself. */
export type LogCode = CauseCode | `agent.${string}` | `staging.${string}` | `install.${string}`

/** Which live checks settle whether a cause is still there: those of a path, or of the system. */
export type Settling = 'system' | 'https' | 'drs' | 's3' | 'replication'

/** What a message of a log means. */
export type LogCause = {
  /** Names the row of the table; two rows may share a code. */
  readonly id: string
  readonly code: LogCode
  readonly owner: Owner
  /** False where the log cannot say who can fix it: the live check can; until then it is the person who runs it. */
  readonly ownerKnown: boolean
  /** What went wrong, in one sentence. */
  readonly summary: string
  readonly nextStep: string
  /** Null where no check of this program settles it. */
  readonly settledBy: Settling | null
  readonly page: Page
  /** Finds a name in the message, in its first group, to be shown with the summary. */
  readonly names?: RegExp
}

/** A detail that says more precisely what a message means. */
export type Detail = {readonly says: RegExp; readonly cause: LogCause}

/** A message that the installer or the agent writes. */
export type Row = {
  readonly id: string
  readonly says: RegExp
  /** Which log writes it. */
  readonly kind: 'installer' | 'agent'
  /**
   * `follower`: comes of another cause and leads only where there is none. `pending`: counts although the installation
   * succeeded.
   */
  readonly rank: 'cause' | 'follower' | 'pending'
  /** What it means without a detail; null where it is then no error. */
  readonly alone: LogCause | null
  /** Looked for in the message, and in what follows it. */
  readonly details?: readonly Detail[]
  /** Whether details may also come before the message. */
  readonly looksBack?: boolean
  /** A vague message: a cause of its own that follows soon replaces it. */
  readonly yields?: boolean
}

type CauseOfRow = Omit<LogCause, 'id' | 'owner' | 'ownerKnown' | 'settledBy'> &
  Partial<Pick<LogCause, 'owner' | 'ownerKnown' | 'settledBy'>>

/** A cause with what most have: this server is to blame, and no check settles it. */
export function logCause(id: string, fields: CauseOfRow): LogCause {
  return {id, owner: 'this-host', ownerKnown: true, settledBy: null, ...fields}
}

type RowOptions = Partial<Pick<Row, 'kind' | 'rank' | 'details' | 'looksBack' | 'yields'>>

/** A row of the table whose message alone names the cause. */
export function row(id: string, says: RegExp, fields: CauseOfRow, options: RowOptions = {}): Row {
  return {id, says, kind: 'installer', rank: 'cause', alone: logCause(id, fields), ...options}
}

/** The checks that settle a cause, in the order in which they are shown. */
export function checksFor(settling: Settling): readonly CheckId[] {
  switch (settling) {
    case 'system':
      return ['os']
    case 'drs':
      return checksWhere(({judges, route}) => judges === 443 || route === 'drs')
    case 's3':
      return checksWhere(({judges, route}) => judges === 443 || route === 's3')
    case 'https':
      return checksWhere(({judges, route}) => judges === 443 || route === 'drs' || route === 's3')
    case 'replication':
      return checksWhere(({judges, connects}) => judges === 1500 || connects === 1500)
  }
}

/** Whether a check asks for the Region: those of 443 go to its endpoints. */
export function isRegional(check: CheckId): boolean {
  const {judges, connects} = factsOf(check)
  return judges === 443 || connects === 443
}
