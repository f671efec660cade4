import type {PortRange} from '../model/protocol.ts'

const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  ntp: 123,
  imap2: 143,
  https: 443,
  submission: 587,
  imaps: 993,
  pop3s: 995,
}

/** Reads `443`, `1000:2000`, `:1024`, `1024:` or a well-known service name; null for what cannot be known. */
export function parsePortRange(text: string, separator = ':'): PortRange | null {
  const [first = '', last] = text.split(separator, 2)
  const lo = first === '' && last !== undefined ? 0 : parsePort(first)
  const hi = last === undefined ? lo : last === '' ? 65535 : parsePort(last)
  return lo === null || hi === null ? null : {lo, hi}
}

function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return SERVICES[text] ?? null
  const port = Number(text)
  return port <= 65535 ? port : null
}

/** Reads a 32-bit number in decimal, hexadecimal (`0x1f`) or octal (`017`). */
export function parseNumber(text: string): number | null {
  const base = /^0x[0-9a-f]{1,8}$/i.test(text)
    ? 16
    : /^0[0-7]+$/.test(text)
      ? 8
      : /^\d{1,10}$/.test(text)
        ? 10
        : null
  if (base === null) return null
  const value = Number.parseInt(text, base)
  return value <= 0xffffffff ? value : null
}

/** Reads `value` or `value/mask`; the mask is all ones unless given. */
export function parseMarkPair(text: string): {readonly value: number; readonly mask: number} | null {
  const [first = '', second] = text.split('/', 2)
  const value = parseNumber(first)
  const mask = second === undefined ? 0xffffffff : parseNumber(second)
  return value === null || mask === null ? null : {value, mask}
}

/** Reads a user or group: a number or `first-last`. Names depend on the host's databases; only root is fixed. */
export function parseIdRange(text: string): PortRange | null {
  if (text === 'root') return {lo: 0, hi: 0}
  const match = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(text)
  if (!match) return null
  return {lo: Number(match[1]), hi: Number(match[2] ?? match[1])}
}
