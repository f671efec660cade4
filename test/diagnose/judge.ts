import {type Diagnosis, diagnosisOf} from '../../src/diagnose/diagnosis.ts'
import {type JudgedLog, LogJudge} from '../../src/diagnose/judge-log.ts'

/** Judges lines as one log. */
export function judged(lines: readonly string[]): JudgedLog | null {
  const judge = new LogJudge()
  for (const line of lines) judge.take(line)
  return judge.finish()
}

/** The diagnosis of one log or more, each as its lines. */
export function diagnosed(logs: readonly (readonly string[])[], all = false): Diagnosis {
  const read = logs.map((lines, index) => {
    const log = judged(lines)
    if (log === null) throw new Error(`log ${index} is not a log of the agent`)
    return {file: `log-${index}`, skippedBytes: 0, judged: log}
  })
  return diagnosisOf(read, {all})
}
