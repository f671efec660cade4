import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {markOfPorts, portsWithout, withRemotePorts} from '../../../src/firewall/plan/windows/rules.ts'
import {readPorts} from '../../../src/firewall/windows/conditions.ts'
import {splitRule} from '../../../src/firewall/windows/fields.ts'

/** The rule as Windows writes it again with other remote ports: in the place of the old ones, in this order. */
function rewritten(text: string, ports: readonly string[]): string {
  const parts = text.split('|')
  const first = parts.findIndex(part => part.startsWith('RPort'))
  const others = parts.filter(part => !part.startsWith('RPort'))
  const added = ports.map(port => (port.includes('-') ? `RPort2_10=${port}` : `RPort=${port}`))
  return [...others.slice(0, first), ...added, ...others.slice(first)].join('|')
}

function restOf(text: string, port: number): readonly string[] {
  const condition = readPorts('rport', splitRule(text).fields)
  return condition === null ? [] : portsWithout(condition, port)
}

const rule = (ports: string, before = 'Protocol=6', after = 'Name=a') =>
  `v2.31|Action=Block|Active=TRUE|Dir=Out|${before}|${ports}|${after}|`

describe('markOfPorts', () => {
  it.each<[string, string, string]>([
    ['the middle of a range', rule('RPort2_10=400-500'), '|RPort2_10=400-442|'],
    ['the end of a range', rule('RPort2_10=400-443'), '|RPort2_10=400-442|'],
    ['a range that leaves one port', rule('RPort2_10=443-444'), '|RPort=444|'],
    ['a single port in front', rule('RPort=443|RPort=80'), '|Protocol=6|RPort=80|Name='],
    ['a single port at the end', rule('RPort=80|RPort=443'), '|Protocol=6|RPort=80|Name='],
    [
      'a single port between',
      rule('RPort=80|RPort=443|RPort2_10=8000-8100'),
      '|Protocol=6|RPort=80|RPort2_10=8000-8100|Name=',
    ],
    [
      'behind a profile',
      rule('RPort=443|RPort=80', 'Protocol=6|Profile=Domain'),
      '|Profile=Domain|RPort=80|Name=',
    ],
    [
      'before an address',
      rule('RPort=443|RPort=80', 'Protocol=6', 'RA4=10.0.0.0/8|Name=a'),
      '|Protocol=6|RPort=80|RA4=',
    ],
    ['a port twice', rule('RPort=443|RPort=80|RPort=443'), '|Protocol=6|RPort=80|Name='],
  ])('%s', (_, text, mark) => {
    expect(markOfPorts(text, restOf(text, 443))).toBe(mark)
  })

  it.each([
    ['ports that are apart', 'v2.31|Action=Block|Protocol=6|RPort=443|Dir=Out|RPort=80|Name=a|'],
    [
      'ports behind what Windows writes after them',
      'v2.31|Action=Block|Protocol=6|App=C:\\ä.exe|RPort=443|RPort=80|Name=a|',
    ],
    ['ports in front', 'v2.31|RPort=443|RPort=80|Protocol=6|'],
    ['a profile behind the ports', rule('RPort=443|RPort=80', 'Protocol=6', 'Profile=Domain|Name=a')],
    ['a direction further back', 'v2.31|Action=Block|Protocol=6|RPort=443|RPort=80|Name=a|Dir=Out|'],
    ['a keyword behind the ports', rule('RPort=443|RPort=80', 'Protocol=6', 'RA4=LocalSubnet|Name=a')],
    ['ports in another order', rule('RPort=80|RPort=443|RPort=25')],
    ['a range before a port', rule('RPort2_10=20-30|RPort=443|RPort=80')],
  ])('is not sure of %s', (_, text) => {
    expect(markOfPorts(text, restOf(text, 443))).toBeNull()
  })

  it('is in the text afterwards, and not before, nor once that is undone', () => {
    const range = fc
      .tuple(fc.integer({min: 1, max: 2_000}), fc.nat(200))
      .map(([lo, size]) => (size === 0 ? `RPort=${lo}` : `RPort2_10=${lo}-${lo + size}`))
    const single = fc.integer({min: 1, max: 2_000}).map(port => `RPort=${port}`)
    const written = fc
      .uniqueArray(fc.integer({min: 1, max: 2_000}), {minLength: 1, maxLength: 6})
      .map(list => [...new Set([...list, 1500])].sort((a, b) => a - b).map(port => `RPort=${port}`))
    const ports = fc
      .oneof(
        fc.array(fc.oneof(range, single), {minLength: 1, maxLength: 6}).map(list => [...list, 'RPort=1500']),
        written,
      )
      .map(list => list.join('|'))
    let sure = 0
    fc.assert(
      fc.property(ports, fc.constantFrom('Protocol=6', 'Protocol=6|Profile=Public'), (list, before) => {
        const text = rule(list, before)
        const rest = restOf(text, 1500)
        const mark = markOfPorts(text, rest)
        if (mark === null || rest.length === 0) return
        sure += 1
        expect(text).not.toContain(mark)
        expect(rewritten(text, rest)).toContain(mark)
        expect(restOf(withRemotePorts(text, rest), 1500)).toEqual(rest)
      }),
    )
    expect(sure).toBeGreaterThan(50)
  })
})
