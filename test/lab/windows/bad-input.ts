import {readFileSync} from 'node:fs'
import {describe, expect, test} from 'vitest'
import {codesOf, findingsFor, reportOf} from '../product/report.ts'
import {BLOCK_1500, DOMAIN_NETWORK, HTTPS_OFF, host, ONLY_443, ONLY_1500} from './situation.ts'
import {ELEVATED, POLICY, type WindowsHost} from './wine.ts'

/** Blocks by default in every profile, so that it does not matter which one is in force. */
const EVERYWHERE = {
  [`${POLICY}\\StandardProfile`]: {EnableFirewall: 1, DefaultOutboundAction: 1},
  [`${POLICY}\\PublicProfile`]: {EnableFirewall: 1, DefaultOutboundAction: 1},
}

const CHANGES = /(New|Set|Enable|Disable|Remove)-NetFirewallRule -Name|advfirewall firewall (add|set|delete)/

/** What a Windows host may hold against the program, told by `windows()`. */
export function describeBadInput(windows: () => WindowsHost): void {
  async function changesNothing(run: () => Promise<void>): Promise<void> {
    const before = await windows().rules()
    windows().calls()
    await run()
    expect(
      windows()
        .calls()
        .filter(call => CHANGES.test(call)),
    ).toEqual([])
    expect(await windows().rules()).toEqual(before)
  }

  describe('bad input', () => {
    test('variables of Node.js are left out: another process does the work, and its exit code counts', async () => {
      const variables = {NODE_OPTIONS: '--tls-min-v1.0', NODE_DEBUG: 'http,net', PSModulePath: 'C:\\none'}
      const right = await windows().drsOnboard(['check', '--only', 'os', '--json'], {env: variables})
      expect(codesOf(reportOf(right))).toHaveLength(1)
      expect([right.code, right.stderr]).toEqual([0, expect.not.stringMatching(/^NET|[Ww]arning/m)])
      expect((await windows().drsOnboard(['chek'], {env: variables})).code).toBe(2)
    })

    test('rules that may not be read are not taken for none', async () => {
      await windows().setRegistry(host({DefaultOutboundAction: 1}, {'{8A2B}': HTTPS_OFF}))
      await changesNothing(async () => {
        const result = await windows().drsOnboard(['fix', '--yes', ...ONLY_443, '--json'], {
          denied: 'FirewallPolicy\\FirewallRules',
        })
        const report = reportOf(result)
        expect(codesOf(report)).toEqual(['firewall-443: warn firewall.unreadable'])
        expect(findingsFor(report, 'firewall-443')[0]?.summary).toMatch(
          /could not be read: HKLM\\.*\\FirewallRules cannot be read by this user/,
        )
        expect([result.code, report.applied]).toEqual([0, []])
      })
    })

    test('values that are no rules, or only the beginning of one, leave it open what they would do', async () => {
      const odd = {
        '{odd}': new Uint8Array([1, 2]),
        cut: 'v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|RPort=44',
      }
      await windows().setRegistry(host({DefaultOutboundAction: 1}, odd))
      windows().setNetwork(DOMAIN_NETWORK)
      await changesNothing(async () => {
        const result = await windows().drsOnboard(['fix', '--yes', ...ONLY_443, '--json'])
        const [finding] = findingsFor(reportOf(result), 'firewall-443')
        expect(finding).toMatchObject({
          status: 'warn',
          code: expect.stringMatching(/^firewall\.(unknown|unreadable)$/),
        })
        expect(JSON.stringify(finding)).toMatch(/\{odd\}|it is REG_BINARY/)
        expect([result.code, reportOf(result).applied]).toEqual([0, []])
      })
    })

    test('without PowerShell the profile is told from the registry, and netsh repairs', async () => {
      await windows().setRegistry(host({DefaultOutboundAction: 1}, {}, EVERYWHERE))
      const result = await windows().drsOnboard(['fix', '--yes', ...ONLY_443, '--json'], {
        withoutPowerShell: true,
      })
      const report = reportOf(result)
      expect(
        report.applied.map(({result: outcome}) => outcome),
        result.stderr,
      ).toEqual(['kept'])
      expect(result.code).toBe(0)
      expect(
        windows()
          .calls()
          .filter(call => CHANGES.test(call)),
      ).toEqual([
        expect.stringMatching(/^netsh\.exe advfirewall firewall add rule name=drs-onboard-open-443-/),
      ])
    })

    test('a PowerShell that may run nothing is none, and netsh cannot name a block rule for certain', async () => {
      await windows().setRegistry(host({}, {'no-1500': BLOCK_1500}))
      await changesNothing(async () => {
        const options = {fails: '-NoProfile'}
        const result = await windows().drsOnboard(
          ['fix', '--yes', '--allow-disruptive', ...ONLY_1500, '--json'],
          options,
        )
        const [finding] = findingsFor(reportOf(result), 'firewall-1500')
        expect(finding).toMatchObject({code: 'firewall.block-rule', remedies: []})
        expect(finding?.nextStep).toMatch(/netsh cannot select one rule reliably; disable it in the console/)
        expect(result.code).toBe(3)
      })
    })

    test('a netsh that fails changes nothing', async () => {
      await windows().setRegistry(host({DefaultOutboundAction: 1}, {}, EVERYWHERE))
      const before = await windows().rules()
      const result = await windows().drsOnboard(['fix', '--yes', ...ONLY_443, '--json'], {
        withoutPowerShell: true,
        fails: 'advfirewall',
      })
      expect([result.code, reportOf(result).applied.map(({result: outcome}) => outcome)]).toEqual([
        4,
        ['failed'],
      ])
      expect(await windows().rules()).toEqual(before)
    })

    test('without an elevated token fix says what it takes, and repairs nothing', async () => {
      const {[ELEVATED]: _, ...plain} = host({DefaultOutboundAction: 1}, {'{8A2B}': HTTPS_OFF})
      await windows().setRegistry(plain)
      windows().setNetwork(DOMAIN_NETWORK)
      await changesNothing(async () => {
        const {code, stderr} = await windows().drsOnboard(['fix', '--yes', ...ONLY_443])
        expect(stderr).toMatch(/only an administrator can change the firewall.*"Run as administrator"/s)
        expect(code).toBe(3)
      })
    })
  })

  test('names in every script come through: to PowerShell, into a file, a pipe and the screen; and no program of the directory is run', async () => {
    const id = '監視 “1500” – ß'
    await windows().setRegistry(host({}, {[id]: BLOCK_1500.replace('no replication', id)}))
    windows().setNetwork(DOMAIN_NETWORK)
    for (const program of ['reg.exe', 'sc.exe', 'powershell.exe']) windows().plant(program)

    const {path, windows: output} = windows().file('report.txt')
    const told = await windows().drsOnboard(['check', ...ONLY_1500, '--output', output])
    expect(told.code).toBe(3)
    const text = new TextDecoder('utf-8', {fatal: true}).decode(readFileSync(path))
    expect(text).toContain(id)
    const piped = await windows().drsOnboardInPipe(['check', ...ONLY_1500, '--json'])
    const json = new TextDecoder('utf-8', {fatal: true}).decode(piped)
    expect(JSON.stringify(JSON.parse(json).findings)).toContain(JSON.stringify(id).slice(1, -1))

    const fixed = await windows().drsOnboard(['fix', '--yes', '--allow-disruptive', ...ONLY_1500])
    expect(fixed.code, fixed.stderr).toBe(0)
    expect(fixed.stderr).toContain(id)
    expect(
      windows()
        .calls()
        .filter(call => call.startsWith('reg.exe')),
    ).toEqual([])
    expect(await windows().rule(id)).toMatch(/\|Active=FALSE\|/)
  })
}
