import {join} from 'node:path'
import {errnoOf} from '../../files/file-error.ts'
import {readSystemFile} from '../../files/read.ts'
import type {Reading} from './ip-show.ts'

/** Settings of IPv4 that decide whether a reply is taken on the interface that it comes in by (ip-sysctl). */
const OF_INTERFACES = ['rp_filter', 'src_valid_mark']

/** Settings that decide what this host's own packets are like, and when those that come in find their socket (ip-sysctl). */
const OF_PACKETS = [
  ...['ip_default_ttl', 'tcp_sack', 'tcp_timestamps', 'tcp_window_scaling'],
  ...['ip_early_demux', 'tcp_early_demux'],
]

/** Reads settings below /proc/sys, of the host, of all these interfaces and of `all`; those that are not there are left out. */
export async function readSettings(
  root: string,
  interfaces: readonly string[],
): Promise<Reading<Record<string, string>>> {
  const paths = [
    ...['all', ...interfaces].flatMap(name =>
      OF_INTERFACES.map(setting => `net/ipv4/conf/${name}/${setting}`),
    ),
    ...OF_PACKETS.map(setting => `net/ipv4/${setting}`),
    ...interfaces.map(name => `net/ipv6/conf/${name}/hop_limit`),
  ]
  const read = await Promise.all(
    paths.map(async path => {
      const text = await readSystemFile(join(root, 'proc/sys', path)).catch((error: Error) => error)
      return {path, text}
    }),
  )
  const settings: Record<string, string> = {}
  let unreadable: string | null = null
  for (const {path, text} of read) {
    if (typeof text === 'string') settings[path] = text.trim()
    else if (errnoOf(text) !== 'ENOENT') unreadable = text.message
  }
  return {value: settings, unreadable}
}
