import {ownCommandText} from '../../contract/own-command.ts'
import type {FlowState} from '../flow/state.ts'

const NAME = 'drs-onboard: AWS Elastic Disaster Recovery'

/** What is said where nothing is known yet. */
export function aboutTool(columns: number): string {
  return NAME.length <= columns ? NAME : 'drs-onboard: AWS DRS'
}

/** What is known so far, in full. @param between what stands between two answers */
export function answersSoFar({answers, screen, server, session}: FlowState, between = ' · '): string {
  const {region, stagingSubnet, replicationServer} = answers
  const facts = session.host ?? server?.host
  const host = facts === undefined ? [] : [facts.hostname]
  if (screen === 'region' || screen === 'interrupted' || screen === 'resume') return NAME
  const targets = [
    ...(stagingSubnet === null ? [] : [`staging area subnet ${stagingSubnet}`]),
    ...(replicationServer === null ? [] : [`replication server ${replicationServer}`]),
  ]
  return [...host, `Region ${region ?? 'not chosen'}`, ...(screen === 'targets' ? [] : targets)].join(between)
}

/** The same for the line below the title: where it does not fit, first words go, then the least useful answers. */
export function answersIn(state: FlowState, columns: number): string {
  const full = answersSoFar(state)
  const {region, stagingSubnet, replicationServer} = state.answers
  if (full.length <= columns) return full
  if (full === NAME || region === null) return aboutTool(columns)
  const host = (state.session.host ?? state.server?.host)?.hostname ?? null
  const targets = state.screen === 'targets' ? [] : [stagingSubnet, replicationServer]
  const shorter = [
    [host, region, ...targets],
    [region, ...targets],
    [region, ...targets.slice(0, 1)],
    [region],
  ].map(parts => parts.filter(part => part !== null).join(' · '))
  return shorter.find(({length}) => length <= columns) ?? region
}

/** Asked before leaving, with what leaving means. */
export function leaveQuestion({session}: FlowState): string {
  const kept = session.applied.filter(({result}) => result === 'kept').length
  if (kept === 0) return 'Quit? Nothing has been changed on this server.'
  return `Quit? ${kept === 1 ? '1 change stays' : `${kept} changes stay`} in place (undo: ${ownCommandText('undo')}).`
}
