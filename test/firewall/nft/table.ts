/** A table with one base chain, in the form of `nft list ruleset`. */
export function table(
  rules: readonly string[],
  {name = 'inet mine', header = 'type filter hook output priority filter; policy accept;', more = ''} = {},
): string {
  const body = rules.map(rule => `\t\t${rule}\n`).join('')
  return `table ${name} {\n${more}\tchain c {\n\t\t${header}\n${body}\t}\n}\n`
}
