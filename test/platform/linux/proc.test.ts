import {expect, test} from 'vitest'
import {UserError} from '../../../src/contract/errors.ts'
import {requireProc} from '../../../src/platform/linux/proc.ts'

test.runIf(process.platform === 'linux')('/proc is required where this server is examined', () => {
  expect(() => requireProc()).not.toThrow()
  const missing = () => requireProc('/nonexistent/status')
  expect(missing).toThrow(UserError)
  expect(missing).toThrow('/proc is not mounted')
})
