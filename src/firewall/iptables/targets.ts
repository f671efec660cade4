import {type Queues, queueAction} from '../host/queues.ts'
import {parseAddress, parseInterval} from '../model/address.ts'
import type {PortRange} from '../model/protocol.ts'
import {UNPRIVILEGED_PORTS} from '../model/protocol.ts'
import type {Action, Translation} from '../model/rules.ts'
import type {RuleContext} from './context.ts'
import {parseMarkPair, parseNumber, parsePortRange} from './numbers.ts'
import type {Extension, Option} from './spec.ts'

const CONTINUE: Action = {kind: 'continue'}
const UNKNOWN: Action = {kind: 'unknown'}

/** Targets after which the packet goes on to the next rule, unchanged in anything that rules can test. */
const TRANSPARENT = new Set([
  'LOG',
  'NFLOG',
  'ULOG',
  'TRACE',
  'AUDIT',
  'TOS',
  'DSCP',
  'ECN',
  'CLASSIFY',
  'CHECKSUM',
  'SECMARK',
  'CONNSECMARK',
  'IDLETIMER',
  'LED',
  'RATEEST',
  'TEE',
])

type TargetTranslator = (options: Options) => Action

const TRANSLATORS: ReadonlyMap<string, TargetTranslator> = new Map<string, TargetTranslator>([
  ['ACCEPT', () => ({kind: 'accept'})],
  ['DROP', () => ({kind: 'drop'})],
  ['RETURN', () => ({kind: 'return'})],
  ['REJECT', () => ({kind: 'reject'})],
  ['MARK', mark],
  ['CONNMARK', connmark],
  ['HMARK', () => ({kind: 'forget-mark', of: 'packet'})],
  ['SET', changeSet],
  ['NOTRACK', () => ({kind: 'notrack'})],
  [
    'CT',
    ({has}) => (has('--notrack') ? {kind: 'notrack'} : zoned(has) ? {kind: 'disturb-tracking'} : CONTINUE),
  ],
  ['DNAT', destinationNat],
  ['REDIRECT', redirect],
  ['SNAT', sourceNat],
  ['MASQUERADE', masquerade],
  ['NETMAP', netmap],
  ['TTL', () => ({kind: 'rewrite', field: 'hop-limit'})],
  ['HL', () => ({kind: 'rewrite', field: 'hop-limit'})],
  ['TCPMSS', () => ({kind: 'rewrite', field: 'max-segment'})],
  ['TCPOPTSTRIP', () => ({kind: 'rewrite', field: 'tcp-options'})],
])

/** What a target does; null for a name that is no built-in target and so may be a chain. */
export function targetAction(
  target: Extension,
  {protocol, queues}: Pick<RuleContext, 'protocol' | 'queues'>,
): Action | null {
  // The other end takes no neighbour discovery with another hop limit than the one it was sent with.
  if (protocol === 'icmpv6' && target.name === 'HL') return UNKNOWN
  if (TRANSPARENT.has(target.name)) return CONTINUE
  if (target.name === 'NFQUEUE') return queue(new Options(target.options), queues)
  // The older target of this name is the same as queue 0 (libxt_standard).
  if (target.name === 'QUEUE') return queueAction(queues, [{lo: 0, hi: 0}], false)
  return TRANSLATORS.get(target.name)?.(new Options(target.options)) ?? null
}

class Options {
  readonly #options: readonly Option[]

  constructor(options: readonly Option[]) {
    this.#options = options
  }

  readonly has = (name: string): boolean => this.#options.some(option => option.name === name)

  readonly value = (name: string): string | undefined =>
    this.#options.find(option => option.name === name)?.values[0]

  readonly count = (name: string): number => this.#options.filter(option => option.name === name).length
}

function changeSet({has, value}: Options): Action {
  if (has('--map-set')) return {kind: 'forget-mark', of: 'packet'}
  const set = value('--add-set') ?? value('--del-set')
  return set === undefined ? UNKNOWN : {kind: 'change-set', set}
}

function queue({has, value}: Options, queues: Queues): Action {
  const text = value('--queue-balance') ?? value('--queue-num') ?? '0'
  const numbers = parsePortRange(text, ':')
  return queueAction(queues, numbers && [numbers], has('--queue-bypass'))
}

function zoned(has: Options['has']): boolean {
  return has('--zone') || has('--zone-orig') || has('--zone-reply')
}

function mark(options: Options): Action {
  return setMark('packet', options) ?? {kind: 'forget-mark', of: 'packet'}
}

