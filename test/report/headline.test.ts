import {describe, expect, it} from 'vitest'
import type {FirewallFacts} from '../../src/contract/host.ts'
import {headline} from '../../src/report/headline.ts'
import {serverLines} from '../../src/screens/questions/server-lines.ts'
import {HOST} from './parts.ts'
import {report} from './reports.ts'

const UFW: FirewallFacts = {
  manager: 'ufw',
  engines: ['iptables-nft', 'nft'],
  alsoWrittenBy: ['Docker', 'fail2ban'],
}

describe('who keeps the rules of this host', () => {
  it('is said in the first lines of a report', () => {
    const {osId: _, ...facts} = HOST
    const told = (firewall: FirewallFacts) => headline({...report(), host: {...facts, firewall}}).host
    expect(told(UFW)).toMatch(/; firewall: ufw, iptables-nft, nft; also written by Docker, fail2ban\.$/)
    expect(told({...UFW, alsoWrittenBy: []})).toMatch(/; firewall: ufw, iptables-nft, nft\.$/)
  })

  it('is said on the screen of the server', () => {
    const privileges = {elevated: true, user: 'root', sudoInstalled: false}
    const lines = JSON.stringify(serverLines({host: HOST, privileges, firewall: UFW}))
    expect(lines).toContain('managed by ufw; rules in iptables-nft, nft; also written by Docker, fail2ban')
  })
})
