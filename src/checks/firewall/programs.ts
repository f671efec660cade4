import type {Judgement, Probe} from '../../contract/judgement.ts'
import type {CompiledFirewall} from '../../firewall/compile.ts'

/** Where the agent's programs are on a Windows host. Source: AWS DRS User Guide, "Agent diagnostics". */
const AGENT_DIRECTORY = /\\AWS Replication Agent\\/i

/** The agent's programs that rules name: each of them may fare otherwise than any other program. */
export function agentPrograms(firewall: CompiledFirewall): readonly string[] {
  return firewall.programs().filter(path => AGENT_DIRECTORY.test(path))
}

/**
 * Judges a connection by any program, as which the installer runs, and by each of the agent's programs that rules name;
 * the worst counts, and says whose it is.
 */
export function judgePrograms(
  firewall: CompiledFirewall,
  probe: Omit<Probe, 'program'>,
  programs: readonly string[],
): Judgement {
  let worst = firewall.judge(probe)
  for (const program of programs) {
    const judgement = firewall.judge({...probe, program})
    if (BADNESS[judgement.verdict] > BADNESS[worst.verdict])
      worst = {...judgement, reason: `For the agent's program ${program}: ${judgement.reason}`}
  }
  return worst
}

const BADNESS = {block: 2, unknown: 1, allow: 0} as const
