import type {Row} from '../cause.ts'
import {ACCOUNT_ROWS} from './account.ts'
import {AGENT_ROWS} from './agent.ts'
import {DRIVER_ROWS} from './driver.ts'
import {LINUX_ROWS} from './linux.ts'
import {NETWORK_ROWS} from './network.ts'
import {TLS_ROWS} from './tls.ts'
import {WINDOWS_ROWS} from './windows.ts'

/** Every message that is known. An expression looks at no more than a few hundred characters behind where it begins. */
export const ROWS: readonly Row[] = [
  ...NETWORK_ROWS,
  ...TLS_ROWS,
  ...ACCOUNT_ROWS,
  ...DRIVER_ROWS,
  ...LINUX_ROWS,
  ...WINDOWS_ROWS,
  ...AGENT_ROWS,
]
