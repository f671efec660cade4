import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {describeLab} from '../lib/describe-lab.ts'
import type {Running} from '../lib/host.ts'
import {type Lab, startLab} from '../lib/lab.ts'
import {closeGate, type Gate} from './gate.ts'
import {reportOf} from './report.ts'
import {DROPS_443} from './rulesets.ts'

const RULES = ['--region', 'eu-central-1', '--only', 'firewall-443']
const FIX = ['fix', '--yes', ...RULES, '--json']
const UNDO = ['undo', '--yes']

describeLab('somebody else who changes the rules', () => {
  let lab: Lab

  beforeEach(async () => {
    lab = await startLab()
  })
  afterEach(() => lab?.stop())

  const rules = () => lab.source.firewall.save()
  const run = (...args: readonly string[]) => lab.source.drsOnboard(args)
  const theirs = (line: string) => lab.source.firewall.iptables(...line.split(' '))

  describe.each(['legacy', 'nft'] as const)('with iptables-%s', backend => {
    beforeEach(async () => {
      await lab.source.firewall.use(backend)
      await lab.source.firewall.restore(DROPS_443)
    })

    describe('between the last look and the change', () => {
      let gate: Gate
      let running: Running

      beforeEach(async () => {
        gate = await closeGate(lab)
        running = lab.source.startDrsOnboard(FIX, {env: {PATH: gate.path}})
        await gate.reached()
      })

      test('removes a rule, so that ours misses its place: reverted, planned again, kept', async () => {
        await theirs('-D OUTPUT 1')
        const before = await rules()
        await gate.open()
        const fixed = await running.ended
        expect(reportOf(fixed).applied.map(({result}) => result)).toEqual(['rolled-back', 'kept'])
        expect(fixed.code).toBe(0)
        expect((await run(...UNDO)).code).toBe(0)
        expect(await rules()).toBe(before)
      })

      test('adds a rule: ours is kept, and theirs outlives it', async () => {
        await theirs('-I OUTPUT 1 -p tcp --dport 8443 -j ACCEPT')
        const before = await rules()
        await gate.open()
        expect((await running.ended).code).toBe(0)
        expect((await run(...UNDO)).code).toBe(0)
        expect(await rules()).toBe(before)
      })

      test('flushes the chain: nothing is left to repair, and nothing is left of ours', async () => {
        await theirs('-F OUTPUT')
        const before = await rules()
        await gate.open()
        const fixed = await running.ended
        expect(fixed.code).toBe(4)
        expect(reportOf(fixed).applied).toMatchObject([{result: 'failed'}])
        expect(await rules()).toBe(before)
      })
    })

    describe('between repair and undo', () => {
      let before: string

      beforeEach(async () => {
        before = await rules()
        expect((await run(...FIX)).code).toBe(0)
      })

      const own = async () => {
        const lines = (await rules()).split('\n').filter(line => line.includes('drs-onboard:'))
        return lines[0]?.replace('-A', '-D').replaceAll('"', '') ?? ''
      }

      test('removes our rule: undo says so', async () => {
        await theirs(await own())
        const undone = await run(...UNDO)
        expect(undone.stdout).toMatch(/^GONE .*: already removed by somebody else$/m)
        expect(undone.code).toBe(0)
        expect(await rules()).toBe(before)
      })

      test('adds and removes others: exactly ours is reverted', async () => {
        await theirs('-I OUTPUT 1 -p tcp --dport 8443 -j ACCEPT')
        await theirs('-A OUTPUT -p tcp --dport 443 -j ACCEPT')
        await theirs('-D OUTPUT -p udp -m udp --dport 53 -j ACCEPT')
        expect((await run(...UNDO)).code).toBe(0)
        const undone = await rules()
        await lab.source.firewall.restore(DROPS_443)
        await theirs('-I OUTPUT 1 -p tcp --dport 8443 -j ACCEPT')
        await theirs('-A OUTPUT -p tcp --dport 443 -j ACCEPT')
        await theirs('-D OUTPUT -p udp -m udp --dport 53 -j ACCEPT')
        expect(undone).toBe(await rules())
      })

      test('flushes the chain', async () => {
        await theirs('-F OUTPUT')
        const flushed = await rules()
        const undone = await run(...UNDO)
        expect(undone.stdout).toMatch(/^GONE /m)
        expect(undone.code).toBe(0)
        expect(await rules()).toBe(flushed)
      })
    })

    test('deletes the chain that our rule was in', async () => {
      await lab.source.firewall.iptables('-F', 'OUTPUT')
      await theirs('-N egress')
      await theirs('-A egress -p tcp --dport 443 -j DROP')
      await theirs('-A OUTPUT -j egress')
      expect((await run(...FIX)).code).toBe(0)
      for (const line of ['-F OUTPUT', '-F egress', '-X egress']) await theirs(line)
      const gone = await rules()
      const undone = await run(...UNDO)
      expect(undone.stdout).toMatch(/^GONE /m)
      expect(undone.code).toBe(0)
      expect(await rules()).toBe(gone)
      expect((await run('undo', '--list')).stdout).toBe('There is nothing to undo.\n')
    })
  })

  test('deletes the native table that our rule was in', async () => {
    const chain = 'type filter hook output priority filter; policy accept;\ntcp dport 443 drop\n'
    await lab.source.firewall.nft(['-f', '-'], `table inet ours {\nchain egress {\n${chain}}\n}\n`)
    expect((await run(...FIX)).code).toBe(0)
    await lab.source.firewall.nft(['delete', 'table', 'inet', 'ours'])
    const undone = await run(...UNDO)
    expect(undone.stdout).toMatch(/^GONE /m)
    expect(undone.code).toBe(0)
    expect((await run('undo', '--list')).stdout).toBe('There is nothing to undo.\n')
  })

  test('without pause: every repair is kept or reverted, and no rule of ours outlives its undo', async () => {
    await lab.source.firewall.restore(DROPS_443)
    const before = await rules()
    const race = `while :; do
      iptables-nft -w -I OUTPUT 1 -p tcp --dport 8443 -j ACCEPT
      iptables-nft -w -I OUTPUT 1 -p tcp --dport 8444 -j ACCEPT
      iptables-nft -w -D OUTPUT -p tcp --dport 8443 -j ACCEPT
      iptables-nft -w -D OUTPUT -p tcp --dport 8444 -j ACCEPT
      [ ! -e ${lab.directory}/enough ] || exit 0
    done`
    const writer = lab.source.start(['sh', '-c', race])
    for (let count = 0; count < 5; count += 1) {
      const fixed = await run(...FIX)
      const last = reportOf(fixed).applied.at(-1)
      expect([0, 4]).toContain(fixed.code)
      expect(fixed.code === 0).toBe(last?.result === 'kept')
      expect(JSON.parse((await run('undo', '--list', '--json')).stdout)).toHaveLength(
        fixed.code === 0 ? 1 : 0,
      )
      expect((await run(...UNDO)).code).toBe(0)
    }
    await lab.source.must(['touch', `${lab.directory}/enough`])
    expect((await writer.ended).code).toBe(0)
    expect(await rules()).toBe(before)
  })
})

