import fc from 'fast-check'
import {describe, expect, it} from 'vitest'
import {splitRule} from '../../../src/firewall/windows/fields.ts'
import {parseOsVersion} from '../../../src/firewall/windows/os-version.ts'
import {readRule} from '../../../src/firewall/windows/rule.ts'
import {STORES} from '../../../src/firewall/windows/state.ts'

const OS = parseOsVersion('10.0.20348')
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,10}$/)
/** Anything but the separator: names in every script, blanks, equals signs, quotes. */
const value = fc.string({unit: 'binary', maxLength: 30}).map(text => text.replaceAll('|', ''))
const field = fc.tuple(name, value)
const version = fc.tuple(fc.integer({min: 0, max: 255}), fc.integer({min: 0, max: 255}))

describe('splitRule', () => {
  it('gives back every field of a whole rule, repeated and unknown ones too, in order', () => {
    fc.assert(
      fc.property(version, fc.array(field, {minLength: 1, maxLength: 20}), ([major, minor], fields) => {
        const text = `v${major}.${minor}|${fields.map(([key, data]) => `${key}=${data}|`).join('')}`
        expect(splitRule(text)).toEqual({
          major,
          minor,
          damaged: false,
          fields: fields.map(([key, data]) => ({name: key.toLowerCase(), value: data})),
        })
      }),
    )
  })

  it('calls every rule damaged that is cut off, and takes no cut field for a whole one', () => {
    fc.assert(
      fc.property(fc.array(field, {minLength: 1, maxLength: 8}), fc.nat(), (fields, at) => {
        const text = `v2.31|${fields.map(([key, data]) => `${key}=${data}|`).join('')}`
        const cut = text.slice(0, at % text.length)
        const whole = splitRule(text).fields
        const {fields: left, damaged} = splitRule(cut)
        expect(whole.slice(0, left.length)).toEqual(left)
        expect(damaged || (cut.endsWith('|') && left.length > 0)).toBe(true)
      }),
    )
  })
})

describe('readRule', () => {
  it('never fails, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary', maxLength: 200}), fc.constantFrom(...STORES), (text, store) => {
        const rule = readRule('id', store, text, OS)
        expect([rule.id, rule.store, rule.text]).toEqual(['id', store, text])
      }),
    )
  })

  it('keeps what it does not know, and says so', () => {
    const rule = readRule('x', 'local', 'v2.99|Action=Allow|Dir=Out|Active=TRUE|Fancy=1|RPort2_99=1|', OS)
    expect(rule.undecided).toEqual(['fancy=1', 'rport2_99=1'])
  })

  it('reads every field that decides', () => {
    const rule = readRule(
      '{1}',
      'local',
      'v2.31|Action=Allow|Active=TRUE|Dir=Out|Protocol=6|Profile=Domain|Profile=Private|LPort2_10=49152-65535|RPort=443|' +
        'RPort2_10=1500-1600|LA4=10.0.0.1|RA4=10.0.0.0/255.0.0.0|RA4=LocalSubnet|RA6=fe80::-fe80::ff|RA42=IntErnet|' +
        'App=%ProgramFiles%\\Ünï\\服务.exe|Svc=drs|AppPkgId=S-1-15-2-1|Name=Überwachung – 规则|Desc=a=b|EmbedCtxt=g|',
      OS,
    )
    expect(rule).toMatchObject({
      action: 'allow',
      active: 2,
      outbound: 2,
      transports: {tcp: 2, udp: 0},
      inForce: 2,
      undecided: [],
      name: 'Überwachung – 规则',
      broken: [],
      apps: ['%ProgramFiles%\\Ünï\\服务.exe'],
      services: ['drs'],
      packages: ['S-1-15-2-1'],
      profiles: {domain: 2, private: 2, public: 0},
      remotePorts: {
        ranges: [
          {lo: 443, hi: 443},
          {lo: 1500, hi: 1600},
        ],
        others: false,
      },
      localPorts: {ranges: [{lo: 49152, hi: 65535}], others: false},
      local: {4: {intervals: [{lo: 0x0a000001, hi: 0x0a000001}]}},
      remote: {
        4: {intervals: [{lo: 0x0a000000, hi: 0x0affffff}], keywords: ['localsubnet'], others: ['IntErnet']},
        6: {
          intervals: [{lo: 0xfe80n << 112n, hi: (0xfe80n << 112n) | 0xffn}],
          keywords: [],
          others: [],
        },
      },
    })
  })
})
