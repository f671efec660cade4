import {fileURLToPath} from 'node:url'
import {Language, type Node, Parser} from 'web-tree-sitter'

/** One command of a text: what it calls, and with what. */
export type CmdletCall = {
  readonly name: string
  /** In order; a value that follows no parameter has the name null. */
  readonly parameters: readonly {readonly name: string | null; readonly values: readonly string[]}[]
}

/** A PowerShell text as its grammar sees it. */
export type ParsedPowerShell = {
  readonly isValid: boolean
  /** Names of the commands in it, in order. */
  readonly commands: readonly string[]
  readonly calls: readonly CmdletCall[]
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
      calls: root.descendantsOfType('command').flatMap(node => (node === null ? [] : [callOf(node)])),
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

function callOf(command: Node): CmdletCall {
  const parameters: {name: string | null; values: string[]}[] = []
  const elements = command.childForFieldName('command_elements')?.namedChildren ?? []
  for (const element of elements) {
    if (element === null || element.type === 'command_argument_sep') continue
    if (element.type === 'command_parameter') {
      parameters.push({name: element.text.replace(/^-|:$/g, ''), values: []})
      continue
    }
    const parts = element.type === 'array_literal_expression' ? element.namedChildren : [element]
    const values = parts.flatMap(part =>
      part === null ? [] : [part.text.startsWith("'") ? unquoted(part.text) : part.text],
    )
    const last = parameters.at(-1)
    if (last?.name && last.values.length === 0) last.values.push(...values)
    else parameters.push({name: null, values})
  }
  return {name: command.childForFieldName('command_name')?.text ?? '', parameters}
}

function textsOf(root: Node, types: readonly string[]): readonly string[] {
  return root.descendantsOfType([...types]).flatMap(node => (node === null ? [] : [node.text]))
}

function unquoted(literal: string): string {
  return literal.slice(1, -1).replaceAll("''", "'")
}
