import {commandLine, shellOf} from '../../contract/command-line.ts'
import type {DiagnosedCause, Diagnosis} from '../../diagnose/diagnosis.ts'
import type {Page} from '../../diagnose/pages.ts'
import {hanging, wrap} from '../../lib/wrap.ts'
import {OWNER_WORDS} from '../../report/words.ts'

/** As other documents that are not made for one terminal. */
const COLUMNS = 100
const LABEL = 9

/** A diagnosis for people: the cause, what it was read from, and what else there is. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const {causes, errors} = diagnosis
  const of = (role: DiagnosedCause['role']) => causes.filter(cause => cause.role === role)
  const sections = [
    wrap(headline(diagnosis), COLUMNS),
    ...of('cause').map(fullLines),
    listed('Also in this run; these may follow from it', of('follower').map(shortLines)),
    listed('Settled by a later success, or from an earlier run', of('past').map(shortLines)),
    listed(
      'The last errors',
      errors.map(({file, line, text}) => [`  ${file}:${line}: ${text}`]),
    ),
    readLines(diagnosis),
  ]
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function headline({outcome, causes: [lead], errors}: Diagnosis): string {
  if (outcome === 'installed')
    return 'INSTALLED: the last run installed the agent, and no error follows that is known.'
  if (outcome === 'no-cause' || lead === undefined) {
    const what = errors.length > 0 ? 'The last errors are below. ' : 'No line reports an error. '
    return `UNKNOWN: no message in this log is in the table of known causes. ${what}Give the log to AWS Support.`
  }
  return `CAUSE FOUND: ${lead.summary} [${lead.code}]`
}

function fullLines(cause: DiagnosedCause): readonly string[] {
  const {nextStep, settledBy, source} = cause
  return [
    ...field('Owner', ownerOf(cause)),
    ...field('Next', nextStep),
    ...(settledBy === null ? [] : [`${'Check'.padEnd(LABEL)}${command(settledBy)}`]),
    // Lines of a log are not wrapped, so that they can be searched for as they are.
    `${'Log'.padEnd(LABEL)}${place(cause)}: ${cause.line}`,
    ...field('Source', sourceOf(source)),
  ]
}

function shortLines(cause: DiagnosedCause): readonly string[] {
  return [...hanging('  ', `${cause.summary} [${cause.code}]`, COLUMNS), `    ${place(cause)}: ${cause.line}`]
}

const field = (label: string, text: string): readonly string[] => hanging(label.padEnd(LABEL), text, COLUMNS)

const listed = (title: string, entries: readonly (readonly string[])[]): readonly string[] =>
  entries.length === 0 ? [] : [`${title}:`, ...entries.flat()]

/** The same as Markdown, for a ticket. */
export function diagnosisMarkdown(diagnosis: Diagnosis): string {
  const {causes, errors, outcome} = diagnosis
  const rest = causes.filter(({role}) => role !== 'cause')
  const lead = outcome === 'cause-found' ? causes[0] : undefined
  const lines = [
    '# Diagnosis of the AWS Replication Agent installation',
    '',
    escaped(headline(diagnosis)),
    ...(lead === undefined ? [] : ['', ...leadItems(lead)]),
    ...(rest.length === 0 ? [] : ['', '## Other messages', '']),
    ...rest.map(
      cause =>
        `- ${escaped(`${cause.summary} [${cause.code}], ${ROLE_WORDS[cause.role]}`)}; ${code(`${place(cause)}: ${cause.line}`)}`,
    ),
    ...(errors.length === 0 ? [] : ['', '## The last errors', '']),
    ...errors.map(({file, line, text}) => `- ${code(`${file}:${line}: ${text}`)}`),
    '',
    ...readLines(diagnosis).map(line => `${escaped(line)}  `),
  ]
  return `${lines.join('\n')}\n`
}

const ROLE_WORDS = {
  cause: 'the cause',
  follower: 'may follow from it',
  past: 'settled, or of an earlier run',
} as const satisfies Record<DiagnosedCause['role'], string>

function leadItems(lead: DiagnosedCause): readonly string[] {
  return [
    `- Owner: ${escaped(ownerOf(lead))}`,
    `- Next: ${escaped(lead.nextStep)}`,
    ...(lead.settledBy === null ? [] : [`- Check: ${code(command(lead.settledBy))}`]),
    `- Log: ${code(`${place(lead)}: ${lead.line}`)}`,
    `- Source: ${escaped(sourceOf(lead.source))}`,
  ]
}

/** Text in which nothing is markup. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>|#]/g, '\\$&')

/** Code whose fence is longer than any in it (CommonMark 6.1). */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(({length}) => length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`
}

function ownerOf({owner, ownerKnown}: DiagnosedCause): string {
  return ownerKnown ? OWNER_WORDS[owner] : `not known from the log; first ${OWNER_WORDS[owner]}`
}

const command = (argv: NonNullable<DiagnosedCause['settledBy']>): string =>
  commandLine(argv, shellOf(process.platform))

function place({file, count, first, last}: DiagnosedCause): string {
  return count === 1 ? `${file}:${first}` : `${file}:${first} (${count} times, last in line ${last})`
}

const sourceOf = ({title, url, readOn}: Page): string =>
  `${title} (read ${readOn})${url === null ? '' : `: ${url}`}`

function readLines({sources}: Diagnosis): readonly string[] {
  return sources.map(({file, kind, runs, lines, skippedBytes, namesAgent}) => {
    const ran = kind === 'agent' ? '' : runs === 1 ? ', 1 run' : `, ${runs} runs, of which the last is judged`
    const doubt = namesAgent
      ? ''
      : ' No line names the installer or the agent; it may be the log of another program.'
    const part = skippedBytes === 0 ? '' : ` of its last 64 MiB, from which lines are counted`
    return `Read ${file === '-' ? 'standard input' : file}: log of the ${kind}${ran}, ${lines} line${lines === 1 ? '' : 's'}${part}.${doubt}`
  })
}
