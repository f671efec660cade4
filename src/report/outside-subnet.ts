import {isInSubnet, parseDestinationAddress} from '../firewall/destination.ts'
import type {Report} from './report.ts'
import {textOption} from './report-options.ts'

/**
 * The addresses of the replication server, IPv4 or IPv6, that are not in the staging area subnet that was given with it:
 * one of the two is wrong. None where either was not given, or the server's name did not resolve.
 */
export function outsideStagingSubnet(report: Report): readonly string[] {
  const subnet = textOption(report, 'stagingSubnet')
  if (subnet === null) return []
  return replicationAddresses(report).filter(address => !isInSubnet(subnet, address))
}

function replicationAddresses({findings}: Report): readonly string[] {
  return findings
    .filter(({check}) => check === 'replication-1500')
    .flatMap(({target, evidence: {attempts}}) => {
      const host = /^\[?(.*?)\]?:\d+$/.exec(target ?? '')?.[1]
      if (host !== undefined && parseDestinationAddress(host)) return [host]
      return Array.isArray(attempts) ? attempts.flatMap(addressOf) : []
    })
}

function addressOf(attempt: unknown): readonly string[] {
  const isAttempt = typeof attempt === 'object' && attempt !== null && 'address' in attempt
  return isAttempt && typeof attempt.address === 'string' ? [attempt.address] : []
}
