import {describe, expect, test} from 'vitest'
import {compileFirewall, InvalidInputError} from '../../src/index.ts'
import {dump, HOST} from './host.ts'

const WINDOWS = {
  schemaVersion: 1,
  platform: 'win32',
  capturedAt: '2026-03-04T10:30:00Z',
  osVersion: '10.0.20348',
  firewallService: 'running',
  rules: {},
  profiles: {},
  activeProfiles: [],
  interfaceProfiles: {},
  interfaces: {},
  routes: [],
}

function errorOf(run: () => unknown): InvalidInputError {
  try {
    run()
  } catch (error) {
    if (error instanceof InvalidInputError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const compile = (state: unknown) => compileFirewall(state as never)

describe('a state that is none', () => {
  test.each<readonly [string, unknown]>([
    ['state', undefined],
    ['state', null],
    ['state', '{}'],
    ['state.platform', {}],
    ['state.platform', {...HOST, platform: 'freebsd'}],
    ['state.schemaVersion', {...HOST, schemaVersion: 2}],
    ['state.capturedAt', {...HOST, capturedAt: 'yesterday'}],
    ['state.iptablesNftSave', {...HOST, iptablesNftSave: undefined}],
    ['state.iptablesLegacySave', {...HOST, iptablesLegacySave: ['-A OUTPUT -j DROP']}],
    ['state.nftJson', {...HOST, nftJson: {nftables: []}}],
    ['state.unreadable', {...HOST, unreadable: null}],
    ['state.unreadable.nftText', {...HOST, unreadable: {nftText: 5}}],
    ['state.interfaces.eth0.1', {...HOST, interfaces: {eth0: ['10.9.0.2/24', 5]}}],
    ['state.routes', {...HOST, routes: undefined}],
    ['state.routes', {...HOST, routes: 'default via 10.9.0.1'}],
    ['state.localPortRange', {...HOST, localPortRange: [1]}],
    ['state.localPortRange', {...HOST, localPortRange: [60999, 32768]}],
    ['state.localPortRange.1', {...HOST, localPortRange: [0, 70000]}],
    ['state.routingRules.ipv6', {...HOST, routingRules: {ipv4: []}}],
    ['state.osVersion', {...WINDOWS, osVersion: undefined}],
    ['state.firewallService', {...WINDOWS, firewallService: 'paused'}],
    ['state.rules.local.a', {...WINDOWS, rules: {local: {a: 5}}}],
    ['state.activeProfiles.0', {...WINDOWS, activeProfiles: ['home']}],
  ])('%s', (field, state) => {
    const error = errorOf(() => compile(state))
    expect([error.field, error.name]).toEqual([field, 'InvalidInputError'])
    expect(error.message).toBe(`${field}: ${error.problem}`)
    expect(error.problem).not.toBe('')
  })
})

describe('a probe that is none', () => {
  const probe = {to: '10.20.0.10', port: 1500}
  test.each<readonly [unknown, string, RegExp]>([
    [undefined, 'probe', /^expected an object/],
    ['10.20.0.10', 'probe', /^expected an object/],
    [{port: 1500}, 'probe.to', /expected an address or a CIDR/],
    [{...probe, to: 10}, 'probe.to', /expected an address or a CIDR/],
    [{...probe, to: ''}, 'probe.to', /neither an address nor a CIDR/],
    [{...probe, to: '01.2.3.4'}, 'probe.to', /neither an address nor a CIDR/],
    [{...probe, to: '10.20.0.0/33'}, 'probe.to', /neither an address nor a CIDR/],
    [{...probe, to: 'replication.example.com'}, 'probe.to', /neither an address nor a CIDR/],
    [{...probe, to: 'fd00::10%eth0'}, 'probe.to', /neither an address nor a CIDR/],
    [{...probe, to: 'x'.repeat(10_000)}, 'probe.to', /^"x{100}…" is neither/],
    [{...probe, to: '0.0.0.0'}, 'probe.to', /the unspecified address, to which TCP does not connect/],
    [{...probe, to: '::'}, 'probe.to', /the unspecified address/],
    [{...probe, to: '::ffff:0.0.0.0'}, 'probe.to', /the unspecified address/],
    [{...probe, to: '224.0.0.0/8'}, 'probe.to', /a multicast address/],
    [{...probe, to: 'ff02::1'}, 'probe.to', /a multicast address/],
    [{...probe, to: '255.255.255.255'}, 'probe.to', /the broadcast address/],
    [{to: '10.20.0.10'}, 'probe.port', /a port/],
    [{...probe, port: 0}, 'probe.port', /a port/],
    [{...probe, port: 65536}, 'probe.port', /a port/],
    [{...probe, port: '443'}, 'probe.port', /a port/],
    [{...probe, port: 1.5}, 'probe.port', /a port/],
    [{...probe, port: Number.NaN}, 'probe.port', /a port/],
    [{...probe, uid: -1}, 'probe.uid', /the number of a user/],
    [{...probe, uid: 'root'}, 'probe.uid', /the number of a user/],
    [{...probe, uid: 1.5}, 'probe.uid', /the number of a user/],
    [{...probe, uid: 2 ** 32}, 'probe.uid', /the number of a user/],
    [{...probe, uid: 2 ** 32 - 1}, 'probe.uid', /the number of a user/],
    [{...probe, uid: null}, 'probe.uid', /the number of a user/],
    [{...probe, gid: 'wheel'}, 'probe.gid', /the number of a group/],
    [{...probe, gid: []}, 'probe.gid', /the number of a group/],
    [{...probe, gid: [0, -1]}, 'probe.gid.1', /the number of a group/],
    [{...probe, program: ''}, 'probe.program', /the path of a program/],
    [{...probe, program: 'C:\\a\0.exe'}, 'probe.program', /the path of a program/],
  ])('%j: %s', (given, field, problem) => {
    for (const state of [HOST, WINDOWS]) {
      const error = errorOf(() => compile(state).judge(given as never))
      expect(error.field).toBe(field)
      expect(error.problem).toMatch(problem)
    }
  })
})

describe('what may be missing', () => {
  test('members of a state that later versions added', () => {
    const {neighbours, links, ...oldest} = HOST
    const state = {...oldest, iptablesNftSave: dump('-A OUTPUT -p tcp --dport 1500 -j DROP')}
    expect(compile(state).judge({to: '10.20.0.10', port: 1500}).verdict).toBe('block')
    expect(compile(WINDOWS).judge({to: '10.20.0.10', port: 1500}).verdict).toBe('allow')
  })

  test('members that are undefined are members that are not given', () => {
    const probe = {to: '10.20.0.10', port: 1500, uid: undefined, gid: undefined, program: undefined}
    expect(compile(HOST).judge(probe)).toEqual(compile(HOST).judge({to: '10.20.0.10', port: 1500}))
  })

  test('loopback, link-local and reserved addresses are judged like others', () => {
    const firewall = compile({...HOST, iptablesNftSave: dump('-A OUTPUT -o lo -j DROP')})
    expect(firewall.judge({to: '127.0.0.1', port: 1500}).verdict).toBe('block')
    for (const to of ['169.254.169.254', '240.0.0.1', 'fe80::1%eth0', '0.0.0.0/0'])
      expect([to, firewall.judge({to, port: 1500}).verdict]).not.toEqual([to, undefined])
  })
})
