import {InvalidValue, UserError} from '../../contract/errors.ts'
import {EXIT, type ExitCode} from '../../contract/exit-codes.ts'
import type {Probe, Verdict} from '../../contract/judgement.ts'
import {ownCommandText} from '../../contract/own-command.ts'
import {problemOfDestination} from '../../firewall/checked-compile.ts'
import {type CompiledFirewall, compileFirewall} from '../../firewall/compile.ts'
import {HIGHEST_ID, isId} from '../../firewall/model/socket-owner.ts'
import type {FirewallState} from '../../firewall/state/state.ts'
import {parsePort} from '../../options/values.ts'
import {askedFormat, type DocumentFlags, type OpenDocument, openDocument} from '../offline/document.ts'
import {formatOr, json} from '../offline/format.ts'
import {type Look, lookFor} from '../terminal.ts'
import {readProbes, readStateFile} from './input.ts'

export type ExplainFlags = {
  readonly state?: string
  readonly to?: string
  readonly port?: string
  readonly protocol?: string
  readonly uid?: string
  readonly gid?: string
  readonly program?: string
  readonly probes?: string
} & DocumentFlags

/**
 * `drs-onboard explain`: judges a captured firewall state, on any machine. Exit code 0: allowed; 3: blocked; 5:
 * cannot be decided; of several probes the worst counts.
 *
 * @throws UserError for flags, a state or probes that cannot be used
 */
export async function explainCommand(flags: ExplainFlags): Promise<ExitCode> {
  const format = formatOr(['text', 'json'], askedFormat(flags))
  const {state: path, asked} = questionOf(flags)
  const state = await readStateFile(path)
  const firewall = compileFirewall(state)
  const look = lookFor(flags.output === undefined ? process.stdout : null)
  const document = await openDocument(flags)
  try {
    const code =
      typeof asked === 'string'
        ? await answerAll(firewall, readProbes(asked), format, look, document)
        : await answerOne({state, firewall, probe: asked}, format, look, document)
    await document.finish()
    return code
  } catch (error) {
    await document.discard().catch(() => undefined)
    throw error
  }
}

async function answerOne(
  question: {readonly state: FirewallState; readonly firewall: CompiledFirewall; readonly probe: Probe},
  format: 'text' | 'json',
  look: Look,
  document: OpenDocument,
): Promise<ExitCode> {
  const judgement = question.firewall.judge(question.probe)
  if (format === 'json') await document.print(json(judgement))
  else {
    const {explainText} = await import('./text.ts')
    await document.print(explainText({...question, judgement}, look))
  }
  return exitCodeFor(judgement.verdict)
}

type Question = {
  readonly state: string
  /** A probe, or the path of a file with probes. */
  readonly asked: Probe | string
}

function questionOf({state, to, port, protocol, uid, gid, program, probes}: ExplainFlags): Question {
  if (state === undefined) {
    throw new UserError(
      `explain requires a captured firewall state: --state FILE, or - for standard input (\`${ownCommandText('capture')}\` prints one).`,
    )
  }
  if (probes !== undefined) {
    const [extra] = Object.entries({to, port, protocol, uid, gid, program}).flatMap(([name, value]) =>
      value ? [name] : [],
    )
    if (extra !== undefined) throw new UserError(`--${extra} and --probes exclude each other; use only one.`)
    if (probes === '-' && state === '-')
      throw new UserError('--state and --probes cannot both be standard input; use a file for one of them.')
    return {state, asked: probes}
  }
  if (to === undefined || port === undefined) {
    throw new UserError(
      `explain requires a connection to check; add ${to === undefined ? '--to ADDRESS|CIDR' : '--port N'}, or --probes FILE.`,
    )
  }
  return {
    state,
    asked: {
      to: usable('--to', () => parseTo(to)),
      port: usable('--port', () => parsePort(port)),
      ...(protocol === undefined ? {} : {protocol: usable('--protocol', () => parseProtocol(protocol))}),
      ...(uid === undefined ? {} : {uid: usable('--uid', () => parseId(uid, 'user'))}),
      ...(gid === undefined
        ? {}
        : {gid: usable('--gid', () => gid.split(',').map(one => parseId(one, 'group')))}),
      ...(program === undefined ? {} : {program: usable('--program', () => parseProgram(program))}),
    },
  }
}

function usable<T>(flag: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof InvalidValue) throw new UserError(`${flag} ${error.message}.`)
    throw error
  }
}

function parseTo(text: string): string {
  const problem = problemOfDestination(text)
  if (problem === null) return text
  throw new InvalidValue(`is ${problem}: ${JSON.stringify(text)}; use a value like 10.0.0.1 or 10.0.0.0/16`)
}

function parseProtocol(text: string): 'tcp' | 'udp' {
  if (text === 'tcp' || text === 'udp') return text
  throw new InvalidValue(`is tcp or udp, not ${JSON.stringify(text)}`)
}

function parseProgram(text: string): string {
  if (text !== '') return text
  throw new InvalidValue('must be the path of a program')
}

function parseId(text: string, of: 'user' | 'group'): number {
  const id = Number(text)
  if (/^\d+$/.test(text) && isId(id)) return id
  throw new InvalidValue(`must be the number of a ${of} from 0 to ${HIGHEST_ID}, not ${JSON.stringify(text)}`)
}

/** Answers printed at a time: enough for speed, few enough that a reader sees them come. */
const AT_A_TIME = 256

/** Answers in the order of the probes, as they come, and no faster than they are read. */
async function answerAll(
  firewall: CompiledFirewall,
  batches: AsyncIterable<readonly Probe[]>,
  format: 'text' | 'json',
  look: Look,
  document: OpenDocument,
): Promise<ExitCode> {
  const {verdictLine} = await import('./text.ts')
  const seen = new Set<Verdict>()
  const answer = (probe: Probe) => {
    const judgement = firewall.judge(probe)
    seen.add(judgement.verdict)
    return `${format === 'json' ? JSON.stringify(judgement) : verdictLine(probe, judgement, look)}\n`
  }
  for await (const probes of batches)
    for (let from = 0; from < probes.length; from += AT_A_TIME)
      await document.print(
        probes
          .slice(from, from + AT_A_TIME)
          .map(answer)
          .join(''),
      )
  return exitCodeFor((['block', 'unknown'] as const).find(verdict => seen.has(verdict)) ?? 'allow')
}

function exitCodeFor(verdict: Verdict): ExitCode {
  return {allow: EXIT.ready, block: EXIT.notReady, unknown: EXIT.unknown}[verdict]
}