/** The `--set-mark` family is shorthand for `--set-xmark value/mask`: clear the mask's bits, then XOR the value. */
function setMark(of: 'packet' | 'connection', {value}: Options): Action | null {
  const xor = parseMarkPair(value('--set-xmark') ?? '')
  if (xor) return {kind: 'set-mark', of, ...xor}
  const set = parseMarkPair(value('--set-mark') ?? '')
  if (set) return {kind: 'set-mark', of, value: set.value, mask: (set.mask | set.value) >>> 0}
  const andBits = parseNumber(value('--and-mark') ?? '')
  if (andBits !== null) return {kind: 'set-mark', of, value: 0, mask: ~andBits >>> 0}
  const orBits = parseNumber(value('--or-mark') ?? '')
  if (orBits !== null) return {kind: 'set-mark', of, value: orBits, mask: orBits}
  const xorBits = parseNumber(value('--xor-mark') ?? '')
  if (xorBits !== null) return {kind: 'set-mark', of, value: xorBits, mask: 0}
  return null
}

function connmark(options: Options): Action {
  const {has, value} = options
  const save = has('--save-mark')
  const restore = has('--restore-mark')
  if (!save && !restore) return setMark('connection', options) ?? {kind: 'forget-mark', of: 'connection'}
  const both = parseNumber(value('--mask') ?? '0xffffffff')
  const packetMask = value('--nfmask') === undefined ? both : parseNumber(value('--nfmask') ?? '')
  const connectionMask = value('--ctmask') === undefined ? both : parseNumber(value('--ctmask') ?? '')
  const shifted = has('--left-shift-mark') || has('--right-shift-mark')
  const to = save ? 'connection' : 'packet'
  if (packetMask === null || connectionMask === null || shifted) return {kind: 'forget-mark', of: to}
  return {kind: 'copy-mark', to, packetMask, connectionMask}
}

function destinationNat({value, has, count}: Options): Action {
  const to = parseTranslation(value('--to-destination') ?? '')
  if (!to || count('--to-destination') > 1) return UNKNOWN
  return {kind: 'destination-nat', to: {...to, random: isRandom(has)}, toThisHost: false}
}

function redirect({value, has}: Options): Action {
  const text = value('--to-ports')
  const ports = text === undefined ? null : parsePortRange(text, '-')
  if (text !== undefined && !ports) return UNKNOWN
  return {kind: 'destination-nat', to: {address: null, ports, random: isRandom(has)}, toThisHost: true}
}

function sourceNat({value, has, count}: Options): Action {
  const to = parseTranslation(value('--to-source') ?? '')
  if (!to || count('--to-source') > 1) return UNKNOWN
  return {kind: 'source-nat', to: randomised(to, has), masquerade: false}
}

function masquerade({value, has}: Options): Action {
  const text = value('--to-ports')
  const ports = text === undefined ? null : parsePortRange(text, '-')
  if (text !== undefined && !ports) return UNKNOWN
  return {kind: 'source-nat', to: randomised({address: null, ports}, has), masquerade: true}
}

function netmap({value}: Options): Action {
  const to = parseInterval(value('--to') ?? '')
  if (!to) return UNKNOWN
  return {
    kind: 'destination-nat',
    to: {address: {lo: to.lo, hi: to.hi}, ports: null},
    toThisHost: false,
  }
}

/** At random, a source port is chosen even where none is asked for. */
function randomised(to: Translation, has: Options['has']): Translation {
  return isRandom(has) ? {...to, ports: to.ports ?? UNPRIVILEGED_PORTS, random: true} : to
}

function isRandom(has: Options['has']): boolean {
  return has('--random') || has('--random-fully')
}

/** Reads `address`, `first-last`, `address:port[-port]`, `[address]:port[-port]` and `:port[-port]`. */
function parseTranslation(text: string): Translation | null {
  const bracketed = /^\[([^\]]+)\](?::(.+))?$/.exec(text)
  if (bracketed) return translation(bracketed[1] ?? '', bracketed[2])
  if (parseAddress(text) || text.split(':').length > 2) return translation(text, undefined)
  const colon = text.indexOf(':')
  return colon < 0 ? translation(text, undefined) : translation(text.slice(0, colon), text.slice(colon + 1))
}

function translation(addressText: string, portText: string | undefined): Translation | null {
  const address = addressText === '' ? null : parseInterval(addressText)
  if (addressText !== '' && !address) return null
  const ports: PortRange | null = portText === undefined ? null : parsePortRange(portText, '-')
  if (portText !== undefined && !ports) return null
  return {address: address && {lo: address.lo, hi: address.hi}, ports}
}
