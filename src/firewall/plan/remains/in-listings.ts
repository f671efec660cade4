import type {Command} from '../../../contract/remedy.ts'
import {parseSave, type SavedRule} from '../../iptables/save.ts'
import {quoteWord, splitWords} from '../../iptables/words.ts'
import {layOut} from '../../nft/layout.ts'
import type {Bound} from '../grammar/pattern.ts'
import {sedPattern} from '../rule-files.ts'
import {compareIptables} from './compare-iptables.ts'
import {compareNft} from './compare-nft.ts'
import {isMarked, type Left, type Likeness} from './left.ts'

/** Rules of iptables, as one of the `*-save` programs prints them, that are marked, or like the step's own in its chain. */
export function inSave(saveText: string, program: string, ours: string, bound: Bound): readonly Left[] {
  return parseSave(saveText).tables.flatMap(({name, rules}) =>
    rules.flatMap(({chain, text}): readonly Left[] => {
      const marked = isMarked(commentOf(text), bound)
      const beside = name === (bound.table ?? 'filter') && chain === bound.chain
      if (!marked && !(beside && compareIptables(text, ours) !== null)) return []
      const words = (splitWords(text) ?? []).slice(2).map(word => word.text)
      const table = name === 'filter' ? [] : ['-t', name]
      return [
        {
          text: `${text} (table ${name})`,
          remove: [program, '-w', '5', ...table, '-D', chain, ...words],
          marked,
        },
      ]
    }),
  )
}

/** The comment of a rule of iptables; empty where it has none. */
function commentOf(ruleText: string): string {
  const words = splitWords(ruleText) ?? []
  const at = words.findIndex(({text, quoted}) => text === '--comment' && !quoted)
  return at < 0 ? '' : (words[at + 1]?.text ?? '')
}

/** `-A CHAIN` and words of a rule as a line of a save text. */
export function saveLine(chain: string, words: readonly string[]): string {
  return ['-A', chain, ...words.map(word => quoteWord({text: word, quoted: /[^\w.:/!,-]/.test(word)}))].join(
    ' ',
  )
}

type NativeOptions = {
  /** The rule that the step added; null where it was not one of nf_tables. */
  readonly ours: string | null
  /** Whether a table is looked at. */
  readonly table?: (family: string, name: string) => boolean
}

/** Rules that `nft -a list ruleset` prints, that are marked, or like the step's own in its chain. */
export function inRuleset(
  text: string,
  {ours, table = () => true}: NativeOptions,
  bound: Bound,
): readonly Left[] {
  const {tables} = layOut(text)
  return [...tables.values()].flatMap(({family, name, chains}) =>
    !table(family, name)
      ? []
      : [...chains].flatMap(([chain, {rules}]) =>
          rules.flatMap((line): readonly Left[] => {
            const [, rule, handle] = /^(.*?)\s+# handle (\d+)$/.exec(line) ?? []
            if (rule === undefined || handle === undefined) return []
            const marked = isMarked(/ comment "([^"]*)"/.exec(rule)?.[1] ?? '', bound)
            const beside = family === bound.family && name === bound.table && chain === bound.chain
            if (!marked && !(ours !== null && beside && compareNft(rule, ours) !== null)) return []
            const remove: Command = ['nft', 'delete', 'rule', family, name, chain, 'handle', handle]
            return [{text: `${rule} (chain ${chain}, table ${family} ${name})`, remove, marked}]
          }),
        ),
  )
}

/** Lines of a rules file that are marked, or like the step's own. @param compare null for no likeness */
export function inFile(
  path: string,
  text: string,
  compare: ((line: string) => Likeness | null) | null,
  bound: Bound,
): readonly Left[] {
  return text.split('\n').flatMap((line): readonly Left[] => {
    if (/^\s*(#|$)/.test(line)) return []
    const marked = isMarked(line, bound)
    if (!marked && !(compare !== null && compare(line) !== null)) return []
    const script = `/^${sedPattern(line)}$/d`
    return [
      {
        text: `${line.trim()} (in ${path})`,
        remove: ['sed', '-i', '--follow-symlinks', '-e', script, path],
        marked,
      },
    ]
  })
}

/** The rules of a chain in a rules file, without counters and what follows them. */
export const savedLine = (line: string): SavedRule['text'] => line.trim().replace(/^\[\d+:\d+\]\s*/, '')
