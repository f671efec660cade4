import {userInfo} from 'node:os'
import type {Privileges} from '../../contract/host.ts'
import {type RunCommand, runCommand, succeeded} from '../command.ts'
import {CONSOLE_QUESTION_MS} from './time-limits.ts'

/** The hive of the account LocalService: only an elevated token may open it. */
const ELEVATED_ONLY = 'HKU\\S-1-5-19'

/** Whether this process has an elevated token, which changing the firewall takes. Reading the rules takes none. */
export async function readWindowsPrivileges(run: RunCommand = runCommand): Promise<Privileges> {
  const elevated = succeeded(await run(['reg.exe', 'query', ELEVATED_ONLY], {timeoutMs: CONSOLE_QUESTION_MS}))
  return {elevated, user: userName(), sudoInstalled: false}
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USERNAME ?? 'this user'
  }
}
