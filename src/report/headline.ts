import type {Status} from '../contract/cause-codes.ts'
import {ownCommand} from '../contract/own-command.ts'
import type {Command} from '../contract/remedy.ts'
import {type Found, groupByCause} from './groups.ts'
import {textOption} from './options.ts'
import type {Report} from './report.ts'
import {OUTCOME_WORDS} from './words.ts'

export type Headline = {
  readonly verdict: string
  readonly subject: string
  readonly counts: string
  /** What the run was on; null when the host was not read. */
  readonly host: string | null
  readonly run: string
}

/** The first lines of every summary. */
export function headline(report: Report): Headline {
  const {host, tool, outcome, startedAt, durationMs} = report
  const region = textOption(report, 'region')
  return {
    verdict: OUTCOME_WORDS[outcome],
    subject: `${host === null ? 'this server' : `server "${host.hostname}"`} for AWS DRS${region === null ? '' : ` in ${region}`}`,
    counts: countsOf(report),
    host: host === null ? null : hostText(host),
    run: `${tool.name} ${tool.version}, started ${startedAt}, took ${(durationMs / 1000).toFixed(1)} s.`,
  }
}

function hostText({os, osVersion, kernel, arch, firewall}: NonNullable<Report['host']>): string {
  const isWindows = firewall.manager === 'windows-firewall'
  const known = isWindows
    ? ['Windows Firewall']
    : [firewall.manager, ...firewall.engines].filter(name => name !== null)
  // Empty means no rules, or rules that were not read: the findings tell which.
  const rules = known.length === 0 ? '' : `; firewall: ${known.join(', ')}`
  const others = firewall.alsoWrittenBy
  const also = others.length === 0 ? '' : `; also written by ${others.join(', ')}`
  return `${os} ${osVersion}, kernel ${kernel}, ${arch}${rules}${also}.`
}

/** `2 blocking issues, 1 warning, 7 passed, 3 not tested`. */
export function countsOf({findings}: {readonly findings: readonly Found[]}): string {
  const number = (...statuses: readonly Status[]) =>
    findings.filter(({status}) => statuses.includes(status)).length
  const groups = groupByCause(findings)
  const causes = groups.filter(({status}) => status === 'fail' || status === 'error').length
  const warnings = groups.filter(({status}) => status === 'warn').length
  return [
    causes === 0 ? 'no blocking issues' : `${causes} blocking ${causes === 1 ? 'issue' : 'issues'}`,
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`]),
    `${number('pass')} passed`,
    ...(number('skip') === 0 ? [] : [`${number('skip')} not tested`]),
  ].join(', ')
}

/**
 * What this server cannot see. Source: AWS DRS User Guide, "Network requirements" and "Verifying network connectivity".
 */
export function stagingNeeds(report: Report): string {
  const subnet = textOption(report, 'stagingSubnet')
  return [
    `This server cannot see the staging area subnet${subnet === null ? '' : ` (${subnet})`}.`,
    'From there, allow TCP 443 to AWS DRS, Amazon S3 and Amazon EC2,',
    'and TCP 1500 in from this server. Names, ports and reasons for a change request:',
  ].join(' ')
}

/** The command that lists what has to be open. */
export function allowListCommand(report: Report): Command {
  const region = textOption(report, 'region')
  const subnet = textOption(report, 'stagingSubnet')
  return ownCommand(
    'endpoints',
    '--region',
    region ?? 'REGION',
    ...(subnet === null ? [] : ['--staging-subnet', subnet]),
  )
}
