import {regionOrThrow} from '../../aws/find-region.ts'
import type {BucketAccess, PolicyCheck} from '../../aws/policy-check.ts'
import type {Region} from '../../aws/regions.ts'
import {EXIT} from '../../contract/exit-codes.ts'
import type {CommandResult} from './format.ts'
import {formatOr, json, markdownTable, printable, type Table, textTable} from './format.ts'

const POLICY_CHECK_FORMATS = ['text', 'json', 'markdown'] as const

export type PolicyCheckOptions = {
  readonly file: string
  readonly region: string
  readonly format?: string | undefined
}

/**
 * Checks an existing S3 VPC endpoint policy. Exit code 0: every bucket with a known name is allowed; 3: one is not.
 * Throws `UserError` for an unknown Region or format, and for a file that is no policy document.
 */
export async function policyCheckCommand({
  file,
  region: code,
  ...options
}: PolicyCheckOptions): Promise<CommandResult> {
  const format = formatOr(POLICY_CHECK_FORMATS, options.format)
  const region = regionOrThrow(code)
  const [{readPolicyFile}, {checkPolicy}] = await Promise.all([
    import('./policy-file.ts'),
    import('../../aws/policy-check.ts'),
  ])
  const check = checkPolicy(await readPolicyFile(file), region)
  const stdout =
    format === 'json'
      ? json({region: region.code, file, ...check})
      : (format === 'markdown' ? markdown : text)(check, region, file)
  return {stdout, stderr: '', exitCode: check.allowed ? EXIT.ready : EXIT.notReady}
}

function text(check: PolicyCheck, region: Region, file: string): string {
  const advice = adviceOn(check).map(({sentence, addition}) => `\n${sentence}\n${addition}`)
  return `${headline(check, region, file)}\n\n${textTable(table(check))}${advice.join('')}`
}

function markdown(check: PolicyCheck, region: Region, file: string): string {
  const fenced = (addition: string) => (addition === '' ? '' : `\n\`\`\`json\n${addition}\`\`\`\n`)
  const advice = adviceOn(check).map(({sentence, addition}) => `\n${sentence}\n${fenced(addition)}`)
  return `# S3 VPC endpoint policy for ${region.code}\n\n${headline(check, region, file)}\n\n${markdownTable(table(check))}${advice.join('')}`
}

function headline({buckets}: PolicyCheck, region: Region, file: string): string {
  const known = buckets.filter(({access}) => access !== 'unknown')
  const allowed = known.filter(({access}) => access === 'allowed').length
  const count = allowed === known.length ? 'all' : allowed === 0 ? 'none of the' : `only ${allowed} of the`
  const open = buckets.length - known.length
  const rest = open > 0 ? `; ${open} more could not be checked: AWS does not publish their names` : ''
  return `${printable(file)} allows ${count} ${known.length} S3 buckets that DRS needs in ${region.code}${rest}.`
}

function table({buckets}: PolicyCheck): Table {
  return {
    columns: ['access', 'bucket', 'why'],
    rows: buckets.map(entry => [entry.access, entry.bucket ?? `(${entry.purpose})`, why(entry)]),
  }
}

function why({statement, reason, objects}: BucketAccess): string {
  const sid = statement?.sid ? ` (${statement.sid})` : ''
  const who = statement ? `statement ${statement.number}${sid} ` : ''
  return printable(`${who}${reason}${objects.length > 0 ? `: ${objects.join(', ')}` : ''}`)
}

function adviceOn({buckets, missingStatement}: PolicyCheck): readonly {sentence: string; addition: string}[] {
  const advice: {sentence: string; addition: string}[] = []
  if (buckets.some(({access}) => access === 'denied')) {
    advice.push({
      sentence: 'A Deny overrides every Allow: remove the buckets from the statements that deny them.',
      addition: '',
    })
  }
  if (buckets.some(({access}) => access === 'conditional')) {
    advice.push({
      sentence:
        'Conditions cannot be decided from the document alone; conditional statements do not count as allowed.',
      addition: '',
    })
  }
  if (missingStatement) {
    advice.push({sentence: 'Add this statement:', addition: `\n${json(missingStatement)}`})
  }
  return advice
}
