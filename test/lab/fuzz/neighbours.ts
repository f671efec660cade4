import {execFileSync} from 'node:child_process'
import type {Family} from './generate-case.ts'
import {LINKS} from './world.ts'

/** Runs `ip` on this side, or on the peer's. */
type Ip = (...args: readonly string[]) => void

const here: Ip = (...args) => {
  execFileSync('ip', args, {stdio: ['ignore', 'ignore', 'inherit']})
}

const inPeer =
  (pid: number): Ip =>
  (...args) => {
    execFileSync('nsenter', ['--target', String(pid), '--net', 'ip', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }

/** The two ends of each link, whose link-layer addresses tell the link and the side. */
export function linkAddress(link: number, side: 1 | 2): string {
  return `02:00:00:00:0${link}:0${side}`
}

/** Neighbours on all links know one another for good, so that nobody has to be found. */
export function introduce(peer: number): void {
  const there = inPeer(peer)
  const know = (ip: Ip, link: number, side: 1 | 2, addresses: readonly string[], name: string) => {
    for (const address of addresses)
      ip(
        ...['neigh', 'replace', address.replace(/\/.*/, ''), 'lladdr', linkAddress(link, side)],
        ...['dev', name, 'nud', 'permanent'],
      )
  }
  for (const [link, {name, own, peer: theirs, morePeers}] of LINKS.entries()) {
    know(here, link, 2, [...theirs, ...morePeers], name)
    know(there, link, 1, own, name)
  }
}

/** Neighbours of one address family know nobody, so that they have to find one another. */
export function estrange(peer: number, family: Family): void {
  for (const ip of [here, inPeer(peer)])
    for (const {name} of LINKS) ip(`-${family}`, 'neigh', 'flush', 'dev', name, 'nud', 'all')
}
