import {parseInterval} from '../model/address.ts'
import {parsePorts} from './conditions.ts'

type Form = (value: string) => boolean

const oneOf = (...words: readonly string[]): Form => {
  const known = new Set(words.map(word => word.toLowerCase()))
  return value => known.has(value.toLowerCase())
}
const either =
  (...forms: readonly Form[]): Form =>
  value =>
    forms.some(form => form(value))
const textOf =
  (longest: number, without: RegExp): Form =>
  value =>
    value.length > 0 && value.length < longest && !without.test(value)

const BOOLEAN = oneOf('TRUE', 'FALSE')
const VERSION: Form = value => numbersOf(value, /^(\d{1,3})\.(\d{1,3})$/).length === 2
const ANY: Form = () => true

const port: Form = value => !value.includes('-') && parsePorts(value) !== null
const portRange: Form = value => value.includes('-') && parsePorts(value) !== null

/** A prefix length is less than the whole, and a mask not empty (MS-GPFAS 2.2.2.10, MS-FASP 2.2.4). */
const ipv4: Form = value => {
  const range = parseInterval(value)
  if (range?.family !== 4) return false
  const mask = value.split('/')[1]
  if (mask === undefined) return true
  return mask.includes('.') ? !/^0\.0\.0\.0$/.test(mask) : Number(mask) > 0 && Number(mask) < 32
}

/** Neither the unspecified address nor loopback may begin or end a range (MS-GPFAS 2.2.2.12, MS-FASP 2.2.6, 2.2.10). */
const ipv6: Form = value => {
  const range = parseInterval(value)
  if (range?.family !== 6) return false
  const length = value.split('/')[1]
  if (length !== undefined) return Number(length) > 0 && Number(length) < 128 && range.lo !== 1n
  return ![range.lo, range.hi].some(address => address === 0n || address === 1n)
}

const ADDRESS_KEYWORD = oneOf('LocalSubnet', 'DNS', 'DHCP', 'WINS', 'DefaultGateway')
const ADDRESS_KEYWORD_2_20 = oneOf('IntrAnet', 'IntErnet', 'Ply2Renders', 'RmtIntrAnet', 'CaptivePortal')

/** All numbers that a pattern finds, where none is above a byte; else none. */
function numbersOf(text: string, pattern: RegExp): readonly number[] {
  const numbers = (pattern.exec(text)?.slice(1) ?? []).map(Number)
  return numbers.some(number => number > 255) ? [] : numbers
}

/**
 * What the values of fields must look like, by the field's name. Fields that are not listed say nothing of the form.
 * Source: MS-GPFAS 2.2.2.1 to 2.2.2.19; lengths and characters MS-FASP 2.2.37.
 */
const FORMS: Readonly<Record<string, Form>> = {
  action: oneOf('Allow', 'Block', 'ByPass'),
  dir: oneOf('In', 'Out'),
  profile: oneOf('Domain', 'Private', 'Public'),
  protocol: value => numbersOf(value, /^(\d{1,3})$/).length === 1,
  lport: either(port, oneOf('RPC', 'RPC-EPMap', 'Teredo')),
  rport: port,
  lport2_10: either(portRange, oneOf('IPTLSIn', 'IPHTTPSIn')),
  rport2_10: either(portRange, oneOf('IPTLSOut', 'IPHTTPSOut')),
  lport2_20: oneOf('DHCP', 'Ply2Disc'),
  lport2_24: oneOf('mDNS'),
  lport2_25: oneOf('mDNS'),
  rport2_28: oneOf('CortanaOut'),
  lport2_29: oneOf('TcpCDPSvc'),
  security: oneOf('Authenticate', 'AuthenticateEncrypt'),
  security2_9: oneOf('An-NoEncap'),
  security2: oneOf('AnE-Nego'),
  if: value => /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(value),
  iftype: oneOf('Lan', 'Wireless', 'RemoteAccess'),
  app: textOf(260, /[/*?"<>|]/),
  svc: textOf(260, /[/\\|]/),
  la4: ipv4,
  la6: ipv6,
  ra4: either(ipv4, ADDRESS_KEYWORD),
  ra6: either(ipv6, ADDRESS_KEYWORD),
  ra42: ADDRESS_KEYWORD_2_20,
  ra62: ADDRESS_KEYWORD_2_20,
  name: value => textOf(10_000, /\|/)(value) && value.toLowerCase() !== 'all',
  // Windows itself writes `Desc=|` and `EmbedCtxt=|` where there is none.
  desc: value => value.length < 10_000,
  embedctxt: value => value.length < 10_000,
  edge: BOOLEAN,
  defer: oneOf('App', 'User'),
  lsm: BOOLEAN,
  active: BOOLEAN,
  icmp4: value => numbersOf(value, /^(\d{1,3}):(?:\d{1,3}|\*)$/).length === 1,
  icmp6: value => numbersOf(value, /^(\d{1,3}):(?:\d{1,3}|\*)$/).length === 1,
  platform: value => {
    const [platform] = numbersOf(value, /^(\d{1,3}):(\d{1,3}):(\d{1,3})$/)
    return platform !== undefined && platform <= 7
  },
  platform2: oneOf('GTEQ'),
  authbypassout: BOOLEAN,
  skipver: VERSION,
  lom: BOOLEAN,
  pcross: BOOLEAN,
}

/** Whether a value looks as those of its field must. */
export function isWellFormed(field: string, value: string): boolean {
  return (FORMS[field] ?? ANY)(value)
}
