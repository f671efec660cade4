import {ownCommandText} from '../../contract/own-command.ts'
import type {FlowState} from '../flow-state.ts'

/** What is known so far, for the line below the title. @param between what stands between two answers */
export function answersSoFar({answers, screen, server, session}: FlowState, between = ' · '): string {
  const {region, stagingSubnet, replicationServer} = answers
  const facts = session.host ?? server?.host
  const host = facts === undefined ? [] : [facts.hostname]
  if (screen === 'region' || screen === 'interrupted' || screen === 'resume')
    return 'drs-onboard: AWS Elastic Disaster Recovery'
  const targets = [
    ...(stagingSubnet === null ? [] : [`staging area subnet ${stagingSubnet}`]),
    ...(replicationServer === null ? [] : [`replication server ${replicationServer}`]),
  ]
  return [...host, `Region ${region ?? 'not chosen'}`, ...(screen === 'targets' ? [] : targets)].join(between)
}

/** Asked before leaving, with what leaving means. */
export function leaveQuestion({session}: FlowState): string {
  const kept = session.applied.filter(({result}) => result === 'kept').length
  if (kept === 0) return 'Quit? Nothing has been changed on this server.'
  return `Quit? ${kept === 1 ? '1 change stays' : `${kept} changes stay`} in place (undo: ${ownCommandText('undo')}).`
}
