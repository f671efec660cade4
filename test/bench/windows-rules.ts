import {startLab} from '../lab/lib/lab.ts'
import {reportOf} from '../lab/product/report.ts'
import {DOMAIN_NETWORK, host} from '../lab/windows/situation.ts'
import {POLICY, startWindowsHost} from '../lab/windows/wine.ts'
import {median, type Ratio} from './measure.ts'

const ROUNDS = 5
const RULES = 10_000
const LIMIT_MS = 2_000

/** A check of 443 on a Windows host with many rules, in wine, against wine's `reg query` of these rules alone. */
export async function windowsRulesRatios(): Promise<readonly Ratio[]> {
  await using lab = await startLab()
  const windows = await startWindowsHost(lab)
  await windows.setRegistry(host({}, manyRules()))
  windows.setNetwork(DOMAIN_NETWORK)
  const query = ['reg', 'query', `${POLICY}\\FirewallRules`]
  const check = ['check', '--region', lab.region, '--only', 'firewall-443', '--json']
  const queried: number[] = []
  const checked: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now()
    const {code} = await windows.run(query)
    if (code !== 0) throw new Error(`reg query ended with ${code}`)
    queried.push(performance.now() - started)
    const report = reportOf(await windows.drsOnboard(check))
    const [found] = report.findings
    if (found?.code !== 'ok') throw new Error(`judged ${found?.code}`)
    checked.push(report.durationMs)
  }
  const [took, reference] = [median(checked), median(queried)]
  const detail = `${took.toFixed(0)} ms (best ${Math.min(...checked).toFixed(0)} ms)`
  return [
    {name: 'Windows, 10,000 rules read and judged / 2 s', ratio: took / LIMIT_MS, atMost: 1, detail},
    {
      name: 'Windows, 10,000 rules read and judged / reg query',
      ratio: took / reference,
      atMost: null,
      detail: `${detail} / ${reference.toFixed(0)} ms`,
    },
  ]
}

/** Rules for programs and addresses, as hosts have them; none of them opens 443. */
function manyRules(): Record<string, string> {
  return Object.fromEntries(
    Array.from({length: RULES}, (_, index) => [
      `{${String(index).padStart(8, '0')}-5C1D-4E2A-9B0F-6D7E8F901234}`,
      `v2.31|Action=${index % 3 === 0 ? 'Block' : 'Allow'}|Active=${index % 5 === 0 ? 'FALSE' : 'TRUE'}|Dir=${index % 2 === 0 ? 'In' : 'Out'}|` +
        `Protocol=6|Profile=Domain|RPort=${1_000 + (index % 5_000)}|RA4=10.${index % 250}.0.0/255.255.0.0|` +
        `App=%SystemRoot%\\system32\\svchost.exe|Svc=svc${index}|Name=@FirewallAPI.dll,-${index}|EmbedCtxt=@FirewallAPI.dll,-1|`,
    ]),
  )
}
