import {fileURLToPath} from 'node:url'
import {Language, type Node, Parser} from 'web-tree-sitter'

/** A PowerShell text as its grammar sees it. */
export type ParsedPowerShell = {
  readonly isValid: boolean
  /** Names of the commands in it, in order. */
  readonly commands: readonly string[]
  /** What its string literals in single quotes stand for, in order. */
  readonly strings: readonly string[]
  /** Whether anything in it would be evaluated: a variable, a subexpression, a script block. */
  readonly evaluates: readonly string[]
}

/** @returns a parser of PowerShell by its tree-sitter grammar */
export async function powerShellParser(): Promise<(text: string) => ParsedPowerShell> {
  await Parser.init()
  const grammar = fileURLToPath(import.meta.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm'))
  const parser = new Parser()
  parser.setLanguage(await Language.load(grammar))
  return text => {
    const tree = parser.parse(straightened(text))
    if (tree === null) throw new Error(`the grammar gave up on ${JSON.stringify(text)}`)
    const root = tree.rootNode
    const found = {
      isValid: !root.hasError,
      commands: textsOf(root, ['command_name', 'command_name_expr']),
      strings: textsOf(root, ['verbatim_string_characters']).map(unquoted),
      evaluates: textsOf(root, ['variable', 'sub_expression', 'script_block_expression', 'stop_parsing']),
    }
    tree.delete()
    return found
  }
}

/** To PowerShell these are the same as `'`, which its grammar does not know. Source: about_Quoting_Rules. */
export function straightened(text: string): string {
  return text.replace(/[‘’‚‛]/g, "'")
}

function textsOf(root: Node, types: readonly string[]): readonly string[] {
  return root.descendantsOfType([...types]).flatMap(node => (node === null ? [] : [node.text]))
}

function unquoted(literal: string): string {
  return literal.slice(1, -1).replaceAll("''", "'")
}