describeLab('the lock of xtables, held by somebody else', () => {
  let lab: Lab
  let holder: Running
  let before: string

  beforeEach(async () => {
    lab = await startLab()
    await lab.source.firewall.use('legacy')
    await lab.source.firewall.restore(DROPS_443)
    before = await lab.source.firewall.save()
  })
  afterEach(() => lab?.stop())

  const hold = async () => {
    const script = 'exec 9> /run/xtables.lock; flock 9; echo held; exec sleep 600'
    holder = await lab.source.startServer(['sh', '-c', script], /held/)
  }

  test('changes nothing, and says so', async () => {
    await hold()
    const fixed = await lab.source.drsOnboard(FIX)
    expect(reportOf(fixed).applied).toMatchObject([
      {
        result: 'failed',
        reason: expect.stringMatching(
          /^Nothing was changed: `iptables\S* -w .* gave up: another program has locked iptables/,
        ),
      },
    ])
    expect(fixed.code).toBe(4)
    expect(await lab.source.firewall.save()).toBe(before)
    expect((await lab.source.drsOnboard(['undo', '--list'])).stdout).toBe('There is nothing to undo.\n')
  })

  test('keeps an undo from its work, which the next one does', async () => {
    expect((await lab.source.drsOnboard(FIX)).code).toBe(0)
    const fixed = await lab.source.firewall.save()
    await hold()
    const undone = await lab.source.drsOnboard(UNDO)
    expect(undone.stdout).toMatch(
      /^FAILED .* another program has locked iptables .*; run this command yourself: iptables/m,
    )
    expect(undone.code).toBe(4)
    expect(await lab.source.firewall.save()).toBe(fixed)
    expect((await lab.source.drsOnboard(['undo', '--list'])).stdout).toContain('could not be reverted')
    holder.kill()
    await holder.ended
    expect((await lab.source.drsOnboard(UNDO)).code).toBe(0)
    expect(await lab.source.firewall.save()).toBe(before)
  })
})
