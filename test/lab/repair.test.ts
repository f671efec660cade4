import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {compileFirewall} from '../../src/firewall/compile.ts'
import type {LinuxFirewallState} from '../../src/firewall/state/state.ts'
import type {RunCommand} from '../../src/platform/process/command.ts'
import {applyRemedies} from '../../src/repair/apply.ts'
import {openJournal} from '../../src/repair/journal/journal.ts'
import {selectUndoable} from '../../src/repair/journal/undoable.ts'
import {undoEntries} from '../../src/repair/undo.ts'
import {planRepair} from '../firewall/plan/planned.ts'
import {SITUATIONS, type Situation, save} from '../firewall/plan/situations.ts'
import {stateOf, TOOLS} from '../firewall/plan/states.ts'
import {collect} from '../repair/marks.ts'
import {describeLab} from './lib/describe-lab.ts'
import type {IptablesBackend} from './lib/firewall.ts'
import {type Lab, startLab} from './lib/lab.ts'
import {AWS, STAGING} from './lib/topology.ts'

const EMPTY = save({filter: [], mangle: [], raw: [], security: []})
const NO_NAT =
  '*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n'
const PROGRAMS = ['iptables-legacy', 'ip6tables-legacy', 'iptables-nft', 'ip6tables-nft']
const CURL_LIMITS = '--silent --insecure --output /dev/null --connect-timeout 0.7 --max-time 1.5'.split(' ')
const signal = new AbortController().signal

describeLab('a repair on a real kernel', () => {
  let lab: Lab
  let runCommand: RunCommand

  beforeAll(async () => {
    lab = await startLab({replicationServer: true})
    runCommand = async command => ({kind: 'exited', ...(await lab.source.run(command))})
  })
  afterAll(() => lab?.stop())

  /** Whether a TLS handshake succeeds; for 1500, where nobody answers, whether the connection opens. */
  async function reaches({port, family}: Situation): Promise<boolean> {
    const host = port === 443 ? AWS.drs : STAGING
    const address = family === 4 ? host.ipv4 : host.ipv6
    const {code} =
      port === 443
        ? await lab.source.run([
            'curl',
            ...CURL_LIMITS,
            `https://${family === 4 ? address : `[${address}]`}/`,
          ])
        : await lab.source.run(['timeout', '0.7', 'bash', '-c', `exec 3<>/dev/tcp/${address}/${port}`])
    return code === 0
  }

  async function read(): Promise<LinuxFirewallState> {
    const [iptablesLegacySave, ip6tablesLegacySave, iptablesNftSave, ip6tablesNftSave] = await Promise.all(
      PROGRAMS.map(program => lab.source.must([`${program}-save`])),
    )
    return stateOf({
      iptablesLegacySave: iptablesLegacySave ?? null,
      ip6tablesLegacySave: ip6tablesLegacySave ?? null,
      iptablesNftSave: iptablesNftSave ?? null,
      ip6tablesNftSave: ip6tablesNftSave ?? null,
    })
  }

  async function load(backend: IptablesBackend, {save: text, family}: Situation): Promise<void> {
    for (const program of PROGRAMS) await lab.source.must([`${program}-restore`], {input: EMPTY + NO_NAT})
    await lab.source.firewall.use(backend)
    await lab.source.firewall.restore(text, family === 4 ? 'ipv4' : 'ipv6')
  }

  describe.each(['legacy', 'nft'] as const)('with iptables-%s', backend => {
    test.each(SITUATIONS)('$name', async situation => {
      await load(backend, situation)
      const before = await lab.source.firewall.save()
      expect(await reaches(situation)).toBe(false)

      const {port, family} = situation
      const host = port === 443 ? AWS.drs : STAGING
      const to = family === 4 ? host.ipv4 : host.ipv6
      const subnet = family === 4 ? '10.20.0.0/16' : 'fd00:20::/64'
      const plan = planRepair(await read(), TOOLS, {
        check: port === 443 ? 'firewall-443' : 'firewall-1500',
        port,
        to: [port === 443 ? to : subnet],
        destination: port === 443 ? null : subnet,
      })
      expect(plan.unfixable).toBeNull()

      const directory = await mkdtemp(join(tmpdir(), 'drs-onboard-lab-'))
      onTestFinished(() => rm(directory, {recursive: true, force: true}))
      const journal = await openJournal(directory)
      const recheck = async () => ({helped: await reaches(situation), reason: 'It is still not reached.'})
      const events = await collect(
        applyRemedies({remedies: plan.remedies, journal, runCommand, recheck, signal}),
      )
      expect(events.at(-1)).toMatchObject({type: 'remedy-finished', applied: {result: 'kept', reason: null}})
      expect(compileFirewall(await read()).judge({to, port}).verdict).toBe('allow')

      const entries = await selectUndoable(directory, null)
      const undone = await collect(undoEntries({entries, journal, runCommand, signal}))
      expect(undone.at(-1)).toMatchObject({type: 'undo-finished', result: 'undone'})
      expect(await lab.source.firewall.save()).toBe(before)
    })
  })
})
